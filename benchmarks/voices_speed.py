"""How fast posts are sorted into voices beside many known ones, and which copies are found.

    python -m benchmarks.voices_speed [--known 1000000] [--folder FOLDER]

Generated weibo-like texts of 60 letters at the median, in batches of 500, each durable before the next. Speed
is posts a second of processor time of one core (and, in brackets, by the clock), folding included; beside it
the same work with exact hashing (SHA-256 of the fingerprint, one SQLite table), as a ratio that holds on any
machine. The quality figures are the share of edited copies that get the voice of their original and the share
of other texts that wrongly get one, by generated edits; and the sandbox world against its truth.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.start import Figures, given, launch, size
from crawlers.sandbox import World
from koubei.core.domain import Post
from koubei.core.text import fingerprint_text
from koubei.mentions import Voices

BATCH = 500
MEASURED = 40
"""Batches a speed is measured over."""
LENGTHS = (15, 30, 60, 120, 400)
NOW = datetime(2026, 11, 18, tzinfo=UTC)
PAIRS = (
    "移动电信资费套餐宽带客服网络信号流量扣费投诉太差师傅上门安装充值余额合约靓号降档取消短信"
    "提醒账单明细退款赔偿昨天今天打电话费没人就是不给一直推托结果又是还是他们我家小区速度"
)
WORDS = [PAIRS[n : n + 2] for n in range(0, len(PAIRS), 2)]
LETTERS = [chr(0x4E00 + n) for n in range(3000)]
Edit = Callable[[str, random.Random], str]


def measure(wanted: argparse.Namespace, figures: Figures) -> None:
    """Fill the index, then speed, then quality."""
    with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
        _speed(Path(folder), wanted.known, figures)
        _quality_of_edits(Path(folder), wanted.edited, figures)
        _quality_in_the_sandbox(Path(folder), wanted.scale, figures)


def _speed(folder: Path, known: int, figures: Figures) -> None:
    dice = random.Random(1)
    batches = _batches(dice)
    voices = Voices(folder / "voices.db", folder / "cache")
    exact = ExactHashing(folder / "exact.db")
    for _ in range(known // BATCH):
        batch = next(batches)
        voices.roots(batch)
        exact.roots(batch)
    measured = [next(batches) for _ in range(MEASURED)]
    near, hashed = _rate(voices.roots, measured), _rate(exact.roots, measured)
    figures.add("known posts", known)
    _say(figures, "voices", near)
    _say(figures, "exact hashing", hashed)
    figures.add("ratio", near.cpu / hashed.cpu, digits=2)
    copies = [[replace(p, post_id=f"{p.post_id}c", text=f"{p.text}！") for p in batch] for batch in measured]
    _say(figures, "all copies", _rate(voices.roots, copies))
    _say(figures, "the same again", _rate(voices.roots, measured))
    for name in ("voices.db", "cache"):
        figures.add(f"on disk, {name}", _size(folder / name), "MB")
    figures.memory()
    started = time.process_time()
    Voices(folder / "voices.db", folder / "cache").roots(measured[0])
    figures.add("opened again", time.process_time() - started, "s to the end of the first batch", digits=2)


def _say(figures: Figures, name: str, rate: Rate) -> None:
    figures.add(name, rate.cpu, f"posts/s ({rate.clock:,.0f} by the clock)")


def _quality_of_edits(folder: Path, count: int, figures: Figures) -> None:
    """Shares of edited copies found and of others' texts joined, by letters of the original."""
    for what, edits in (("found", EDITS), ("wrongly joined", OTHERS)):
        for name, edit in edits.items():
            for length in LENGTHS:
                share = _share_joined(folder, f"{name}-{length}", length, edit, count)
                figures.add(f"{what}: {name}, {length} letters", share, digits=3)


def _share_joined(folder: Path, name: str, length: int, edit: Edit, count: int) -> float:
    dice = random.Random(length)
    voices = Voices(folder / f"{hashlib.sha256(name.encode()).hexdigest()}.db", folder / f"cache {name}")
    originals = [_post(n, f"{_text(dice, length)}扣了38元") for n in range(count)]
    edited = [_post(count + n, edit(p.text, dice)) for n, p in enumerate(originals)]
    voices.roots(originals)
    roots = voices.roots(edited)
    voices.close()
    return sum(roots[c.post_id] == p.post_id for c, p in zip(edited, originals, strict=True)) / count


def _quality_in_the_sandbox(folder: Path, scale: float, figures: Figures) -> None:
    truth = sorted(World.make(NOW, 1, scale=scale).truth, key=lambda one: one.published_at)
    voices = Voices(folder / "sandbox.db", folder / "cache sandbox")
    names = {one.key: ":".join(one.key) for one in truth}
    posts = [
        Post(names[one.key], one.key[0], "s", "post", one.title, one.text, NOW, "",
             repost_of=names[one.repost_of] if one.repost_of else None)
        for one in truth
    ]  # fmt: skip
    roots: dict[str, str] = {}
    for start in range(0, len(posts), BATCH):
        roots |= voices.roots(posts[start : start + BATCH])
    true = {names[one.key]: names[one.voice] for one in truth}
    together = _pairs((roots[i], true[i]) for i in roots)
    figures.add("sandbox: posts", len(posts))
    figures.add("sandbox: voices in truth", len(set(true.values())))
    figures.add("sandbox: voices found", len(set(roots.values())))
    figures.add("sandbox: precision of pairs", together / _pairs(roots.values()), digits=4)
    figures.add("sandbox: recall of pairs", together / _pairs(true.values()), digits=4)


def _pairs(clusters: Iterable[object]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(clusters).values())


def _size(path: Path) -> float:
    files = [path] if path.is_file() else list(path.iterdir())
    return sum(file.stat().st_size for file in files) / 1e6


@dataclass(frozen=True)
class Rate:
    """Posts a second of processor time, and of the clock."""

    cpu: float
    clock: float


def _rate(work: Callable[[Sequence[Post]], object], batches: Sequence[Sequence[Post]]) -> Rate:
    clock, cpu = time.perf_counter(), time.process_time()
    for batch in batches:
        work(batch)
    posts = sum(map(len, batches))
    return Rate(posts / (time.process_time() - cpu), posts / (time.perf_counter() - clock))


class ExactHashing:
    """What near-duplicate clusters are compared with: equal fingerprints only."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("CREATE TABLE roots (hash TEXT PRIMARY KEY, post_id TEXT NOT NULL) WITHOUT ROWID")

    def roots(self, posts: Sequence[Post]) -> dict[str, str]:
        """post_id -> the first post with the same fingerprint."""
        hashes = [hashlib.sha256(fingerprint_text(p.text).encode()).hexdigest() for p in posts]
        self._db.execute("BEGIN IMMEDIATE")
        rows = [(one, p.post_id) for one, p in zip(hashes, posts, strict=True)]
        self._db.executemany("INSERT OR IGNORE INTO roots VALUES (?, ?)", rows)
        marks = ",".join("?" * len(hashes))
        first = dict(self._db.execute(f"SELECT hash, post_id FROM roots WHERE hash IN ({marks})", hashes))
        self._db.execute("COMMIT")
        return {p.post_id: first[one] for one, p in zip(hashes, posts, strict=True)}


def known_posts(count: int) -> Iterator[Post]:
    """So many different weibo-like posts."""
    for batch in islice(_batches(random.Random(1)), -(-count // BATCH)):
        yield from batch


def _batches(dice: random.Random) -> Iterator[list[Post]]:
    number = 0
    while True:
        texts = [_text(dice, max(12, int(dice.lognormvariate(4.1, 0.7)))) for _ in range(BATCH)]
        yield [_post(number + n, text) for n, text in enumerate(texts)]
        number += BATCH


def _post(number: int, text: str) -> Post:
    return Post(f"weibo:{5_090_000_000_000_000 + number * 37}", "weibo", "w", "post", "", text, NOW, "")


def _text(dice: random.Random, length: int) -> str:
    text = ""
    while len(text) < length:
        text += dice.choice(WORDS) if dice.random() < 0.6 else dice.choice(LETTERS)
        text += "，" if dice.random() < 0.08 else ""
    return text[:length]


def _with_word_changed(text: str, dice: random.Random) -> str:
    place = dice.randrange(len(text) - 2)
    return f"{text[:place]}{dice.choice(LETTERS)}{dice.choice(LETTERS)}{text[place + 2 :]}"


EDITS: dict[str, Edit] = {
    "punctuation": lambda text, _: text.replace("，", "！！ ") + "。。。",
    "emoji at the end": lambda text, _: f"{text}\U0001f621\U0001f621",
    "[怒] at the end": lambda text, _: f"{text}[怒]",
    "转发： before": lambda text, _: f"转发：{text}",
    "说得对//@某某: before": lambda text, _: f"说得对//@某某:{text}",
    "#话题# after": lambda text, _: f"{text} #宽带那些事#",
    "one word replaced": _with_word_changed,
    "last tenth cut off …": lambda text, _: text[: len(text) * 9 // 10] + "…",
    "last third cut off …": lambda text, _: text[: len(text) * 2 // 3] + "…",
}
OTHERS: dict[str, Edit] = {
    "38元 turned into 98元": lambda text, _: text.replace("38元", "98元"),
    "first half shared": lambda text, dice: text[: len(text) // 2] + _text(dice, len(text) // 2),
    "every fifth letter changed": lambda text, dice: "".join(
        dice.choice(LETTERS) if n % 5 == 2 else letter for n, letter in enumerate(text)
    ),
}


if __name__ == "__main__":
    launch(
        __doc__,
        measure,
        [
            size("known", 1_000_000, 2_000, "posts sorted into voices before"),
            size("edited", BATCH, 20, "copies of each kind of edit and length"),
            given("--scale", float, "size of the sandbox world", default=1.0, smoke=0.05),
            given("--folder", Path, "where the files are put for the time; a temporary folder by default"),
        ],
    )
