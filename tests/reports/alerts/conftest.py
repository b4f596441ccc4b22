"""A seeded world of hourly posts in a SQLite store."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from indexer.sqlite import SqliteStore
from koubei.core.clock import BEIJING, FixedClock, Window
from koubei.core.config.schema import Settings
from koubei.core.records import FIELD_BY_NAME, Record, from_record
from koubei.core.state import State

START = datetime(2026, 10, 11, 16, tzinfo=UTC)
"""Monday 2026-10-12 00:00 in Beijing: after the autumn holidays."""


def row(at: datetime, n: int, **changes: Any) -> Record:
    """One negative customer mention of cmcc in the forum; `n` makes ids unique."""
    detail = {
        "native_id": str(n), "quoted": "", "account": "", "thread_title": "", "declares": [],
        "post_province": None, "deleted": False, "extra": {}, "collected_at": at.isoformat(),
        "spans": [], "words": [], "indexed": "", "clauses": [],
    }  # fmt: skip
    values: Record = dict.fromkeys(FIELD_BY_NAME) | {
        "post_id": f"forum:{n}", "brand": "cmcc", "platform": "forum", "source": "forum", "kind": "post",
        "matched_by": "text", "title": "", "text": f"信号又断了，第 {n} 次了", "url": f"https://forum.example/t/{n}",
        "author_key": f"a{n}", "author_name": "张**", "role": "customer", "label": "neg", "severity": 1,
        "primary_factor": "none", "factors": [], "stage": "", "keywords": [], "province_source": "declared",
        "published_at": at, "time_precision": "minute", "first_collected_at": at + timedelta(minutes=20),
        "root_id": f"forum:{n}", "likes": 1, "comments": 0, "reposts": 0, "keyword_version": "k1",
        "model_version": "m1", "revision": n + 1, "content_hash": f"h{n}", "detail": detail,
    } | changes  # fmt: skip
    values["mention_id"] = f"{values['post_id']}|{values['brand']}"
    values["filed_at"] = values["published_at"] or values["first_collected_at"]
    values["last_collected_at"] = values["first_collected_at"]
    return values


def write(store: SqliteStore, rows: Sequence[Record]) -> None:
    """File the rows as the pipeline would."""
    store.upsert([from_record(values) for values in rows])


FACTORS = ["资费套餐", "网络质量", "宽带", "客服", "none"]
PROVINCES = ["山东", "广东", "北京", "四川", None]


def quiet_rows(days: int, per_hour: float = 6.0, seed: int = 7, start: datetime = START) -> list[Record]:
    """`days` of posts with a daily rhythm, half of them negative, no event in them."""
    rng = random.Random(seed)
    rows: list[Record] = []
    for hour in range(days * 24):
        begin = start + timedelta(hours=hour)
        local = begin.astimezone(BEIJING)
        rhythm = 0.2 if local.hour < 7 else 1.3 if 9 <= local.hour < 23 else 0.9
        level = per_hour * rhythm * (0.85 if local.weekday() >= 5 else 1.0) * 2
        for _ in range(_poisson(rng, level)):
            n = len(rows)
            at = begin + timedelta(minutes=rng.randrange(60))
            label = rng.choice(["neg", "pos"])
            rows.append(
                row(at, n, label=label, primary_factor=rng.choice(FACTORS), province=rng.choice(PROVINCES))
            )
    return rows


def _poisson(rng: random.Random, mean: float) -> int:
    count, total = 0, rng.expovariate(1.0)
    while total < mean:
        count += 1
        total += rng.expovariate(1.0)
    return count


def surge_rows(at: datetime, hours: int, per_hour: int, first: int = 100_000, **changes: Any) -> list[Record]:
    """A tariff surge in Shandong: `per_hour` distinct negative posts by as many authors."""
    values = {"primary_factor": "资费套餐", "province": "山东"} | changes
    return [
        row(
            at + timedelta(hours=h, minutes=(i * 7) % 60),
            first + h * per_hour + i,
            text=f"套餐偷偷涨价，第 {h}-{i} 回",
            **values,
        )
        for h in range(hours)
        for i in range(per_hour)
    ]


@pytest.fixture(scope="session")
def quiet_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store file of 28 quiet days from START; copied for each test."""
    path = tmp_path_factory.mktemp("quiet") / "mentions.db"
    store = SqliteStore(path)
    write(store, quiet_rows(28))
    store.close()
    return path


@pytest.fixture
def month(quiet_file: Path, tmp_path: Path) -> Iterator[SqliteStore]:
    """28 quiet days, to be written on."""
    store = SqliteStore(Path(shutil.copy(quiet_file, tmp_path / "mentions.db")))
    yield store
    store.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store without a row."""
    store = SqliteStore(tmp_path / "empty.db")
    yield store
    store.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "brands": [{"id": "cmcc", "name": "中国移动", "include": ["中国移动"]}],
            "storage": {"data": str(tmp_path)},
            "reports": {"console_url": "https://koubei.example"},
        }
    )


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def state(tmp_path: Path, clock: FixedClock) -> Iterator[State]:
    opened = State.open(tmp_path / "state.db", clock)
    yield opened
    opened.close()


@pytest.fixture
def make() -> SimpleNamespace:
    """The builders above, for tests (this folder is no package)."""
    return SimpleNamespace(row=row, surge=surge_rows, quiet=quiet_rows, write=write, start=START)


@pytest.fixture
def hours_after() -> Callable[[float], datetime]:
    return lambda hours: START + timedelta(hours=hours)


@pytest.fixture
def whole_month() -> Window:
    return Window(START, START + timedelta(days=28))
