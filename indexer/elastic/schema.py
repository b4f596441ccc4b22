"""The cluster made ready: a server we speak to, our templates, indices of today's mapping."""

from __future__ import annotations

from indexer.elastic.cluster import Cluster
from indexer.elastic.installing import install
from indexer.elastic.months import check_months
from indexer.elastic.privileges import check_privileges
from indexer.elastic.server import check_server, server_version


def prepare(cluster: Cluster) -> None:
    """See that the server is one of ours to use and that templates and indices are of today's version.

    Raises:
        StoreError: another product, an older server, missing privileges, foreign or newer templates, an
            index whose mapping conflicts.
        StoreUnavailableError: the cluster is away.
    """
    check_server(server_version(cluster), cluster.where)
    check_privileges(cluster)
    install(cluster)
    check_months(cluster)
