"""The store that scales: Elasticsearch 8.19 or 9, one index a month. Only this package imports its client."""

from indexer.elastic.store import ElasticStore

__all__ = ["ElasticStore"]
