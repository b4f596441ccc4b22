"""From spool to store: once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from koubei.app.context import AppContext
from koubei.app.ingest import ingest
from koubei.app.verdicts import decide
from koubei.core.clock import FixedClock
from koubei.core.config import Brand, Settings, Storage
from koubei.core.domain import Engagement, RawPost
from koubei.core.errors import StoreUnavailableError
from koubei.core.query import Everything, Term

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AppContext]:
    brands = (
        Brand(id="cmcc", name="中国移动", include=("中国移动",)),
        Brand(id="ctcc", name="中国电信", include=("中国电信",)),
    )
    settings = Settings(brands=brands, storage=Storage(data=tmp_path))
    with AppContext(settings, FixedClock(NOW)) as context:
        yield context


def raw(number: int, text: str = "中国移动的资费太贵了，想换套餐", **changes: object) -> RawPost:
    post = RawPost(
        platform="weibo", source="weibo", kind="post", text=f"{text}，第{number}次写", fetched_at=NOW,
        native_id=str(number), published_at=NOW - timedelta(hours=2), time_precision="minute",
    )  # fmt: skip
    return replace(post, **changes)  # type: ignore[arg-type]


def put(app: AppContext, *posts: RawPost) -> None:
    app.spool.put([app.factory.build(p) for p in posts])


def test_a_post_naming_two_brands_is_two_mentions(app: AppContext) -> None:
    put(app, raw(1, "中国移动太贵，中国电信便宜"))
    done = ingest(app)
    assert done.mentions["inserted"] == 2
    assert app.store.count(Everything()) == 2
    assert app.store.distinct(Everything(), "post_id") == 1


def test_the_same_posts_again_change_nothing(app: AppContext) -> None:
    posts = [raw(n) for n in range(7)]
    put(app, *posts)
    ingest(app)
    before = app.store.search(Everything(), limit=100).items
    put(app, *posts, *posts)
    again = ingest(app)
    assert again.mentions.total() == 0
    assert app.store.search(Everything(), limit=100).items == before


def edited(app: AppContext, text: str, hours: int = 1) -> None:
    put(app, raw(1, text, fetched_at=NOW + timedelta(hours=hours)))
    ingest(app)


def brands_of(app: AppContext) -> list[str]:
    app.store.refresh()
    return sorted(item.mention.brand_id for item in app.store.search(Everything()).items)


def test_an_edit_that_takes_the_brand_out_takes_the_mention_out(app: AppContext) -> None:
    put(app, raw(1), raw(2))
    ingest(app)
    put(app, raw(1, "套餐太贵了，想换一家", fetched_at=NOW + timedelta(hours=1)))
    done = ingest(app)
    assert done.mentions["removed"] == 1
    assert [item.mention.post.post_id for item in app.store.search(Everything()).items] == ["weibo:2"]
    assert [post.post_id for post in app.state.unmatched.all()] == ["weibo:1"]
    edited(app, "套餐太贵了，想换一家")
    assert brands_of(app) == ["cmcc"]


def test_an_edit_from_one_brand_to_another(app: AppContext) -> None:
    put(app, raw(1))
    ingest(app)
    edited(app, "中国电信的资费太贵了")
    assert brands_of(app) == ["ctcc"]


def test_a_brand_that_comes_back_with_its_verdict(app: AppContext) -> None:
    put(app, raw(1))
    ingest(app)
    decide(app, "weibo:1|cmcc", "zhang", "pos", about_us=True)
    edited(app, "套餐太贵了")
    assert brands_of(app) == []
    assert app.state.overrides.of(["weibo:1|cmcc"])
    edited(app, "中国移动的资费太贵了", hours=2)
    (item,) = app.store.search(Everything()).items
    assert item.score.label == "pos"
    assert app.state.unmatched.count() == 0


def test_other_counts_are_no_edit(app: AppContext) -> None:
    put(app, raw(1, "中国移动太贵，中国电信便宜"))
    ingest(app)
    put(app, raw(1, "中国移动太贵，中国电信便宜", engagement=Engagement(likes=9)))
    assert ingest(app).mentions["removed"] == 0
    assert brands_of(app) == ["cmcc", "ctcc"]


def test_a_second_look_keeps_what_the_first_one_knew(app: AppContext) -> None:
    put(app, raw(1, engagement=Engagement(likes=5, reposts=2), province="山东"))
    ingest(app)
    put(app, raw(1, engagement=Engagement(likes=9), fetched_at=NOW + timedelta(hours=1)))
    ingest(app)
    (item,) = app.store.search(Everything()).items
    assert item.mention.post.engagement == Engagement(likes=9, reposts=2)
    assert item.mention.province == "山东"
    assert item.first_collected_at == NOW
    assert item.last_collected_at == NOW + timedelta(hours=1)


def test_a_look_that_knows_less_is_no_change(app: AppContext) -> None:
    put(app, raw(1, engagement=Engagement(likes=5)))
    ingest(app)
    put(app, raw(1))
    assert ingest(app).mentions.total() == 0


def test_off_topic_posts_are_kept_apart(app: AppContext) -> None:
    put(app, raw(1, "把鼠标移动到左边"), raw(2))
    done = ingest(app)
    assert done.dropped["未提及品牌"] == 1
    assert app.store.count(Everything()) == 1
    assert app.state.unmatched.count() == 1


def test_what_was_forgotten_stays_forgotten(app: AppContext) -> None:
    post = app.factory.build(raw(1, author_id="u1"))
    other = app.factory.build(raw(2, author_id="u2"))
    app.state.tombstones.add([post.post_id, f"author:{other.author_key}"], "erasure")
    app.spool.put([post, other])
    done = ingest(app)
    assert done.dropped["已删除或被遗忘"] == 2
    assert app.store.count(Everything()) == 0


def test_a_store_that_is_away_leaves_the_posts_in_the_spool(
    app: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(app, *(raw(n) for n in range(3)))

    def away(_: object) -> None:
        raise StoreUnavailableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(app.store, "upsert", away)
        with pytest.raises(StoreUnavailableError):
            ingest(app)
    assert app.spool.waiting() == 3
    assert app.state.seen.count() == 0
    ingest(app)
    assert app.spool.waiting() == 0
    assert app.store.count(Everything()) == 3


@pytest.mark.parametrize("step", ["seen", "spool"])
def test_a_cut_after_the_write_repeats_without_counting_twice(
    app: AppContext, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    put(app, *(raw(n) for n in range(3)))

    def cut(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(app.state.seen, "record", cut) if step == "seen" else patch.setattr(
            app.spool, "done", cut
        )
        with pytest.raises(KeyboardInterrupt):
            ingest(app)
    first = {i.mention.mention_id: i.first_collected_at for i in app.store.search(Everything()).items}
    ingest(app)
    again = {i.mention.mention_id: i.first_collected_at for i in app.store.search(Everything()).items}
    assert again == first
    assert len(again) == 3
    assert app.spool.waiting() == 0


def test_a_time_learned_much_later_files_the_mention_anew(app: AppContext) -> None:
    put(app, raw(1, published_at=None, time_precision="unknown"))
    ingest(app)
    assert app.store.count(Term("time_precision", "unknown")) == 1
    published = NOW - timedelta(days=5)
    put(app, raw(1, published_at=published, time_precision="minute"))
    ingest(app)
    (item,) = app.store.search(Everything()).items
    assert item.filed_at == published
    assert item.first_collected_at == NOW


@pytest.mark.parametrize("step", ["unmatched", "delete", "seen"])
def test_a_cut_while_a_brand_is_edited_away_is_made_good(
    app: AppContext, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Also where the store is empty afterwards: that must not look like a lost one."""
    put(app, raw(1))
    ingest(app)
    put(app, raw(1, "改口了"))

    def cut(_: object) -> None:
        raise KeyboardInterrupt

    target, name = {
        "unmatched": (app.state.unmatched, "remove"),
        "delete": (app.store, "delete"),
        "seen": (app.state.seen, "record"),
    }[step]
    with monkeypatch.context() as patch:
        patch.setattr(target, name, cut)
        with pytest.raises(KeyboardInterrupt):
            ingest(app)
    ingest(app)
    assert app.store.count(Everything()) == 0
    assert app.spool.waiting() == 0
    assert app.state.unmatched.count() == 1
