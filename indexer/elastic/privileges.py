"""May we do what the store does? Asked before anything is read.

A search over a pattern leaves out, without a word, the indices a key may not read: the answer would be that
there are no mentions.
"""

from __future__ import annotations

from elasticsearch import ApiError

from indexer.elastic.cluster import Cluster
from indexer.elastic.errors import ROLE_HELP
from koubei.core.errors import StoreError
from koubei.core.language import _

CLUSTER_PRIVILEGES = ["monitor", "manage_index_templates"]
INDEX_PRIVILEGES = ["create_index", "index", "delete", "read", "view_index_metadata", "manage"]
"""What the documented role grants, on the cluster and on our indices."""
_NO_HANDLER = (400, 404, 405)
"""How a server without its security features answers."""


def check_privileges(cluster: Cluster) -> bool:
    """True where we hold all that the documented role grants, False where the server has no security on.

    Raises:
        StoreError: some are lacking, or we are not let in.
        StoreUnavailableError: the cluster is away.
    """
    wanted = {"names": [cluster.indices], "privileges": INDEX_PRIVILEGES}
    with cluster.explained():
        try:
            said = cluster.client.security.has_privileges(cluster=CLUSTER_PRIVILEGES, index=[wanted]).body
        except ApiError as error:
            if error.status_code in _NO_HANDLER:
                return False
            raise
    held = {**said["cluster"], **said["index"][cluster.indices]}
    if lacking := [name for name in CLUSTER_PRIVILEGES + INDEX_PRIVILEGES if not held[name]]:
        raise StoreError(
            _("权限不足：缺 {lacking}", lacking=_("、").join(lacking)),
            _("对 {indices} 的最小权限", indices=cluster.indices),
            ROLE_HELP,
        )
    return True
