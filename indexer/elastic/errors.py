"""What the cluster says, as what a person can act on; what passes by itself is told from what does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from elasticsearch import ApiError, SSLError, TransportError, UnsupportedProductError
from elasticsearch import ConnectionError as NoConnectionError
from elasticsearch import ConnectionTimeout as TimedOutError

from indexer.elastic.address import API_KEY, CA_FILE, FINGERPRINT, identity
from indexer.wire import NO_TLS, PASSING, short
from koubei.core.errors import InputError, KoubeiError, StoreError, StoreUnavailableError
from koubei.core.language import _

SUPPORTED = "Elasticsearch 8.19 以上或 9.x"
ROLE_HELP = "按 docs/configuration.md 的最小权限角色建 API key"
_WAITS = "队列会留住帖子，恢复后自动入库"
_LOOK = f"看它是否在运行，storage.store 的主机与端口是否对；{_WAITS}"
_MISTRUST = ("CERTIFICATE_VERIFY", "FINGERPRINT", "HOSTNAME")
_TOO_MUCH = ("x_content_parse_exception", "search_phase_execution_exception")
"""What a query nested too deep, or of too many words, is refused with."""
_LARGEST = "能收 12 MB 的请求"
_REMEDIES = {
    "maximum normal shards": (
        "的分片到了上限", "新月份还放得下", "删去旧月份、加节点，或调高 cluster.max_shards_per_node",
    ),
    "action.auto_create_index": (
        "不许自动建索引", "写入时建新月份的索引", "在这个设置里加上我们的索引（如 +mentions-*）",
    ),
}  # fmt: skip
"""What the server says of the cluster's own limits -> what was found, is needed, and mends it."""


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn the client's errors into StoreError or StoreUnavailableError; `where` names the cluster."""
    try:
        yield
    except (ApiError, TransportError) as error:
        raise explanation(error, where) from error


def explanation(error: Exception, where: str) -> KoubeiError:
    """What an error of the client means."""
    match error:
        case UnsupportedProductError():
            return StoreError(
                _("{where} 不是 Elasticsearch", where=where), SUPPORTED, _("核对 storage.store 的地址")
            )
        case SSLError():
            return _tls(error, where)
        case TimedOutError():
            return StoreUnavailableError(_("{where} 没有及时回答", where=where), fix=_WAITS)
        case NoConnectionError():
            return StoreUnavailableError(
                _("连不上 {where}（{message}）", where=where, message=short(error.message)), fix=_LOOK
            )
        case ApiError():
            return refusal(error.status_code, *kind_and_reason(error.body), where)
    return StoreError(
        _("{where} 的回答读不懂：{error}", where=where, error=short(str(error))),
        SUPPORTED,
        _("核对 storage.store 的地址"),
    )


def _tls(error: SSLError, where: str) -> KoubeiError:
    said = error.message.upper().replace(" ", "_")
    if any(word in said for word in NO_TLS):
        found = f"{where} 的端口不说 https（{short(error.message)}）"
        return StoreError(
            found, _("https 的端口"), _("核对端口；它只说 http 时，把 storage.store 的 https 改成 http")
        )
    if any(word in said for word in _MISTRUST):
        fix = f"核对 {CA_FILE}（根证书）或 {FINGERPRINT}（SHA-256 指纹）"
        found = f"{where} 的证书不可信：{short(error.message)}"
        return StoreError(found, _("由所配根证书签发的证书"), fix)
    return StoreUnavailableError(
        _("连不上 {where}（{message}）", where=where, message=short(error.message)), fix=_WAITS
    )


def refusal(status: int, kind: str, reason: str, where: str) -> KoubeiError:
    """What a status and the server's own words mean, of a call or of one item of a bulk."""
    if "media_type" in kind or status == 406:
        return StoreError(_("{where} 是更早的大版本", where=where), SUPPORTED, _("升级 Elasticsearch"))
    if status in PASSING or kind == "cluster_block_exception":
        said = "磁盘到了水位线，索引只读" if "flood-stage" in reason else f"{status} {short(reason)}"
        return StoreUnavailableError(_("{where} 暂不接收：{said}", where=where, said=said), fix=_WAITS)
    if status == 401:
        return _not_let_in(where)
    if status == 403:
        return StoreError(
            _("{where} 权限不足：{reason}", where=where, reason=short(reason)),
            _("读写这些索引、管理模板的权限"),
            ROLE_HELP,
        )
    if kind == "search_context_missing_exception":
        return StoreUnavailableError(_("{where} 的快照过期了", where=where), fix=_("重做这次导出"))
    if status == 400 and kind in _TOO_MUCH:
        return InputError(
            _("{where} 不接受这个检索：{reason}", where=where, reason=short(reason)),
            _("词和括号少一些的检索式"),
            _("拆开写"),
        )
    if status == 413:
        return StoreError(
            _("{where} 前的代理不收这么大的请求（413）", where=where),
            _LARGEST,
            _("调高代理的上限（如 nginx 的 client_max_body_size）"),
        )
    for words, (found, expected, fix) in _REMEDIES.items():
        if words in reason:
            return StoreError(
                _("{where} {found}：{reason}", where=where, found=found, reason=short(reason)), expected, fix
            )
    return StoreError(
        _(
            "{where} 拒绝（{status} {kind}）：{reason}",
            where=where,
            status=status,
            kind=kind,
            reason=short(reason),
        ),
        fix=_("照它说的改；详情在 Elasticsearch 的日志里"),
    )


def _not_let_in(where: str) -> StoreError:
    variables = identity()
    if not variables:
        return StoreError(
            _("{where} 要求登录，而 {API_KEY} 没有设", where=where, API_KEY=API_KEY), "API key", ROLE_HELP
        )
    return StoreError(
        _("{where} 不认 {variables}", where=where, variables=variables),
        _("有效的身份"),
        _("重设 {variables}，或{ROLE_HELP}", variables=variables, ROLE_HELP=ROLE_HELP),
    )


def kind_and_reason(body: Any) -> tuple[str, str]:
    """The error's type and words, from an error's body or from an item of a bulk."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return "", str(error)
    inner: dict[str, Any] = error.get("caused_by") or next(iter(error.get("root_cause", [])), {})
    reasons = dict.fromkeys(part.get("reason") or "" for part in (error, inner))
    return str(error.get("type", "")), "；".join(filter(None, reasons))
