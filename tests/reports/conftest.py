"""A small world of our own: quiet weeks, then a tariff surge in 山东; and the state and store it lives in."""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from indexer import open_store
from koubei.core.clock import BEIJING, FixedClock, day_window
from koubei.core.config.schema import Brand, Reports, Settings, Source, Storage
from koubei.core.domain import Engagement, Incident, IncidentKey, Mention, Post, Run, Score, ScoredMention
from koubei.core.ports import MentionStore
from koubei.core.state import State
from reports.figures.daily import DailyFigures
from reports.measure.daily import compute

DAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 19, 8, 30, tzinfo=BEIJING)
FACTORS = ("资费套餐", "网络质量", "宽带", "客服", "营业厅与APP", "携转离网", "none")
PROVINCES = ("山东", "广东", "北京", "河南", "四川", "江苏", None, None, None)
PLATFORMS = (
    ("forum", "forum"),
    ("heimao", "heimao"),
    ("appstore", "appstore"),
    ("feed", "news"),
    ("weibo", "weibo"),
)
STAGES = ("售前", "咨询", "使用", "售后")
TEXTS = {
    "neg": "信号又没了，打客服半天没人接",
    "neu": "请问这个套餐怎么办理",
    "pos": "高铁上信号一直满格，挺好",
    "uncertain": "也就那样吧",
    "unknown": "。。。",
}
WORDS = {
    "neg": ("信号", "客服", "没人接"), "neu": ("套餐", "办理"), "pos": ("高铁", "满格", "信号"),
    "uncertain": ("那样",), "unknown": (),
}  # fmt: skip
SURGE = "三十九的套餐到期直接恢复原价，一条提醒短信都没有，要求退差价"
SURGE_WORDS = ("恢复原价", "到期", "提醒短信", "退差价", "套餐")


@dataclass
class Maker:
    """Builds scored mentions one by one; every argument that matters has a default."""

    seed: int = 7
    made: list[ScoredMention] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def add(self, at: datetime | None, **more: Any) -> ScoredMention:
        """One more mention published at `at`."""
        item = self._build(at, more)
        self.made.append(item)
        return item

    def _build(self, at: datetime | None, more: dict[str, Any]) -> ScoredMention:
        number = len(self.made)
        take = more.get
        label: Any = take("label", "neu")
        seen = take("seen") or (at or NOW) + timedelta(minutes=20)
        assert isinstance(seen, datetime)
        text = str(take("text", TEXTS[label]))
        platform = str(take("platform", "forum"))
        post_id = str(take("post_id", f"{platform}:{number}"))
        post = Post(
            post_id=post_id, platform=platform, source=str(take("source", platform)), kind="post",
            title=str(take("title", "")), text=text, collected_at=seen.astimezone(UTC),
            content_hash=f"h{number}",
            url=take("url", f"https://forum.example/t/{number}"),
            author_key=f"a{number % 97}", author_name="泉**",
            published_at=at.astimezone(UTC) if at else None, time_precision="minute" if at else "unknown",
            engagement=Engagement(*take("counts", (number % 5, 1, None, None))),
        )  # fmt: skip
        brand = str(take("brand", "cmcc"))
        province = take("province")
        mention = Mention(
            f"{post_id}|{brand}", post, brand, take("matched_by", "text"), (), ("中国移动",), "k1",
            str(take("root", post_id)), take("role", "customer"), province,
            "declared" if province else "none",
        )  # fmt: skip
        words = tuple(take("words", WORDS[label]))
        score = Score(
            0.5, 0.0, None, None, None, label, (), str(take("factor", "none")), str(take("stage", "")), 0,
            words, "snow-1",
        )  # fmt: skip
        filed = (at or seen).astimezone(UTC)
        return ScoredMention(mention, score, number + 1, filed, seen.astimezone(UTC), seen.astimezone(UTC))


def quiet_day(maker: Maker, day: date, size: int) -> None:
    """A usual day: four brands, all platforms, about a fifth negative, day and night rhythm."""
    start = day_window(day).start
    for _ in range(size + maker.random.randrange(-15, 16)):
        hour = maker.random.choices(range(24), weights=[1] * 7 + [4] * 16 + [2])[0]
        at = start + timedelta(hours=hour, minutes=maker.random.randrange(60))
        source, platform = maker.random.choices(PLATFORMS, weights=(60, 15, 6, 5, 14))[0]
        label = maker.random.choices(
            ("neg", "neu", "pos", "uncertain", "unknown"), weights=(19, 45, 26, 8, 2)
        )[0]
        role = maker.random.choices(
            ("customer", "media", "marketing", "official", "unknown"), (70, 4, 8, 3, 15)
        )[0]
        brand = maker.random.choices(("cmcc", "ctcc", "cucc", "cbn"), (55, 20, 19, 6))[0]
        maker.add(
            at, label=label, role=role, brand=brand, source=source, platform=platform,
            factor=maker.random.choice(FACTORS), province=maker.random.choice(PROVINCES),
            stage=maker.random.choice(STAGES),
        )  # fmt: skip


def surge(maker: Maker, day: date, size: int = 70, copies: int = 60) -> None:
    """The incident: from 16:00 on, 山东, 资费套餐, and a few accounts that copy one post."""
    start = day_window(day).start + timedelta(hours=16)
    first: ScoredMention | None = None
    for i in range(size):
        at = start + timedelta(minutes=5 * i + maker.random.randrange(5))
        found = maker.add(
            at, label="neg", factor="资费套餐", province="山东" if i % 6 else None, stage="售后",
            text=f"{SURGE}（{i}）", words=SURGE_WORDS[: 3 + i % 3], counts=(9, 3, 2, None),
        )  # fmt: skip
        first = first or found
    assert first is not None
    for i in range(copies):
        maker.add(
            start + timedelta(hours=2, minutes=i), label="neg", factor="资费套餐", province="山东",
            text=SURGE,
            words=SURGE_WORDS, role="marketing", root=first.mention.root_id, source="weibo", platform="weibo",
        )  # fmt: skip


def world(days: int = 28, with_surge: bool = True, size: int = 260) -> list[ScoredMention]:
    """`days` quiet days before DAY, and DAY with the incident; about `size` mentions a day."""
    maker = Maker()
    for back in range(days, -1, -1):
        quiet_day(maker, DAY - timedelta(days=back), size)
    if with_surge:
        surge(maker, DAY)
    maker.add(None, seen=NOW - timedelta(hours=12))
    maker.add(day_window(DAY).start + timedelta(hours=9), matched_by="thread")
    return maker.made


def brand(brand_id: str, name: str, *words: str) -> Brand:
    """A configured brand."""
    return Brand(id=brand_id, name=name, include=(name, *words))


def settings_for(folder: Path, **more: Any) -> Settings:
    """The demo's four brands and sources, data in `folder`."""
    names = (
        ("forum", "discuz", "forum"), ("heimao", "heimao", "heimao"), ("appstore", "appstore", "appstore"),
        ("feed", "feed", "news"),
    )  # fmt: skip
    return Settings(
        brands=(brand("cmcc", "中国移动", "10086"), brand("ctcc", "中国电信"),
                brand("cucc", "中国联通"), brand("cbn", "中国广电")),
        sources=tuple(Source(name=n, spider=s, platform=p) for n, s, p in names),
        storage=Storage(data=folder), reports=Reports.model_validate(more),
    )  # fmt: skip


def incident(**more: Any) -> Incident:
    """The surge as the alert check would have written it."""
    at = datetime(2026, 11, 18, 16, 0, tzinfo=BEIJING).astimezone(UTC)
    found = Incident(
        number="R-1118-01", key=IncidentKey("cmcc", "surge", "资费套餐", "山东"), status="ongoing", level=2,
        started_at=at, opened_at=at + timedelta(minutes=70), updated_at=at + timedelta(hours=5),
        owner="山东公司", due_at=at + timedelta(hours=20),
        evidence={
            "window": {"start": at.isoformat(), "end": (at + timedelta(hours=2)).isoformat()},
            "negatives": 24,
            "baseline": 1.0, "copy_share": 0.75, "amplified": True,
        },
    )  # fmt: skip
    return replace(found, **more)


def good_runs(state: State) -> None:
    """A finished run of every source, this morning."""
    for name in ("forum", "heimao", "appstore", "feed", "weibo"):
        run = Run(
            f"{name}-ok", name, NOW - timedelta(minutes=30), NOW - timedelta(minutes=25), "ok", "finished"
        )
        state.runs.start(replace(run, status="running", finished_at=None))
        state.runs.finish(run)


def filled(store: MentionStore, items: list[ScoredMention]) -> MentionStore:
    """The store with the mentions in it."""
    store.upsert(items)
    store.refresh()
    return store


@pytest.fixture
def clock() -> FixedClock:
    """The morning after DAY."""
    return FixedClock(NOW)


@pytest.fixture
def state(tmp_path: Path, clock: FixedClock) -> Iterator[State]:
    """A state database in which every source ran well."""
    found = State.open(tmp_path / "state.db", clock)
    good_runs(found)
    yield found
    found.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The demo's settings without a console."""
    return settings_for(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MentionStore]:
    """An empty SQLite store."""
    found = open_store("sqlite:mentions.db", tmp_path)
    yield found
    found.close()


@pytest.fixture(scope="session")
def surged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DailyFigures]:
    """The day of the surge, made once: the folder of its store, and its figures."""
    folder = tmp_path_factory.mktemp("surge")
    clock = FixedClock(NOW)
    state = State.open(folder / "state.db", clock)
    good_runs(state)
    state.incidents.put(incident())
    store = filled(open_store("sqlite:mentions.db", folder), world())
    events = ({"date": "2026-11-11", "name": "双 11"},)
    settings = settings_for(folder, console_url="https://koubei.example", events=events)
    figures = compute(store, state, settings, clock, DAY)
    store.close()
    state.close()
    return folder, figures


@pytest.fixture
def figures(surged: tuple[Path, DailyFigures]) -> DailyFigures:
    """The figures of the day of the surge."""
    return surged[1]


@pytest.fixture
def surge_store(surged: tuple[Path, DailyFigures], tmp_path: Path) -> Iterator[MentionStore]:
    """A copy of the store with the surge in it."""
    shutil.copytree(surged[0], tmp_path / "surge")
    found = open_store("sqlite:mentions.db", tmp_path / "surge")
    yield found
    found.close()


@pytest.fixture
def kit() -> ModuleType:
    """This module: tests cannot import each other, so its builders are handed to them."""
    return sys.modules[__name__]
