"""Who answers at the address: the version of an Elasticsearch, or what stands there in its place."""

from __future__ import annotations

import re
from http.client import BadStatusLine, RemoteDisconnected

from elasticsearch import ApiError, SSLError, TransportError, UnsupportedProductError
from elasticsearch import ConnectionError as NoConnectionError

from indexer.elastic.address import API_KEY, identity
from indexer.elastic.cluster import Cluster
from indexer.elastic.errors import SUPPORTED, explanation, kind_and_reason
from indexer.wire import PASSING, short, speaks_tls
from koubei.core.errors import KoubeiError, StoreError
from koubei.core.language import _

LEAST_SERVER = (8, 19)
_ASKED_AGAIN_SECONDS = 5.0
_CHECK_ADDRESS = "核对 storage.store 的主机与端口：Elasticsearch 通常在 9200，Kibana 在 5601"
_PRODUCT_HEADER = "X-Elastic-Product"


def server_version(cluster: Cluster) -> str:
    """The version of the node that answers.

    Raises:
        StoreError: no Elasticsearch answers, or none that lets us in.
        StoreUnavailableError: nobody answers.
    """
    try:
        said = cluster.client.nodes.info(node_id="_local", filter_path="nodes.*.version").body
        return _version(next(iter(said["nodes"].values())))
    except (ApiError, TransportError) as error:
        raise _stranger(error, cluster) or explanation(error, cluster.where) from error
    except (KeyError, TypeError, AttributeError, StopIteration) as error:
        raise StoreError(
            _("{where} 的回答不是 Elasticsearch 的", where=cluster.where), SUPPORTED, _CHECK_ADDRESS
        ) from error


def check_server(version: str, where: str) -> None:
    """See that a server's version is one we speak to.

    Raises:
        StoreError: it is too old.
    """
    numbers = tuple(map(int, re.findall(r"\d+", version)[:2]))
    if numbers < LEAST_SERVER:
        raise StoreError(
            _("{where} 是 Elasticsearch {version}", where=where, version=version),
            SUPPORTED,
            _("升级 Elasticsearch"),
        )


def _version(node: object) -> str:
    match node:
        case {"version": str(version)}:
            return version
    raise TypeError("a node without a version")


def _stranger(error: Exception, cluster: Cluster) -> KoubeiError | None:
    """What is wrong with the address; None where an Elasticsearch answered, or nobody did."""
    match error:
        case UnsupportedProductError():
            return _not_elasticsearch(error, cluster)
        case SSLError():
            return None
        case NoConnectionError():
            return _speaks_tls(cluster) or _speaks_no_http(error, cluster.where)
        case ApiError() if error.status_code not in PASSING and not _is_elasticsearch(error):
            return _speaks_tls(cluster) or _not_elasticsearch(error, cluster)
    return None


def _is_elasticsearch(error: ApiError) -> bool:
    """Who is not let in gets an answer without the product's header."""
    return _PRODUCT_HEADER in error.meta.headers or kind_and_reason(error.body)[0] == "security_exception"


def _not_elasticsearch(error: ApiError, cluster: Cluster) -> KoubeiError:
    where, status = cluster.where, error.meta.status
    if status == 401:
        found = f"{where} 不放行（401），回答的是别的程序，或 Elasticsearch 前面的代理"
        return StoreError(
            found, SUPPORTED, _("核对地址；若是代理，核对 {identity}", identity=identity() or API_KEY)
        )
    product = _product(cluster)
    if product.startswith("Elasticsearch"):
        found = f"{where} 是 {product}，回答里没有 {_PRODUCT_HEADER}"
        return StoreError(found, SUPPORTED, _("升级 Elasticsearch；中间有代理时让它放行这个头"))
    location = error.meta.headers.get("location")
    what = product or f"{status} 的回答" + (f"，转到 {short(location)}" if location else "")
    return StoreError(
        _("{where} 不是 Elasticsearch（得到 {what}）", where=where, what=what), SUPPORTED, _CHECK_ADDRESS
    )


def _product(cluster: Cluster) -> str:
    """What the root says of itself, such as OpenSearch 2.19.1 or Elasticsearch 7.10.2; "" where nothing."""
    client = cluster.client.options(request_timeout=_ASKED_AGAIN_SECONDS, max_retries=0)
    try:
        answer: object = client.perform_request("GET", "/", headers={"accept": "*/*"}).body
    except UnsupportedProductError as error:
        answer = error.body
    except ApiError as error:
        return "Kibana 的回答" if "kbn-name" in error.meta.headers else ""
    except TransportError:
        return ""
    match answer:
        case {"version": {"distribution": str(kind), "number": str(number)}}:
            return short(f"{'OpenSearch' if kind == 'opensearch' else kind} {number}")
        case {"version": {"number": str(number)}}:
            return short(f"Elasticsearch {number}")
    return ""


def _speaks_tls(cluster: Cluster) -> KoubeiError | None:
    """Of an http address: whether one of its nodes speaks https."""
    for node in cluster.client.transport.node_pool.all():
        if node.config.scheme == "http" and speaks_tls(node.config.host, node.config.port):
            found = f"{node.base_url} 说的是 https，而地址写的是 http"
            return StoreError(found, "https://…", _("把 storage.store 的 http 改成 https"))
    return None


def _speaks_no_http(error: TransportError, where: str) -> KoubeiError | None:
    """A mail server, an SSH server: the first line of the answer is none of HTTP."""
    cause = error.__cause__
    for part in cause.args if cause else ():
        if isinstance(part, BadStatusLine) and not isinstance(part, RemoteDisconnected):
            found = f"{where} 不是 Elasticsearch（得到 {short(str(part))}）"
            return StoreError(found, SUPPORTED, _CHECK_ADDRESS)
    return None
