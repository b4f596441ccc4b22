"""Why an import did not happen: what Kibana, a proxy or another program there says, as what to do."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx

from indexer.wire import NO_TLS, PASSING, greeting, short, speaks_tls
from koubei.core.errors import DegradedError, InputError, KoubeiError
from koubei.core.language import _

KEY_VARIABLE = "KOUBEI_KIBANA_API_KEY"
_KIBANA = "Kibana 8.9 以上的地址"
_PORTS = "核对主机与端口：Kibana 通常在 5601，Elasticsearch 在 9200"
_AGAIN = "稍后重跑；导入可重复"
_ALREADY = "去 Kibana 的 Stack Management → Saved Objects 看同编号的对象，删去后重跑"
_NEWER = ("more recent version", "newer version")
"""How Kibana says that it is older than the objects."""


def failure(base: str, error: httpx.HTTPError) -> KoubeiError:
    """Nothing came back that HTTP knows."""
    said = str(error).upper().replace(" ", "_")
    if "CERTIFICATE_VERIFY_FAILED" in said:
        fix = "用 --ca 给出签发它的根证书（PEM），或写进 network.ca_bundle"
        return InputError(
            _("不信任 {base} 的证书：{error}", base=base, error=short(str(error))), _("由已知根证书签发"), fix
        )
    if any(word in said for word in NO_TLS):
        return InputError(
            _("{base} 的端口不说 https", base=base),
            _("https 的端口"),
            _("核对端口；它只说 http 时，把 https 改成 http"),
        )
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        found = f"连不上 Kibana {base}：{short(str(error))}"
        return DegradedError(found, fix=_("看它是否在运行、地址与端口是否对"))
    found = f"与 Kibana {base} 的往来中断：{short(str(error))}"
    return _other_protocol(base) or DegradedError(found, fix=_AGAIN)


def refusal(base: str, answer: httpx.Response) -> KoubeiError:
    """An answer with any other status than 200."""
    status, said = answer.status_code, message(answer)
    if status in PASSING:
        return DegradedError(
            _("Kibana {base} 暂时不可用（{status}）：{said}", base=base, status=status, said=said), fix=_AGAIN
        )
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        found = f"文件（{answer.request.headers['content-length']} 字节）超过了上限（413）：{said}"
        return InputError(found, fix=_("调大{limit}", limit=_limit(answer)))
    if answer.is_redirect or not _is_kibana(answer):
        return stranger(base, answer)
    match status:
        case httpx.codes.UNAUTHORIZED:
            found = "Kibana 不认这个密钥（401）"
            return InputError(
                found, _("{KEY_VARIABLE} 里有效的 API key", KEY_VARIABLE=KEY_VARIABLE), _("重发一个密钥")
            )
        case httpx.codes.FORBIDDEN:
            fix = "给密钥加上该空间的 Kibana 权限：Saved Objects Management、Discover、Dashboard 的 all"
            return InputError(_("密钥没有权限（403）：{said}", said=said), fix=fix)
        case httpx.codes.NOT_FOUND:
            found = f"{base} 下没有导入接口（404）"
            return InputError(found, fix=_("看地址里的空间（/s/名字）和基路径是否对"))
        case httpx.codes.CONFLICT:
            return InputError(_("与已有的对象冲突（409）：{said}", said=said), fix=_ALREADY)
    older = any(words in said for words in _NEWER)
    fix = "需要 Kibana 8.9 或更新的版本" if older else "照它说的改；详情在 Kibana 的日志里"
    return InputError(_("Kibana 拒绝了导入（{status}）：{said}", status=status, said=said), fix=fix)


def stranger(base: str, answer: httpx.Response) -> KoubeiError:
    """An answer that is not of Kibana's import API."""
    status, to = answer.status_code, _target(answer)
    if "x-elastic-product" in answer.headers:
        return InputError(_("{base} 不是 Kibana（得到 Elasticsearch）", base=base), _KIBANA, _PORTS)
    if to.startswith("https:") and base.startswith("http:"):
        return InputError(
            _("{base} 转到 {to}（{status}）", base=base, to=to, status=status),
            _KIBANA,
            _("把 http 改成 https，或换成它转到的地址"),
        )
    if to:
        return InputError(
            _("{base} 转到 {to}（{status}）：那里是登录页或代理", base=base, to=to, status=status),
            _KIBANA,
            _("换成不必登录的直达地址"),
        )
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        found = f"{base} 不放行（{status}），回答的不是 Kibana，是它前面的代理或别的程序"
        return InputError(found, _KIBANA, _("核对地址；若是代理，让它放行 API key"))
    if status == httpx.codes.BAD_REQUEST and (wrong := _other_protocol(base)):
        return wrong
    what = f"{status} 的网页，登录页或代理" if _is_page(answer) else f"{status} 的回答"
    return InputError(_("{base} 不是 Kibana（得到 {what}）", base=base, what=what), _KIBANA, _PORTS)


def message(answer: httpx.Response) -> str:
    """One line of what was said; of a web page its status in words."""
    body = body_of(answer)
    said = body.get("message") if isinstance(body, dict) else None
    return short(str(said or (answer.reason_phrase if _is_page(answer) else answer.text)))


def body_of(answer: httpx.Response) -> Any:
    """The JSON of an answer, None where it is none."""
    try:
        return answer.json()
    except ValueError:
        return None


def _other_protocol(base: str) -> KoubeiError | None:
    """Of an http address: whether https, or none of both, is spoken there."""
    parts = urlsplit(base)
    host, port = parts.hostname or "", parts.port or 80
    if parts.scheme != "http":
        return None
    if speaks_tls(host, port):
        return InputError(
            _("{base} 说的是 https，而地址写的是 http", base=base), "https://…", _("把 http 改成 https")
        )
    if said := greeting(host, port):
        return InputError(_("{base} 不是 Kibana（得到 {said}）", base=base, said=said), _KIBANA, _PORTS)
    return None


def _is_kibana(answer: httpx.Response) -> bool:
    """Kibana names itself in every answer, and its API answers in JSON."""
    return "kbn-name" in answer.headers and not _is_page(answer)


def _is_page(answer: httpx.Response) -> bool:
    return answer.text.lstrip()[:1] == "<"


def _target(answer: httpx.Response) -> str:
    """Where an answer sends us, without its parameters: a login's may hold secrets."""
    return short(answer.headers.get("location", "").partition("?")[0]) if answer.is_redirect else ""


def _limit(answer: httpx.Response) -> str:
    if _is_kibana(answer):
        return " Kibana 的 savedObjects.maxImportPayloadBytes 与 server.maxPayload"
    return "代理的上限（nginx 的 client_max_body_size）"
