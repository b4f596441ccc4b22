"""How much disk a mention takes in Elasticsearch, and in which fields.

    PYTHONPATH=.:tools python benchmarks/elastic_size.py [MENTIONS=100000]

The mentions are those of store_speed.py. KOUBEI_TEST_ES_URL names the server, else the tests' own is started.
Sizes are of one copy, without replicas.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import islice
from pathlib import Path

from elastic_server import shared_server
from elasticsearch import Elasticsearch
from store_speed import BATCH, generate

from indexer import open_store

NAME = "koubei_size"
SHOWN = 8


def main() -> None:
    """Fill an alias of its own, print bytes a mention, remove it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with (
        tempfile.TemporaryDirectory() as folder,
        shared_server(Path(folder)) as origin,
        Elasticsearch(origin, request_timeout=600) as client,
    ):
        try:
            fill(f"{origin}/{NAME}", count)
            report(client, count)
        finally:
            remove(client)


def fill(url: str, count: int) -> None:
    """Write the mentions through the store."""
    store = open_store(url, Path())
    mentions = generate(count)
    while batch := list(islice(mentions, BATCH)):
        store.upsert(batch)
    store.refresh()
    store.close()


def report(client: Elasticsearch, count: int) -> None:
    """Bytes a mention as written, merged to one segment an index, and by field."""
    client.indices.flush(index=NAME)
    print(f"{'indices (months)':30} {len(client.indices.get_alias(name=NAME).body):10,}")
    print(f"{'as written':30} {size(client) / count:10,.0f} bytes a mention")
    client.indices.forcemerge(index=NAME, max_num_segments=1)
    client.indices.flush(index=NAME)
    print(f"{'merged':30} {size(client) / count:10,.0f} bytes a mention")
    fields: dict[str, int] = {}
    for usage in client.indices.disk_usage(index=NAME, run_expensive_tasks=True).body.values():
        for field, parts in usage.get("fields", {}).items():
            fields[field] = fields.get(field, 0) + parts["total_in_bytes"]
    for field, used in sorted(fields.items(), key=lambda item: -item[1])[:SHOWN]:
        print(f"{'  ' + field:30} {used / count:10,.0f} bytes a mention")


def size(client: Elasticsearch) -> int:
    """Bytes on disk of the primary shards."""
    return int(
        client.indices.stats(index=NAME, metric="store")["_all"]["primaries"]["store"]["size_in_bytes"]
    )


def remove(client: Elasticsearch) -> None:
    """Delete what the benchmark made."""
    quiet = client.options(ignore_status=404)
    for index in client.indices.get(index=f"{NAME}-*", filter_path="*.aliases").body:
        client.indices.delete(index=index)
    quiet.indices.delete_index_template(name=NAME)
    for part in ("settings", "mappings"):
        quiet.cluster.delete_component_template(name=f"{NAME}-{part}")


if __name__ == "__main__":
    main()
