"""What the chat robots have in common: one JSON post, and an answer whose body says whether it was taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from koubei.core.config.schema import Channel, Network
from koubei.core.errors import ConfigError
from koubei.core.language import _
from reports.delivery.errors import DeliveryError
from reports.delivery.registry import secret_of
from reports.figures.wording import inert

Json = Mapping[str, Any]


def webhook(channel: Channel) -> str:
    """The robot's address from the environment, moved to `base_url` where one is configured.

    Raises:
        ConfigError: it is missing or no http(s) address.
    """
    parts = urlsplit(secret_of(channel, "url_env", channel.url_env))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(
            _(
                "channels.{name}.url_env：环境变量 {url_env} 的内容不是网址",
                name=channel.name,
                url_env=channel.url_env,
            ),
            _("机器人的完整 webhook 地址（https://…）"),
            _("从群机器人的设置页复制地址，写入 {url_env}", url_env=channel.url_env),
        )
    if channel.base_url is None:
        return urlunsplit(parts)
    base = urlsplit(channel.base_url)
    return urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + parts.path, parts.query, ""))


def signature(key: str, message: str) -> str:
    """Base64 of HMAC-SHA-256, as DingTalk and Feishu sign."""
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def post(network: Network, url: str, body: Json, params: Mapping[str, str] | None = None) -> Json:
    """Post JSON; the answer's JSON object.

    Raises:
        DeliveryError: no connection, a status other than 200, or no JSON object. The address, which is
            the secret, is never part of it.
    """
    trusted = ssl.create_default_context(cafile=network.ca_bundle)
    target = httpx.URL(url).copy_merge_params(params or {})
    try:
        with httpx.Client(proxy=network.proxy, verify=trusted, timeout=network.timeout_seconds) as client:
            answer = client.post(target, json=body)
    except httpx.HTTPError as error:
        kind = type(error).__name__
        raise DeliveryError(
            _("{host} 连不上（{kind}）", host=target.host, kind=kind),
            "",
            _("检查网络、代理与证书；稍后会重试"),
        ) from error
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise DeliveryError(_("{host} 限流（HTTP 429）", host=target.host), "", _("稍后会重试"))
    if answer.status_code != httpx.codes.OK:
        raise DeliveryError(
            _("{host} 回答 HTTP {status_code}", host=target.host, status_code=answer.status_code),
            "HTTP 200",
            _("核对机器人地址"),
        )
    return _object(answer, target.host)


def refused(host: str, code: object, reason: object, limits: frozenset[int]) -> DeliveryError:
    """The error for an answer that says no with status 200; `limits` are its rate-limit codes."""
    words = inert(str(reason), 120)
    if code in limits:
        return DeliveryError(
            _("{host} 限流（{code} {words}）", host=host, code=code, words=words), "", _("稍后会重试")
        )
    return DeliveryError(
        _("{host} 拒收（{code} {words}）", host=host, code=code, words=words),
        _("错误码 0"),
        _("核对机器人的地址、加签密钥与关键词设置"),
    )


def host_of(url: str) -> str:
    """The host of an address, which may be shown; the rest is secret."""
    return urlsplit(url).hostname or ""


def _object(answer: httpx.Response, host: str) -> Json:
    try:
        parsed = answer.json()
    except ValueError as error:
        raise DeliveryError(
            _("{host} 的回答不是 JSON", host=host), _("机器人接口的回答"), _("核对地址与代理")
        ) from error
    if not isinstance(parsed, dict):
        raise DeliveryError(
            _("{host} 的回答不是 JSON 对象", host=host), _("机器人接口的回答"), _("核对地址与代理")
        )
    return parsed
