"""Is the cluster fit: for the doctor and `koubei store check`."""

from __future__ import annotations

from typing import Any

from indexer.elastic.cluster import Cluster
from indexer.elastic.content import template
from koubei.core.text import tokens

_OK = "ok"
_SAMPLE = "中国移动5G套餐19.9元，在B站看iPhone的资费"


def check(cluster: Cluster) -> dict[str, str]:
    """Health by name -> "ok" or what is wrong.

    Raises:
        StoreError, StoreUnavailableError: the cluster cannot be asked.
    """
    with cluster.explained():
        found = cluster.client.indices.get(index=cluster.indices, allow_no_indices=True).body
        health = cluster.client.cluster.health(index=cluster.indices, expand_wildcards="all").body
    return {
        "分片": _shards(health),
        "映射": _first(_mapping(entry) for entry in found.values()),
        "可写": _first(_writable(name, entry["settings"]["index"]) for name, entry in found.items()),
        "分词": _analysis(cluster, max(found)) if found else _OK,
    }


def _first(findings: Any) -> str:
    return next((finding for finding in findings if finding != _OK), _OK)


def _shards(health: Any) -> str:
    if health["status"] == "red":
        return f"有主分片不可用（{health['unassigned_shards']} 个未分配）"
    return _OK


def _mapping(entry: Any) -> str:
    wanted = template("mappings")["template"]["mappings"]["properties"]
    kept = entry["mappings"].get("properties", {})
    odd = [
        name for name, field in wanted.items() if kept.get(name, {}).get("type", "object") != field["type"]
    ]
    return f"字段 {'、'.join(odd)} 与模板不符" if odd else _OK


def _writable(name: str, settings: Any) -> str:
    blocks = [kind for kind, on in settings.get("blocks", {}).items() if on == "true"]
    return f"索引 {name} 只读（{'、'.join(blocks)}）" if blocks else _OK


def _analysis(cluster: Cluster, index: str) -> str:
    with cluster.explained():
        said = cluster.client.indices.analyze(index=index, analyzer="zh", text=_SAMPLE)["tokens"]
    theirs = [token["token"] for token in said]
    return _OK if theirs == tokens(_SAMPLE) else f"与内置分词不同：{' '.join(theirs)}"
