"""How much disk a mention takes in Elasticsearch, and in which fields.

    PYTHONPATH=.:tools python benchmarks/elastic_size.py [MENTIONS=100000]

The mentions are those of store_speed.py; a server like that of the tests is started for it and stopped after.
Sizes are of one copy, without replicas.
"""

from __future__ import annotations

import sys
import warnings
from itertools import islice
from pathlib import Path

from elastic_server import Node, unpacked
from elasticsearch import Elasticsearch
from elasticsearch.exceptions import GeneralAvailabilityWarning
from store_speed import BATCH, generate

from indexer import open_store

NAME = "koubei_size"
SHOWN = 8


def main() -> None:
    """Fill a server, print bytes a mention."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with (
        unpacked() as home,
        Node(home) as node,
        Elasticsearch(node.origin, request_timeout=600) as client,
    ):
        fill(f"{node.origin}/{NAME}", count)
        report(client, count)


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
    warnings.simplefilter("ignore", GeneralAvailabilityWarning)  # disk usage by field is a preview
    fields: dict[str, int] = {}
    for usage in client.indices.disk_usage(index=NAME, run_expensive_tasks=True).body.values():
        for field, parts in usage.get("fields", {}).items():
            fields[field] = fields.get(field, 0) + parts["total_in_bytes"]
    for field, used in sorted(fields.items(), key=lambda item: -item[1])[:SHOWN]:
        print(f"{'  ' + field:30} {used / count:10,.0f} bytes a mention")


def size(client: Elasticsearch) -> int:
    """Bytes of the segments that are searched (the index statistics lag by ten seconds)."""
    return sum(
        segment["size_in_bytes"]
        for index in client.indices.segments(index=NAME)["indices"].values()
        for copies in index["shards"].values()
        for shard in copies
        for segment in shard["segments"].values()
        if segment["search"]
    )


if __name__ == "__main__":
    main()
