"""Templates on the cluster: put there, brought up to date, refused where a newer koubei wrote them."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from indexer.elastic.address import DEFAULT_NAME
from indexer.elastic.cluster import Cluster
from indexer.elastic.errors import SUPPORTED
from koubei.core.errors import StoreError

LEAST_SERVER = (8, 19)
_OURS = "koubei"


@cache
def template(part: str) -> dict[str, Any]:
    """One of the JSON files: `settings`, `mappings` or `index`."""
    text = files("indexer.elastic").joinpath(f"templates/{part}.json").read_text("utf-8")
    return dict(json.loads(text))


def schema_version() -> int:
    """The version of the templates of this koubei."""
    return int(template("index")["version"])


def prepare(cluster: Cluster) -> None:
    """See that the server is one of ours to use and that templates and indices are of today's version.

    Raises:
        StoreError: another product, an older server, missing privileges, foreign or newer templates.
        StoreUnavailableError: the cluster is away.
    """
    check_server(server_version(cluster), cluster.where)
    if _installed_version(cluster) != schema_version():
        _install(cluster)
    _refuse_closed(cluster)
    _upgrade_indices(cluster)


def server_version(cluster: Cluster) -> str:
    """The version of the node that answers."""
    with cluster.explained():
        said = cluster.client.nodes.info(node_id="_local", filter_path="nodes.*.version").body
    try:
        return str(next(iter(said["nodes"].values()))["version"])
    except (KeyError, TypeError, AttributeError, StopIteration) as error:
        found = f"{cluster.where} 的回答不是 Elasticsearch 的"
        raise StoreError(found, SUPPORTED, "检查地址与端口") from error


def check_server(version: str, where: str) -> None:
    """See that a server's version is one we speak to.

    Raises:
        StoreError: it is too old.
    """
    numbers = tuple(map(int, re.findall(r"\d+", version)[:2]))
    if numbers < LEAST_SERVER:
        raise StoreError(f"{where} 是 Elasticsearch {version}", SUPPORTED, "升级 Elasticsearch")


def _installed_version(cluster: Cluster) -> int | None:
    with cluster.explained():
        found = cluster.client.options(ignore_status=404).indices.get_index_template(name=cluster.name)
    entries = found.get("index_templates", [])
    if not entries:
        return None
    entry = entries[0]["index_template"]
    if entry.get("_meta", {}).get("managed_by") != _OURS:
        raise StoreError(
            f"{cluster.where} 已有别人的索引模板 {cluster.name}",
            "koubei 建的模板",
            "storage.store 末尾换一个 /别名",
        )
    _refuse_newer(int(entry.get("version", 0)), f"{cluster.where} 的索引模板")
    return int(entry.get("version", 0))


def _refuse_newer(version: int, what: str) -> None:
    if version > schema_version():
        found = f"{what}是第 {version} 版"
        raise StoreError(found, f"至多第 {schema_version()} 版", "它由更新的 koubei 写成：升级 koubei 后再试")


def _install(cluster: Cluster) -> None:
    indices = cluster.client.indices
    parts = {part: f"{cluster.name}-{part}" for part in ("settings", "mappings")}
    with cluster.explained():
        for part, name in parts.items():
            cluster.client.cluster.put_component_template(name=name, **_arguments(template(part)))
        whole = template("index")
        aliases = {cluster.name: whole["template"]["aliases"][DEFAULT_NAME]}
        named = {
            "index_patterns": [cluster.indices],
            "composed_of": list(parts.values()),
            "template": {"aliases": aliases},
        }
        indices.put_index_template(name=cluster.name, **_arguments({**whole, **named}))


def _arguments(content: dict[str, Any]) -> dict[str, Any]:
    return {("meta" if name == "_meta" else name): value for name, value in content.items()}


def _refuse_closed(cluster: Cluster) -> None:
    """A closed month is missing from every answer: that must not pass in silence."""
    with cluster.explained():
        closed = cluster.client.indices.get_settings(
            index=cluster.indices, expand_wildcards="closed", allow_no_indices=True,
            filter_path="*.settings.index.uuid",
        ).body  # fmt: skip
    if closed:
        names = ",".join(sorted(closed))
        raise StoreError(f"索引 {names} 已关闭，其中的提及查不到", "打开的索引", f"POST {names}/_open")


def _upgrade_indices(cluster: Cluster) -> None:
    """Give older months the fields that were added since."""
    with cluster.explained():
        found = cluster.client.indices.get_mapping(
            index=cluster.indices, allow_no_indices=True, filter_path="*.mappings._meta"
        ).body
        names = cluster.client.indices.get(
            index=cluster.indices, allow_no_indices=True, filter_path="*.aliases"
        ).body
    for index in names:
        meta = found.get(index, {}).get("mappings", {}).get("_meta", {})
        if meta.get("managed_by") != _OURS:
            raise StoreError(
                f"索引 {index} 的映射不是 koubei 建的", f"由模板 {cluster.name} 建的索引",
                "改名或删去该索引，或在 storage.store 末尾换一个 /别名",
            )  # fmt: skip
        _refuse_newer(int(meta.get("schema", 0)), f"索引 {index} 的映射")
        if meta.get("schema") != schema_version():
            mappings = template("mappings")["template"]["mappings"]
            with cluster.explained():
                cluster.client.indices.put_mapping(index=index, **_arguments(mappings))
