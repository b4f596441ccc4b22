"""The cluster made ready: a server we speak to, our templates, indices of today's mapping."""

from __future__ import annotations

import re

from indexer.elastic.cluster import Cluster
from indexer.elastic.errors import SUPPORTED
from indexer.elastic.installing import install
from indexer.elastic.months import check_months
from koubei.core.errors import StoreError

LEAST_SERVER = (8, 19)


def prepare(cluster: Cluster) -> None:
    """See that the server is one of ours to use and that templates and indices are of today's version.

    Raises:
        StoreError: another product, an older server, missing privileges, foreign or newer templates, an
            index whose mapping conflicts.
        StoreUnavailableError: the cluster is away.
    """
    check_server(server_version(cluster), cluster.where)
    install(cluster)
    check_months(cluster)


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
