"""How fast the embedded store takes mentions in and answers.

    python -m benchmarks.store_speed [--mentions 200000] [--folder FOLDER]

Texts are generated, about 70 characters each, one mention a minute. Each figure is the median of five calls
on a warm file; the ratio against a scan (SQL LIKE over the same rows) holds on any machine.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.start import Figures, given, launch, size
from indexer import open_store
from koubei.core.domain import LABELS, FactorHit, Mention, Post, Score, ScoredMention
from koubei.core.ports import MentionStore
from koubei.core.query import parse_query
from koubei.core.text import fold

BATCH = 1000
LAST = datetime(2026, 11, 18, tzinfo=UTC)
SUBJECTS = [
    "移动",
    "电信",
    "资费套餐",
    "宽带",
    "客服",
    "网络",
    "信号",
    "流量",
    "扣费",
    "投诉",
    "营业厅",
    "太差",
]
SYLLABLES = (
    "这个真的怎一直没有我们今天昨问题解决话打还是就可以感觉开心生活工作学校朋友城市公里时候先后东西南北"
)
MARKS = ["，", "。", "！", "，5G", "？", "", "", ""]
NARROW = ["brand", "label", "role", "platform", "province", "published_at", "root_id", "post_id", "factors"]


def generate(count: int, seed: int = 1) -> Iterator[ScoredMention]:
    """Mentions in time order, the newest on 2026-11-18."""
    dice = random.Random(seed)
    for n in range(count):
        text = _text(dice)
        at = LAST - timedelta(minutes=count - n, seconds=dice.randint(0, 59))
        post = Post(
            post_id=f"forum:{n}", platform=dice.choice(["forum", "weibo", "heimao"]), source="forum",
            kind="post", title="", text=text, collected_at=at, content_hash=f"{n:064x}", published_at=at,
            time_precision="exact", url=f"https://forum.example/thread-{n}", author_key=f"{n % 50_000:032x}",
        )  # fmt: skip
        mention = Mention(
            f"forum:{n}|cmcc", post, "cmcc", "text", ((0, 2),), ("移动",), "k1", f"forum:{n - n % 3}",
            "customer", dice.choice(["山东", "广东", "北京", None]), "declared",
        )  # fmt: skip
        factor = dice.choice(["资费套餐", "网络质量", "宽带", "客服"])
        score = Score(
            dice.random(), dice.gauss(0, 3), None, None, None, dice.choice(LABELS),
            (FactorHit(factor, "neg", text[:12]),), factor, "", 0, tuple(dice.sample(SUBJECTS, 6)), "m1",
        )  # fmt: skip
        yield ScoredMention(mention, score, 1, at, at, at, None, fold(text))


def _text(dice: random.Random) -> str:
    """A subject in one clause of five, the rest filler."""
    clauses = ["".join(dice.choices(SYLLABLES, k=dice.randint(5, 14))) for _ in range(dice.randint(4, 9))]
    named = [clause + dice.choice(SUBJECTS) if dice.random() < 0.2 else clause for clause in clauses]
    return "".join(clause + dice.choice(MARKS) for clause in named)


def measure(wanted: argparse.Namespace, figures: Figures) -> None:
    """Fill a store and ask it."""
    with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
        store = open_store("sqlite:mentions.db", Path(folder))
        items = list(generate(wanted.mentions))
        ingest(store, items, figures)
        bytes_ = (Path(folder) / "mentions.db").stat().st_size
        figures.add("size", bytes_ / wanted.mentions, "bytes a mention")
        ask(store, Path(folder) / "mentions.db", figures)
        store.close()


def ingest(store: MentionStore, items: list[ScoredMention], figures: Figures) -> None:
    """Mentions a second: new, unchanged, scored again, with another text."""
    some = items[: min(len(items) // 10, 20_000)]
    scored = [replace(item, revision=2, score=replace(item.score, label="neu")) for item in some]
    edited = [replace(item, revision=3, indexed=item.indexed[::-1]) for item in some]
    for name, batch in (
        ("new", items),
        ("unchanged", some),
        ("scored again", scored),
        ("text changed", edited),
    ):
        begin = time.perf_counter()
        for start in range(0, len(batch), BATCH):
            store.upsert(batch[start : start + BATCH])
        figures.add(f"ingest, {name}", len(batch) / (time.perf_counter() - begin), "a second")


def ask(store: MentionStore, path: Path, figures: Figures) -> None:
    """Milliseconds a question, and how much faster than a scan a keyword is."""
    month = "published_at:[2026-10-19 TO 2026-11-17]"
    keyword, phrase, all_ = parse_query("宽带"), parse_query("资费套餐"), parse_query("")
    ranged, brand = parse_query(f"宽带 {month}"), parse_query(f"brand:cmcc {month}")
    mixed = parse_query(f"(资费 OR 宽带) -投诉 label:neg province:山东 {month}")
    figures.add("hits of the keyword", store.count(keyword))
    spent = _report(figures, "keyword, count", lambda: store.count(keyword))
    _report(figures, "phrase of four characters, count", lambda: store.count(phrase))
    _report(figures, "keyword + 30 days, days by label", lambda: store.histogram(ranged, "day", "label"))
    _report(figures, "keyword, days over all", lambda: store.histogram(keyword, "day"))
    _report(figures, "brand + 30 days, hours by label", lambda: store.histogram(brand, "hour", "label"))
    _report(
        figures, "brand + 30 days, distinct roots", lambda: store.histogram(brand, "day", "label", "root_id")
    )
    _report(figures, "boolean of six + 30 days, count", lambda: store.count(mixed))
    _report(figures, "facet of factors, 30 days", lambda: store.facet(brand, "factors"))
    _report(figures, "newest 20", lambda: store.search(all_))
    _report(figures, "newest 20 of the keyword", lambda: store.search(keyword))
    _report(
        figures,
        "factor + label, count over all",
        lambda: store.count(parse_query("factors:资费套餐 label:neg")),
    )
    narrow = _report(figures, "export, narrow rows, all", lambda: sum(1 for _ in store.export(all_, NARROW)))
    figures.add("export, narrow", store.count(all_) / narrow * 1000, "rows a second")
    with sqlite3.connect(path) as db:
        scan = _report(
            figures,
            "scan with LIKE",
            lambda: db.execute("SELECT count(*) FROM doc WHERE indexed LIKE '%宽带%'").fetchone(),
        )
    db.close()
    figures.add("keyword against scan", scan / spent, "times faster", digits=1)


def _report(figures: Figures, name: str, call: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        call()
        times.append((time.perf_counter() - begin) * 1000)
    median = statistics.median(times)
    figures.add(name, median, "ms", digits=1)
    return median


if __name__ == "__main__":
    launch(
        __doc__,
        measure,
        [
            size("mentions", 200_000, 2_000, "mentions in the store"),
            given("--folder", Path, "where the store is put for the time; a temporary folder by default"),
        ],
    )
