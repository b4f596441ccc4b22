"""The indices there are: open, ours, with today's mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from elasticsearch import ApiError

from indexer.elastic.cluster import Cluster
from indexer.elastic.content import arguments, differences, is_ours, mappings, refuse_newer
from indexer.elastic.errors import kind_and_reason
from koubei.core.errors import StoreError
from koubei.core.language import _

_CONFLICTS = ("illegal_argument_exception", "mapper_parsing_exception", "mapper_exception")
"""What a mapping is refused with that cannot become ours; the last comes with status 500."""


def check_months(cluster: Cluster) -> None:
    """Give older months the fields that were added since.

    Raises:
        StoreError: an index is closed, not ours, of a newer koubei, or its mapping conflicts with ours.
        StoreUnavailableError: the cluster is away.
    """
    _refuse_closed(cluster)
    for index, entry in indices(cluster).items():
        _bring_up_to_date(cluster, index, entry["mappings"])


def indices(cluster: Cluster) -> dict[str, Any]:
    """Open index -> its aliases, mappings and settings."""
    with cluster.explained():
        return dict(cluster.client.indices.get(index=cluster.indices, allow_no_indices=True).body)


def _refuse_closed(cluster: Cluster) -> None:
    """A closed month is missing from every answer: that must not pass in silence."""
    with cluster.explained():
        closed = cluster.client.indices.get_settings(
            index=cluster.indices, expand_wildcards="closed", allow_no_indices=True,
            filter_path="*.settings.index.uuid",
        ).body  # fmt: skip
    if closed:
        names = ",".join(sorted(closed))
        raise StoreError(
            _("索引 {names} 已关闭，其中的提及查不到", names=names), _("打开的索引"), f"POST {names}/_open"
        )


def _bring_up_to_date(cluster: Cluster, index: str, kept: Mapping[str, Any]) -> None:
    if not is_ours(kept):
        raise StoreError(
            _("索引 {index} 的映射不是 koubei 建的", index=index),
            _("由模板 {name} 建的索引", name=cluster.name),
            _("改名或删去该索引，或在 storage.store 末尾换一个 /别名"),
        )
    refuse_newer(kept["_meta"].get("schema"), f"索引 {index} 的映射")
    if not differences(kept, mappings()):
        return
    with cluster.explained():
        try:
            cluster.client.indices.put_mapping(index=index, **arguments(mappings()))
        except ApiError as error:
            kind, reason = kind_and_reason(error.body)
            if kind not in _CONFLICTS:
                raise
            raise StoreError(
                _(
                    "索引 {index} 的映射与模板 {name} 相冲突：{reason}",
                    index=index,
                    name=cluster.name,
                    reason=reason,
                ),
                _("由模板 {name} 建的索引", name=cluster.name),
                _("把其中的提及另存后删去 {index}，koubei 会照模板重建", index=index),
            ) from error
