"""A real Elasticsearch on loopback, for tests and benchmarks.

`shared_server` gives every process of a test run the same server; `Node` is one of one's own.
Where neither KOUBEI_TEST_ES_URL names a server nor one can be made here, `CannotRunError` says why.
"""

from elastic_server.artifacts import CannotRunError
from elastic_server.node import Node, unpacked
from elastic_server.secure import SecureNode
from elastic_server.shared import URL_VARIABLE, shared_server

__all__ = ["URL_VARIABLE", "CannotRunError", "Node", "SecureNode", "shared_server", "unpacked"]
