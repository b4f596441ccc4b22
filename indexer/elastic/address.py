"""Where the cluster is and who we are: the address from the config, secrets from the environment."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from elastic_transport import TextSerializer
from elasticsearch import Elasticsearch

from koubei.core.errors import ConfigError
from koubei.core.language import _

DEFAULT_NAME = "mentions"
API_KEY, USERNAME, PASSWORD = "KOUBEI_ES_API_KEY", "KOUBEI_ES_USERNAME", "KOUBEI_ES_PASSWORD"
CA_FILE, FINGERPRINT = "KOUBEI_ES_CA", "KOUBEI_ES_FINGERPRINT"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_FORM = "https://主机:端口，多台用逗号隔开，末尾可加 /别名（小写字母、数字、下划线）"


@dataclass(frozen=True, slots=True)
class Address:
    """The nodes' origins and the alias; its indices are `<name>-2026.11`, its templates begin with it."""

    hosts: tuple[str, ...]
    name: str = DEFAULT_NAME

    @classmethod
    def parse(cls, url: str) -> Address:
        """From `https://host:9200[,https-host:9200…][/name]`.

        Raises:
            ConfigError: it is not of that form, or holds a password.
        """
        scheme, __, rest = url.partition("://")
        nodes, __, name = rest.partition("/")
        name = name.strip("/") or DEFAULT_NAME
        if "@" in rest:
            raise ConfigError(
                _("storage.store 里写了口令"), _FORM, _("口令放在环境变量 {API_KEY} 里", API_KEY=API_KEY)
            )
        hosts = tuple(_origin(scheme, node, url) for node in nodes.split(","))
        if not _NAME.fullmatch(name):
            raise ConfigError(f"storage.store = {url!r}", _FORM)
        return cls(hosts, name)

    def __str__(self) -> str:
        return f"{','.join(self.hosts)}/{self.name}"


def _origin(scheme: str, node: str, url: str) -> str:
    try:
        parts = urlsplit(f"{scheme}://{node.strip()}")
        port = parts.port or 9200
    except ValueError as error:
        raise ConfigError(f"storage.store = {url!r}", _FORM) from error
    if not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(f"storage.store = {url!r}", _FORM)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{scheme}://{host}:{port}"


class _AnyText(TextSerializer):
    """Reads a gateway's page whatever it is written in, so that its status is seen."""

    def loads(self, data: bytes) -> str:
        return data.decode("utf-8", "replace")


def connect(address: Address, environment: Mapping[str, str], timeout_seconds: float = 60.0) -> Elasticsearch:
    """A client; it connects with its first call.

    Raises:
        ConfigError: a variable cannot be used as it is.
    """
    known = {
        name: value for name in (API_KEY, USERNAME, PASSWORD, CA_FILE, FINGERPRINT)
        if (value := environment.get(name, "").strip())
    }  # fmt: skip
    for name, value in known.items():
        if name in (API_KEY, USERNAME, PASSWORD) and not (value.isascii() and value.isprintable()):
            raise ConfigError(
                _("{name} 含有换行、汉字或其他不能用的字符", name=name),
                _("ASCII 可见字符"),
                _("重新复制一遍"),
            )
    if address.hosts[0].startswith("http:") and known.keys() & {CA_FILE, FINGERPRINT}:
        names = "、".join(sorted(known.keys() & {CA_FILE, FINGERPRINT}))
        raise ConfigError(
            _("{names} 用于 https，而地址是 {address}", names=names, address=address),
            "https://…",
            _("改地址，或去掉 {names}", names=names),
        )
    trust: dict[str, Any] = {"ca_certs": _ca(known), "ssl_assert_fingerprint": _fingerprint(known)}
    return Elasticsearch(
        list(address.hosts),
        api_key=known.get(API_KEY),
        basic_auth=_login(known),
        **{name: value for name, value in trust.items() if value},
        request_timeout=timeout_seconds,
        max_retries=1,
        retry_on_status=(),
        serializers={"text/*": _AnyText(), "application/*": _AnyText()},
    )


def identity() -> str:
    """The variables of the environment that say who we are, for messages; "" where none is set."""
    if os.environ.get(API_KEY, "").strip():
        return API_KEY
    if os.environ.get(USERNAME, "").strip():
        return f"{USERNAME} 与 {PASSWORD}"
    return ""


def _login(known: Mapping[str, str]) -> tuple[str, str] | None:
    if API_KEY in known or not (USERNAME in known or PASSWORD in known):
        return None
    if not (USERNAME in known and PASSWORD in known):
        raise ConfigError(
            _("{USERNAME} 与 {PASSWORD} 只设了一个", USERNAME=USERNAME, PASSWORD=PASSWORD),
            _("两个都设"),
            _("或改用 {API_KEY}", API_KEY=API_KEY),
        )
    return known[USERNAME], known[PASSWORD]


def _ca(known: Mapping[str, str]) -> str | None:
    path = known.get(CA_FILE)
    if path is not None and not Path(path).is_file():
        raise ConfigError(
            _("{CA_FILE} = {path} 不是文件", CA_FILE=CA_FILE, path=path),
            _("PEM 格式的根证书"),
            _("例如 config/certs/http_ca.crt"),
        )
    if path is not None:
        try:
            ssl.create_default_context(cafile=path)
        except (ssl.SSLError, OSError) as error:
            found = f"{CA_FILE} = {path} 里没有可用的证书"
            raise ConfigError(found, _("PEM 格式的根证书"), _("例如 config/certs/http_ca.crt")) from error
    return path


def _fingerprint(known: Mapping[str, str]) -> str | None:
    text = known.get(FINGERPRINT)
    if text is not None and not re.fullmatch("[0-9a-fA-F]{64}", text.replace(":", "")):
        raise ConfigError(
            _("{FINGERPRINT} 不是 SHA-256 指纹", FINGERPRINT=FINGERPRINT), _("64 位十六进制，可带冒号"),
            "openssl x509 -fingerprint -sha256 -noout -in http_ca.crt",
        )  # fmt: skip
    return text
