"""Is the cluster fit: for the doctor and `koubei store check`."""

from __future__ import annotations

from collections.abc import Callable

from indexer.elastic.cluster import Cluster
from indexer.elastic.content import schema_version
from indexer.elastic.installing import install
from indexer.elastic.months import check_months, indices
from indexer.elastic.privileges import check_privileges
from indexer.elastic.server import check_server, server_version
from koubei.core.errors import KoubeiError, StoreError
from koubei.core.language import _
from koubei.core.text import tokens

_OK = "ok"
_NO_SECURITY = "服务器没有开启安全功能，不适用"
_SAMPLE = "中国移动5G套餐19.9元，在B站看iPhone的资费"


def check(cluster: Cluster) -> dict[str, str]:
    """Health by name -> "ok" or what is wrong and how to mend it; templates are put right, as at every start.

    Raises:
        StoreError, StoreUnavailableError: it cannot be asked, or is no server to use.
    """
    version = server_version(cluster)
    check_server(version, cluster.where)
    findings = {f"服务器 {version}": _OK}
    for name, look in _looks().items():
        says = _tried(look, cluster)
        if says == _NO_SECURITY:
            findings[f"{name}（{says}）"] = _OK
        else:
            findings[name] = says
    return findings


def _tried(look: Callable[[Cluster], str], cluster: Cluster) -> str:
    """One failure must not hide the others."""
    try:
        return look(cluster)
    except KoubeiError as error:
        return str(error)


def _privileges(cluster: Cluster) -> str:
    return _OK if check_privileges(cluster) else _NO_SECURITY


def _templates(cluster: Cluster) -> str:
    install(cluster)
    return _OK


def _mapping(cluster: Cluster) -> str:
    check_months(cluster)
    return _OK


def _aliases(cluster: Cluster) -> str:
    bare = sorted(index for index, entry in indices(cluster).items() if cluster.name not in entry["aliases"])
    if bare:
        raise StoreError(
            _(
                "索引 {bare} 没有别名 {name}，按别名查不到其中的提及",
                bare=_("、").join(bare),
                name=cluster.name,
            ),
            _("每个索引都有它"),
            f"PUT {','.join(bare)}/_alias/{cluster.name}",
        )
    return _OK


def _shards(cluster: Cluster) -> str:
    with cluster.explained():
        health = cluster.client.cluster.health(index=cluster.indices, expand_wildcards="all").body
    if health["status"] == "red":
        raise StoreError(
            _(
                "有主分片不可用（{unassigned_shards} 个未分配）",
                unassigned_shards=health["unassigned_shards"],
            ),
            _("全部主分片可用"),
            _("GET _cluster/allocation/explain 说明原因"),
        )
    return _OK


def _writable(cluster: Cluster) -> str:
    with cluster.explained():
        found = cluster.client.indices.get_settings(
            index=cluster.indices, allow_no_indices=True, filter_path="*.settings.index.blocks"
        ).body
    for index, entry in found.items():
        blocks = entry["settings"]["index"]["blocks"]
        if on := [kind for kind, state in blocks.items() if state == "true"]:
            settings = ", ".join(f'"index.blocks.{kind}": null' for kind in on)
            raise StoreError(
                _("索引 {index} 只读（{on}）", index=index, on=_("、").join(on)),
                _("可写的索引"),
                f"PUT {index}/_settings {{{settings}}}",
            )
    return _OK


def _room_for_a_month(cluster: Cluster) -> str:
    """Whether the cluster's own settings let a write make the next month's index."""
    with cluster.explained():
        said = cluster.client.cluster.get_settings(include_defaults=True, flat_settings=True).body
        health = cluster.client.cluster.health(filter_path="active_shards,number_of_data_nodes").body
    settings = said["defaults"] | said["persistent"] | said["transient"]
    for name in ("cluster.blocks.read_only", "cluster.blocks.read_only_allow_delete"):
        if settings.get(name) == "true":
            fix = f'PUT _cluster/settings {{"persistent": {{"{name}": null}}}}'
            raise StoreError(_("整个集群只读（{name}）", name=name), _("可写的集群"), fix)
    if settings.get("action.auto_create_index") == "false":
        raise StoreError(
            _("集群不许自动建索引"),
            _("写入时建新月份的索引"),
            _("action.auto_create_index 改为 +{indices}", indices=cluster.indices),
        )
    most = int(settings["cluster.max_shards_per_node"]) * health["number_of_data_nodes"]
    if health["active_shards"] >= most:
        raise StoreError(
            _(
                "集群已有 {active_shards} 个分片，上限 {most}，建不了新月份的索引",
                active_shards=health["active_shards"],
                most=most,
            ),
            _("还放得下的集群"),
            _("删去旧索引、加节点，或调高 cluster.max_shards_per_node"),
        )
    return _OK


def _analysis(cluster: Cluster) -> str:
    found = indices(cluster)
    if not found:
        return _OK
    index = max(found)
    with cluster.explained():
        made = cluster.client.indices.analyze(index=index, analyzer="zh", text=_SAMPLE)["tokens"]
    theirs = [token["token"] for token in made]
    if theirs != tokens(_SAMPLE):
        said = f"{index} 的分析器 zh 与内置分词不同：{' '.join(theirs)}"
        raise StoreError(said, " ".join(tokens(_SAMPLE)), _("照模板重建这个索引"))
    return _OK


def _disk(cluster: Cluster) -> str:
    """Below the high watermark a node takes no new index, below the last one nothing is written."""
    if not _watched(cluster):
        return _OK
    with cluster.explained():
        said = cluster.client.nodes.stats(metric="fs", filter_path=["nodes.*.name", "nodes.*.fs.data"]).body
    for node in said["nodes"].values():
        for disk in node["fs"]["data"]:
            free, least = disk["available_in_bytes"], disk["high_watermark_free_space_in_bytes"]
            if free < least:
                found = f"节点 {node['name']} 的 {disk['path']} 只剩 {free / 1e9:.1f} GB，不再接收新索引"
                wanted = f"至少 {least / 1e9:.1f} GB（高水位线）"
                raise StoreError(found, wanted, _("腾出磁盘，或调小 storage.keep_mentions_days"))
    return _OK


def _watched(cluster: Cluster) -> bool:
    """Whether the cluster acts on how full its disks are."""
    wanted = "*.cluster.routing.allocation.disk.threshold_enabled"
    with cluster.explained():
        found = cluster.client.cluster.get_settings(include_defaults=True, filter_path=wanted).body
    return not any(
        section["cluster"]["routing"]["allocation"]["disk"]["threshold_enabled"] == "false"
        for section in found.values()
    )


def _looks() -> dict[str, Callable[[Cluster], str]]:
    return {
        "权限": _privileges,
        f"模板第 {schema_version()} 版": _templates,
        "映射": _mapping,
        "别名": _aliases,
        "分片": _shards,
        "可写": _writable,
        "可建新月份": _room_for_a_month,
        "分词": _analysis,
        "磁盘": _disk,
    }
