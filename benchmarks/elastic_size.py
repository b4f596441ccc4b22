"""How much disk a mention takes in Elasticsearch, and in which fields.

    python -m benchmarks.elastic_size [--mentions 100000]

The mentions are those of store_speed.py; a server like that of the tests is started for it and stopped after.
Sizes are of one copy, without replicas.
"""

from __future__ import annotations

import argparse
import warnings
from itertools import islice
from pathlib import Path

from elastic_server import CannotRunError, Node, unpacked
from elasticsearch import Elasticsearch
from elasticsearch.exceptions import GeneralAvailabilityWarning

from benchmarks.start import Figures, launch, size
from benchmarks.store_speed import BATCH, generate
from indexer import open_store

NAME = "koubei_size"
SHOWN = 8


def measure(wanted: argparse.Namespace, figures: Figures) -> None:
    """Fill a server, then bytes a mention."""
    with (
        unpacked() as home,
        Node(home) as node,
        Elasticsearch(node.origin, request_timeout=600) as client,
    ):
        fill(f"{node.origin}/{NAME}", wanted.mentions)
        report(client, wanted.mentions, figures)


def fill(url: str, count: int) -> None:
    """Write the mentions through the store."""
    store = open_store(url, Path())
    mentions = generate(count)
    while batch := list(islice(mentions, BATCH)):
        store.upsert(batch)
    store.refresh()
    store.close()


def report(client: Elasticsearch, count: int, figures: Figures) -> None:
    """Bytes a mention as written, merged to one segment an index, and by field."""
    client.indices.flush(index=NAME)
    figures.add("indices (months)", len(client.indices.get_alias(name=NAME).body))
    figures.add("as written", searched(client) / count, "bytes a mention")
    client.indices.forcemerge(index=NAME, max_num_segments=1)
    client.indices.flush(index=NAME)
    figures.add("merged", searched(client) / count, "bytes a mention")
    warnings.simplefilter("ignore", GeneralAvailabilityWarning)  # disk usage by field is a preview
    fields: dict[str, int] = {}
    for usage in client.indices.disk_usage(index=NAME, run_expensive_tasks=True).body.values():
        for field, parts in usage.get("fields", {}).items():
            fields[field] = fields.get(field, 0) + parts["total_in_bytes"]
    for field, used in sorted(fields.items(), key=lambda item: -item[1])[:SHOWN]:
        figures.add(f"of that, {field}", used / count, "bytes a mention")


def searched(client: Elasticsearch) -> int:
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
    launch(__doc__, measure, [size("mentions", 100_000, 1_000, "mentions to write")], (CannotRunError,))
