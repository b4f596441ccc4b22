"""Templates on the cluster: put there, kept as they should be, and first in line for our indices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from elasticsearch import BadRequestError

from indexer.elastic.cluster import Cluster
from indexer.elastic.content import (
    arguments,
    components,
    differences,
    index_template,
    is_ours,
    mappings,
    refuse_newer,
    same_template,
    template,
)
from indexer.elastic.documents import index_of
from indexer.elastic.errors import kind_and_reason
from koubei.core.errors import StoreError
from koubei.core.language import _

_OTHER_ALIAS = "或在 storage.store 末尾换一个 /别名"
_NAMED = 3
_YEARS = range(2000, 2110)
"""Enough to get every name that an index can have."""


def install(cluster: Cluster) -> None:
    """See that our templates are there as of today, and that no other one comes before them.

    Raises:
        StoreError: templates of these names that are not ours or newer, one that wins over ours.
        StoreUnavailableError: the cluster is away.
    """
    found = _found(cluster)
    for what, content in found.items():
        _refuse_foreign(content, what, cluster.where)
        refuse_newer(content.get("version"), f"{cluster.where} 的{what} ")
    if not all(same_template(found.get(what), ours) for what, ours in _wanted(cluster.name).items()):
        _put(cluster)
    _refuse_rivals(cluster)


def _wanted(name: str) -> dict[str, dict[str, Any]]:
    """Our templates, each by its kind and name."""
    parts = {f"组件模板 {part}": content for part, content in components(name).items()}
    return {f"索引模板 {name}": index_template(name), **parts}


def _found(cluster: Cluster) -> dict[str, dict[str, Any]]:
    """What the cluster has of those names."""
    client = cluster.client.options(ignore_status=404)
    with cluster.explained():
        wholes = client.indices.get_index_template(name=cluster.name).body.get("index_templates", [])
        parts = client.cluster.get_component_template(name=f"{cluster.name}-*").body
    listed = {f"索引模板 {one['name']}": one["index_template"] for one in wholes}
    for one in parts.get("component_templates", []):
        listed[f"组件模板 {one['name']}"] = one["component_template"]
    return {what: listed[what] for what in _wanted(cluster.name) if what in listed}


def _refuse_foreign(content: Mapping[str, Any], what: str, where: str) -> None:
    if not is_ours(content):
        raise StoreError(
            _("{where} 已有别人的{what}", where=where, what=what),
            _("koubei 建的模板"),
            _("改名或删去它，{OTHER_ALIAS}", OTHER_ALIAS=_OTHER_ALIAS),
        )


def _put(cluster: Cluster) -> None:
    with cluster.explained():
        try:
            for name, content in components(cluster.name).items():
                cluster.client.cluster.put_component_template(name=name, **arguments(content))
            whole = arguments(index_template(cluster.name))
            cluster.client.indices.put_index_template(name=cluster.name, **whole)
        except BadRequestError as error:
            reason = kind_and_reason(error.body)[1]
            fix = f"改掉与它相冲突的模板，{_OTHER_ALIAS}"
            raise StoreError(
                _(
                    "{where} 不收索引模板 {name}：{reason}",
                    where=cluster.where,
                    name=cluster.name,
                    reason=reason,
                ),
                fix=fix,
            ) from error


def _refuse_rivals(cluster: Cluster) -> None:
    """A template of higher priority makes our indices: it must make them as ours would."""
    for rival in _rivals(cluster):
        name, given = rival["name"], rival["index_template"]
        with cluster.explained():
            made = cluster.client.indices.simulate_template(name=name).body["template"]
        if odd := _odd(made, cluster.name):
            who = f"{name}（{'、'.join(given['index_patterns'])}，优先级 {given['priority']}）"
            parts = " 与 ".join(components(cluster.name))
            raise StoreError(
                _(
                    "{where} 的索引模板 {who}抢在 {name} 之前，照它建的索引不合用：",
                    where=cluster.where,
                    who=who,
                    name=cluster.name,
                )
                + _("、").join(odd[:_NAMED]),
                _("composed_of 含 {parts} 的模板", parts=parts),
                _(
                    "加上这两个组件，或把它的优先级降到 {priority} 以下，{OTHER_ALIAS}",
                    priority=_priority(),
                    OTHER_ALIAS=_OTHER_ALIAS,
                ),
            )


def _rivals(cluster: Cluster) -> Iterator[Mapping[str, Any]]:
    """Templates of higher priority for a name that an index of ours can have."""
    entry = "index_templates.index_template"
    wanted = ["index_templates.name", f"{entry}.index_patterns", f"{entry}.priority"]
    with cluster.explained():
        found = cluster.client.indices.get_index_template(filter_path=wanted).body
    for one in found.get("index_templates", []):
        if one["index_template"].get("priority", 0) > _priority() and _matches(
            one["index_template"]["index_patterns"], cluster.name
        ):
            yield one


def _matches(patterns: list[str], name: str) -> bool:
    pattern = re.compile("|".join(re.escape(one).replace(r"\*", ".*") for one in patterns))
    names = {
        index_of(name, datetime(year, month, 1, tzinfo=UTC)) for year in _YEARS for month in range(1, 13)
    }
    return any(map(pattern.fullmatch, names))


def _odd(made: Mapping[str, Any], name: str) -> list[str]:
    """What an index made so lacks or has otherwise."""
    analysis = {"index": {"analysis": template("mappings")["template"]["settings"]["index"]["analysis"]}}
    fields = (
        re.sub(r"^properties\.(\w+)\..*", r"字段 \1", path)
        for path in differences(made.get("mappings", {}), mappings())
    )
    missing = ["分析器 zh"] if differences(made.get("settings", {}), analysis) else []
    return [*dict.fromkeys(fields), *missing, *([] if name in made.get("aliases", {}) else [f"别名 {name}"])]


def _priority() -> int:
    return int(template("index")["priority"])
