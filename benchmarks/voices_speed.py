"""How fast posts are sorted into voices beside many known ones, and which copies are found.

    python benchmarks/voices_speed.py [KNOWN=1000000] [FOLDER]

Generated weibo-like texts of 60 letters at the median, in batches of 500, each durable before the next. Speed
is posts a second of processor time of one core (and, in brackets, by the clock), folding included; beside it
the same work with exact hashing (SHA-256 of the fingerprint, one SQLite table), as a ratio that holds on any
machine. The quality figures are the share of edited copies that get the voice of their original and the share
of other texts that wrongly get one, by generated edits; and the sandbox world against its truth.
"""

from __future__ import annotations

import hashlib
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from crawlers.sandbox import World
from koubei.core.domain import Post
from koubei.core.text import fingerprint_text
from koubei.mentions import Voices

BATCH = 500
MEASURED = 40
"""Batches a speed is measured over."""
NOW = datetime(2026, 11, 18, tzinfo=UTC)
PAIRS = (
    "移动电信资费套餐宽带客服网络信号流量扣费投诉太差师傅上门安装充值余额合约靓号降档取消短信"
    "提醒账单明细退款赔偿昨天今天打电话费没人就是不给一直推托结果又是还是他们我家小区速度"
)
WORDS = [PAIRS[n : n + 2] for n in range(0, len(PAIRS), 2)]
LETTERS = [chr(0x4E00 + n) for n in range(3000)]
Edit = Callable[[str, random.Random], str]


def main() -> None:
    """Fill the index, measure, print."""
    known = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        _speed(Path(folder), known)
        _quality_of_edits(Path(folder))
        _quality_in_the_sandbox(Path(folder))


def _speed(folder: Path, known: int) -> None:
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
    print(f"{known:,} known posts")
    print(f"  voices         {near}")
    print(f"  exact hashing  {hashed}   ratio {near.cpu / hashed.cpu:.2f}")
    copies = [[replace(p, post_id=f"{p.post_id}c", text=f"{p.text}！") for p in batch] for batch in measured]
    print(f"  all copies     {_rate(voices.roots, copies)}")
    print(f"  the same again {_rate(voices.roots, measured)}")
    files = {"voices.db": folder / "voices.db", "cache": folder / "cache"}
    sizes = ", ".join(f"{name} {_size(path):,.0f} MB" for name, path in files.items())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  on disk        {sizes}\n  peak memory    {peak:,.0f} MB with the maps that were read")
    started = time.process_time()
    Voices(folder / "voices.db", folder / "cache").roots(measured[0])
    print(f"  opened again   {time.process_time() - started:.2f} s to the end of the first batch")


def _quality_of_edits(folder: Path) -> None:
    print("edited copies found, by length of the original (letters)")
    lengths = (15, 30, 60, 120, 400)
    print("  " + "".join(f"{length:>8}" for length in lengths))
    for name, edit in EDITS.items():
        shares = [_share_joined(folder, f"{name}-{length}", length, edit) for length in lengths]
        print("  " + "".join(f"{share:8.1%}" for share in shares) + f"  {name}")
    print("others' texts joined")
    for name, edit in OTHERS.items():
        shares = [_share_joined(folder, f"{name}-{length}", length, edit) for length in lengths]
        print("  " + "".join(f"{share:8.1%}" for share in shares) + f"  {name}")


def _share_joined(folder: Path, name: str, length: int, edit: Edit) -> float:
    dice = random.Random(length)
    voices = Voices(folder / f"{hashlib.sha256(name.encode()).hexdigest()}.db", folder / f"cache {name}")
    originals = [_post(n, f"{_text(dice, length)}扣了38元") for n in range(BATCH)]
    edited = [_post(BATCH + n, edit(p.text, dice)) for n, p in enumerate(originals)]
    voices.roots(originals)
    roots = voices.roots(edited)
    voices.close()
    return sum(roots[c.post_id] == p.post_id for c, p in zip(edited, originals, strict=True)) / BATCH


def _quality_in_the_sandbox(folder: Path) -> None:
    truth = sorted(World.make(NOW, 1).truth, key=lambda one: one.published_at)
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
    print(f"sandbox world: {len(posts):,} posts, {len(set(true.values())):,} voices in truth,", end=" ")
    print(f"{len(set(roots.values())):,} found;", end=" ")
    print(f"pairs: precision {together / _pairs(roots.values()):.4f},", end=" ")
    print(f"recall {together / _pairs(true.values()):.4f}")


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

    def __str__(self) -> str:
        return f"{self.cpu:9,.0f} posts/s ({self.clock:,.0f} by the clock)"


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
    main()
