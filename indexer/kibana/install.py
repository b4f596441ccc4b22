"""Putting the saved objects into a Kibana through its import API, and reading what it answers."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from indexer.kibana.objects import Json, ndjson
from indexer.kibana.refusals import KEY_VARIABLE, body_of, failure, message, refusal, stranger
from indexer.wire import short
from koubei.core.errors import ConfigError, InputError
from koubei.core.language import _
from koubei.core.urls import service_url

_IMPORT = "/api/saved_objects/_import"
_TIMEOUT = 60.0
_REASONS = {
    "conflict": "已有同编号的对象，没有覆盖",
    "ambiguous_conflict": "已有几个同来源的对象，不知覆盖哪个",
    "unsupported_type": "这个 Kibana 不支持这种对象",
    "missing_references": "缺少被引用的对象",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What the import did: objects taken over, and one line for each refused one."""

    count: int
    errors: tuple[str, ...]


def install(url: str, api_key: str, objects: Sequence[Json], ca: Path | None = None) -> Imported:
    """Import the objects, replacing those of the same ids; a space's base is `https://host/s/space`.

    Raises:
        ConfigError: the key cannot be sent as it is.
        InputError: no address, no Kibana there, a wrong key, missing rights, a wrong CA, a refused file.
        DegradedError: Kibana cannot be reached or is not ready.
    """
    try:
        base = service_url(url)
    except ValueError as error:
        raise InputError(
            str(error), fix=_("密钥放在环境变量 {KEY_VARIABLE} 里", KEY_VARIABLE=KEY_VARIABLE)
        ) from error
    answer = _post(base, _sendable(api_key), ndjson(objects), ca)
    if answer.status_code != httpx.codes.OK:
        raise refusal(base, answer)
    return _imported(base, answer, len(objects))


def _sendable(api_key: str) -> str:
    """The key without the line feed that copying leaves behind."""
    key = api_key.strip()
    if not (key and key.isascii() and key.isprintable()):
        found = f"{KEY_VARIABLE} 是空的，或含有换行、汉字或其他不能用的字符"
        raise ConfigError(found, _("ASCII 可见字符"), _("重新复制一遍"))
    return key


def _post(base: str, api_key: str, content: str, ca: Path | None) -> httpx.Response:
    headers = {"kbn-xsrf": "true", "Authorization": f"ApiKey {api_key}"}
    files = {"file": ("koubei.ndjson", content.encode(), "application/ndjson")}
    try:
        with httpx.Client(verify=_trust(ca), timeout=_TIMEOUT, trust_env=False) as client:
            return client.post(base + _IMPORT, params={"overwrite": "true"}, headers=headers, files=files)
    except httpx.HTTPError as error:
        raise failure(base, error) from error
    except (httpx.InvalidURL, UnicodeError) as error:  # a name that can be no host's
        raise InputError(
            _("{base} 不是可用的地址：{error}", base=base, error=short(str(error))),
            _("http(s)://主机[:端口][/路径]"),
        ) from error


def _trust(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca) if ca else None)
    except OSError as error:  # ssl.SSLError is one
        raise InputError(
            _("根证书 {ca} 不能用：{strerror}", ca=ca, strerror=error.strerror or error),
            _("PEM 格式的证书文件"),
        ) from error


def _imported(base: str, answer: httpx.Response, sent: int) -> Imported:
    body = body_of(answer)
    if not isinstance(body, dict) or not isinstance(body.get("success"), bool):
        raise stranger(base, answer)
    errors, count = body.get("errors"), body.get("successCount")
    listed = errors if isinstance(errors, list) else []
    lines = [_line(item) for item in listed if isinstance(item, dict)]
    done = count if isinstance(count, int) else 0
    if (rest := sent - done - len(lines)) > 0:
        lines.append(f"其余 {rest} 个对象：Kibana 没有说明（{message(answer)}）")
    elif not body["success"] and not lines:
        lines.append(f"全部，或其中一些：Kibana 说没有成功（{message(answer)}）")
    return Imported(done, tuple(lines))


def _line(item: Json) -> str:
    error = item.get("error")
    found = error if isinstance(error, dict) else {}
    kind = str(found.get("type", ""))
    reason = _REASONS.get(kind) or short(str(found.get("message") or kind or "未说明"))
    missing = found.get("references")
    names = (
        [f"{r.get('type')}:{r.get('id')}" for r in missing if isinstance(r, dict)]
        if isinstance(missing, list)
        else []
    )
    tail = f"（{short('、'.join(names))}）" if names else ""
    return f"{item.get('type')}:{item.get('id')}：{reason}{tail}"
