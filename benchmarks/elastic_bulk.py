"""What the store on Elasticsearch costs over the bare client, and how fast it answers.

    python -m benchmarks.elastic_bulk [--mentions 100000] [--url URL]

Without a URL (or KOUBEI_TEST_ES_URL) a server is started as the tests do it. The bare run sends documents
made and serialised beforehand with the client's own streaming_bulk into indices of the same templates; the
store is given mentions and does everything: look up, encode, send, judge. They take turns of one batch, so
that what else the machine does falls on both. Only ratios hold on another machine.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path

from elastic_server import URL_VARIABLE, CannotRunError, shared_server
from elasticsearch import Elasticsearch, helpers

from benchmarks.start import Figures, given, launch, size
from benchmarks.store_speed import LAST, SUBJECTS, generate
from indexer.elastic import ElasticStore
from indexer.elastic.documents import document_id, encode, index_of
from koubei.core.domain import ScoredMention
from koubei.core.query import And, Keyword, Range

BATCH = 500
QUESTIONS = 100


def measure(wanted: argparse.Namespace, figures: Figures) -> None:
    """Both in turns, then the questions."""
    if wanted.url:
        os.environ[URL_VARIABLE] = wanted.url
    with tempfile.TemporaryDirectory() as folder, shared_server(Path(folder)) as origin:
        for name in ("bare", "bench"):
            _remove(origin, name)
        try:
            _index(origin, wanted.mentions, figures)
            _ask(ElasticStore(f"{origin}/bench"), wanted.questions, figures)
        finally:
            for name in ("bare", "bench"):
                _remove(origin, name)


def _index(origin: str, count: int, figures: Figures) -> None:
    client = Elasticsearch(origin, request_timeout=60)
    bare, store = ElasticStore(f"{origin}/bare"), ElasticStore(f"{origin}/bench")
    for each in (bare, store):
        each.refresh()  # templates are not what is measured
    mentions = generate(count)
    seconds: dict[str, list[float]] = {"bare": [], "store": []}
    turn = 0
    while batch := list(islice(mentions, BATCH)):
        ready = [_action(item) for item in batch]
        runs: list[tuple[str, Callable[[], object]]] = [
            ("bare", lambda ready=ready: _send(client, ready)),
            ("store", lambda batch=batch: store.upsert(batch)),
        ]
        turn += 1
        for name, run in runs if turn % 2 else reversed(runs):
            started = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - started)
    store.refresh()
    _say_index(seconds, count, figures)
    client.close()


def _action(item: ScoredMention) -> tuple[dict[str, object], bytes]:
    name = document_id(item.mention.mention_id)
    return {"index": {"_index": index_of("bare", item.filed_at), "_id": name}}, encode(item)


def _send(client: Elasticsearch, ready: Sequence[tuple[dict[str, object], bytes]]) -> None:
    done = helpers.streaming_bulk(client, ready, chunk_size=BATCH, expand_action_callback=lambda pair: pair)
    if not all(ok for ok, _ in done):
        raise RuntimeError("the bare client could not write")


def _say_index(seconds: dict[str, list[float]], count: int, figures: Figures) -> None:
    for name, each in seconds.items():
        median = statistics.median(each) * 1000
        figures.add(name, count / sum(each), f"mentions/s, batch median {median:.0f} ms")
    figures.add("ratio of rates, store / bare", sum(seconds["bare"]) / sum(seconds["store"]), digits=2)
    figures.memory()


def _ask(store: ElasticStore, questions: int, figures: Figures) -> None:
    """Keyword and 60 days: the newest 20, and a day histogram by label."""
    dice = random.Random(3)
    spent: list[float] = []
    for _ in range(questions):
        word, end = dice.choice(SUBJECTS), LAST - timedelta(days=dice.randint(0, 300))
        query = And((Keyword(word), Range("published_at", end - timedelta(days=60), end)))
        started = time.perf_counter()
        store.search(query)
        store.histogram(query, "day", "label")
        spent.append((time.perf_counter() - started) * 1000)
    ranked = sorted(spent)
    figures.add("questions", questions)
    figures.add("p50", ranked[len(ranked) // 2], "ms")
    figures.add("p95", ranked[len(ranked) * 95 // 100], "ms")


def _remove(origin: str, name: str) -> None:
    with Elasticsearch(origin, request_timeout=60) as client:
        if indices := client.indices.get(index=f"{name}-*", filter_path="*.aliases").body:
            client.indices.delete(index=",".join(indices))
        client.options(ignore_status=404).indices.delete_index_template(name=name)
        for part in ("settings", "mappings"):
            client.options(ignore_status=404).cluster.delete_component_template(name=f"{name}-{part}")


if __name__ == "__main__":
    options = [
        size("mentions", 100_000, 1_000, "mentions to write"),
        size("questions", QUESTIONS, 5, "searches"),
        given("--url", str, "a server to measure on; one is started otherwise"),
    ]
    launch(__doc__, measure, options, (CannotRunError,))
