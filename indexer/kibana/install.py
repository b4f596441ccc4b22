"""Putting the saved objects into a Kibana through its import API, and reading what it answers."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from indexer.kibana.objects import Json, ndjson
from koubei.core.errors import ConfigError, DegradedError, InputError, KoubeiError
from koubei.core.urls import safe_url

KEY_VARIABLE = "KOUBEI_KIBANA_API_KEY"
_IMPORT = "/api/saved_objects/_import"
_TIMEOUT = 60.0
_SHOWN = 300
_ALREADY = "去 Kibana 的 Stack Management → Saved Objects 看同编号的对象，删去后重跑"
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
    base = safe_url(url)
    if base is None:
        raise InputError(f"{url!r} 不是可用的地址", "http(s)://主机:端口，不含口令", "口令与密钥放环境变量")
    answer = _post(base.rstrip("/") + _IMPORT, _sendable(api_key), ndjson(objects), ca)
    if answer.status_code != httpx.codes.OK:
        raise _refusal(base, answer)
    return _imported(base, answer)


def _sendable(api_key: str) -> str:
    """The key without the line feed that copying leaves behind."""
    key = api_key.strip()
    if not (key and key.isascii() and key.isprintable()):
        found = f"{KEY_VARIABLE} 是空的，或含有换行、汉字或其他不能用的字符"
        raise ConfigError(found, "ASCII 可见字符", "重新复制一遍")
    return key


def _post(address: str, api_key: str, content: str, ca: Path | None) -> httpx.Response:
    headers = {"kbn-xsrf": "true", "Authorization": f"ApiKey {api_key}"}
    files = {"file": ("koubei.ndjson", content.encode(), "application/ndjson")}
    try:
        with httpx.Client(verify=_trust(ca), timeout=_TIMEOUT, trust_env=False) as client:
            return client.post(address, params={"overwrite": "true"}, headers=headers, files=files)
    except httpx.ConnectError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            fix = "用 --ca 给出签发它的根证书（PEM），或写进 network.ca_bundle"
            raise InputError(f"不信任 {address} 的证书：{_short(error)}", "由已知根证书签发", fix) from error
        raise DegradedError(
            f"连不上 Kibana {address}：{_short(error)}", fix="看它是否在运行、地址与端口是否对"
        ) from error
    except httpx.HTTPError as error:
        found = f"与 Kibana {address} 的往来中断：{_short(error)}"
        raise DegradedError(found, fix="稍后重跑；导入可重复") from error


def _trust(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca) if ca else None)
    except OSError as error:  # ssl.SSLError is one
        raise InputError(f"根证书 {ca} 不能用：{error.strerror or error}", "PEM 格式的证书文件") from error


def _refusal(base: str, answer: httpx.Response) -> KoubeiError:
    status, said = answer.status_code, _message(answer)
    if not _is_kibana(answer):
        return _stranger(base, answer)
    if status == httpx.codes.UNAUTHORIZED:
        return InputError("Kibana 不认这个密钥（401）", f"{KEY_VARIABLE} 里有效的 API key", "重发一个密钥")
    if status == httpx.codes.FORBIDDEN:
        fix = "给密钥加上该空间的 Kibana 权限：Saved Objects Management、Discover、Dashboard 的 all"
        return InputError(f"密钥没有权限（403）：{said}", fix=fix)
    if status == httpx.codes.NOT_FOUND:
        return InputError(f"{base} 下没有导入接口（404）", fix="看地址里的空间（/s/名字）和基路径是否对")
    if status == httpx.codes.CONFLICT:
        return InputError(f"与已有的对象冲突（409）：{said}", fix=_ALREADY)
    if status in (429, 502, 503, 504):
        return DegradedError(f"Kibana 还没准备好（{status}）：{said}", fix="等它启动完再重跑")
    return InputError(f"Kibana 拒绝了导入（{status}）：{said}", fix="需要 Kibana 8.9 或更新的版本")


def _imported(base: str, answer: httpx.Response) -> Imported:
    body = _json(answer)
    if not isinstance(body, dict) or not isinstance(body.get("success"), bool):
        raise _stranger(base, answer)
    errors = body.get("errors")
    listed = errors if isinstance(errors, list) else []
    lines = tuple(_line(item) for item in listed if isinstance(item, dict))
    if not body["success"] and not lines:
        lines = (f"导入没有成功，也没有说明：{_message(answer)}",)
    count = body.get("successCount")
    return Imported(count if isinstance(count, int) else 0, lines)


def _line(item: Json) -> str:
    error = item.get("error")
    found = error if isinstance(error, dict) else {}
    kind = str(found.get("type", ""))
    reason = _REASONS.get(kind) or _short(found.get("message") or kind or "未说明")
    missing = found.get("references")
    names = (
        [f"{r.get('type')}:{r.get('id')}" for r in missing if isinstance(r, dict)]
        if isinstance(missing, list)
        else []
    )
    tail = f"（{'、'.join(names)}）" if names else ""
    return f"{item.get('type')}:{item.get('id')}：{reason}{tail}"[:_SHOWN]


def _is_kibana(answer: httpx.Response) -> bool:
    """Kibana names itself in every answer; while it starts, it says so in plain words only."""
    return "kbn-name" in answer.headers or "Kibana" in answer.text[:_SHOWN]


def _stranger(base: str, answer: httpx.Response) -> InputError:
    what = "Elasticsearch" if "x-elastic-product" in answer.headers else f"{answer.status_code} 的回答"
    to = f"，转到 {answer.headers['location']}" if "location" in answer.headers else ""
    return InputError(
        f"{base} 不是 Kibana（得到 {what}{to}）"[:_SHOWN],
        "Kibana 的地址",
        "Kibana 通常在 5601 端口；Elasticsearch 在 9200",
    )


def _message(answer: httpx.Response) -> str:
    body = _json(answer)
    said = body.get("message") if isinstance(body, dict) else None
    return _short(said or answer.text)


def _short(said: object) -> str:
    """One line of what Kibana, or whoever it was, said."""
    return " ".join(str(said).split())[:_SHOWN]


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
