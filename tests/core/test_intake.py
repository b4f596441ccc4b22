"""RawPost in, Post out: ids, masks, hashes, clean text, impossible times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koubei.core.domain import Engagement, RawPost
from koubei.core.intake import CUT, NAME_KEY, TEXT_LIMIT, TIME_REFUSED, PostFactory, clean, content_hash
from koubei.core.post_json import decode_post, encode_post
from koubei.core.privacy import AuthorKeys

NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
KEYS = AuthorKeys(b"s" * 32)
RAW = RawPost("weibo", "export", "post", "移动又断网", NOON, native_id="5001")


@pytest.fixture
def factory() -> PostFactory:
    return PostFactory(KEYS)


def test_the_platforms_own_id_comes_first(factory: PostFactory) -> None:
    raw = replace(RAW, url="https://weibo.com/1/a")
    post = factory.build(raw)
    assert post.post_id == "weibo:5001"
    assert factory.build(replace(raw, source="feed")).post_id == post.post_id


def test_then_the_canonical_address(factory: PostFactory) -> None:
    first = factory.build(replace(RAW, native_id=None, url="https://example.com/a?id=1&utm_source=x"))
    second = factory.build(replace(RAW, native_id=None, url="https://example.com/a?id=1", text="别的"))
    assert first.post_id == second.post_id
    assert first.post_id.startswith("weibo:u:")
    assert len(first.post_id) == len("weibo:u:") + 64


def test_then_author_time_and_words(factory: PostFactory) -> None:
    raw = replace(RAW, native_id=None, author_id="7", published_at=NOON)
    post = factory.build(raw)
    assert post.post_id.startswith("weibo:h:")
    assert factory.build(replace(raw, text="移動又斷網")).post_id == post.post_id
    others = [
        factory.build(replace(raw, author_id="8")),
        factory.build(replace(raw, published_at=NOON - timedelta(minutes=1))),
        factory.build(replace(raw, text="移动又断网了")),
        factory.build(replace(raw, text="", title="\U0001f621")),
        factory.build(replace(raw, text="", title="\U0001f600")),
        factory.build(replace(raw, platform="forum")),
    ]
    assert len({post.post_id, *(o.post_id for o in others)}) == 7


def test_an_address_that_is_none_is_dropped(factory: PostFactory) -> None:
    for url in ("javascript:alert(1)", "data:text/html,x", "https://u:p@h/", "nonsense", ""):
        post = factory.build(replace(RAW, native_id=None, url=url))
        assert post.url is None
        assert post.post_id.startswith("weibo:h:")


def test_an_endless_native_id_is_hashed(factory: PostFactory) -> None:
    post = factory.build(replace(RAW, native_id="x" * 5000, thread_id="x" * 5000))
    assert len(post.post_id) == len("weibo:") + 64
    assert post.thread_id == post.post_id


def test_relations_become_post_ids(factory: PostFactory) -> None:
    post = factory.build(replace(RAW, thread_id="1", parent_id="2", repost_of="3"))
    assert (post.thread_id, post.parent_id, post.repost_of) == ("weibo:1", "weibo:2", "weibo:3")
    assert factory.build(RAW).repost_of is None
    assert factory.build(replace(RAW, repost_of=" \x00")).repost_of is None


def test_authors_are_hashed_and_names_shortened(factory: PostFactory) -> None:
    post = factory.build(replace(RAW, author_id="12345", author_name="张三丰"))
    assert post.author_key == KEYS.key("weibo", "12345")
    assert post.author_name == "张**"
    assert post.extra == {NAME_KEY: KEYS.name_key("weibo", "张三丰")}
    assert "张三丰" not in encode_post(post)
    assert "12345" not in encode_post(post)


def test_hashes_from_elsewhere_are_marked(factory: PostFactory) -> None:
    assert factory.build(replace(RAW, author_hash="afa8")).author_key == "x:afa8"
    assert factory.build(replace(RAW, author_hash="afa8", author_id="1")).author_key == KEYS.key("weibo", "1")
    assert factory.build(RAW).author_key is None


def test_every_free_text_is_masked(factory: PostFactory) -> None:
    number = "13800138000"
    raw = replace(
        RAW,
        text=f"电话{number}",
        title=number,
        quoted=number,
        thread_title=number,
        account=number,
        province=number,
        author_name=number,
        declares=(number,),
        extra={"appeal": number},
    )
    post = factory.build(raw)
    assert number not in encode_post(post)
    assert post.text == "电话***********"
    assert post.extra["appeal"] == "***********"


def test_a_number_hidden_by_control_characters_is_masked(factory: PostFactory) -> None:
    assert factory.build(replace(RAW, text="138\x000013\x078000")).text == "***********"


def test_odd_characters_are_dropped_and_the_rest_stays_as_written(factory: PostFactory) -> None:
    text = "a\x00b\ud800c\x1b[31m\r\n\td\u202e<script>\U0001f468\u200d\U0001f469"
    post = factory.build(replace(RAW, text=text))
    assert post.text == "abc[31m\n\td\u202e<script>\U0001f468\u200d\U0001f469"
    assert clean("a\rb") == "a\nb"


def test_an_endless_text_is_cut_and_the_cut_noted(factory: PostFactory) -> None:
    post = factory.build(replace(RAW, text="长" * 1_000_000, title="题" * 9000))
    assert len(post.text) == TEXT_LIMIT
    assert "1000000" in post.extra[CUT]
    assert len(post.title) == 2000
    assert CUT not in factory.build(RAW).extra


def test_a_number_on_the_cut_does_not_survive_in_part(factory: PostFactory) -> None:
    post = factory.build(replace(RAW, text="长" * (TEXT_LIMIT - 9) + "，13800138000，"))
    assert post.text.endswith("长，********")


def test_times_are_utc_and_future_ones_unknown(factory: PostFactory) -> None:
    beijing = timezone(timedelta(hours=8))
    post = factory.build(
        replace(RAW, published_at=datetime(2026, 11, 18, 11, tzinfo=beijing), time_precision="minute")
    )
    assert post.published_at == NOON - timedelta(hours=1)
    assert (post.published_at.tzinfo, post.time_precision) == (UTC, "minute")
    ahead = factory.build(replace(RAW, published_at=NOON + timedelta(hours=25), time_precision="exact"))
    assert (ahead.published_at, ahead.time_precision) == (None, "unknown")
    assert "晚一天" in ahead.extra[TIME_REFUSED]
    near = factory.build(replace(RAW, published_at=NOON + timedelta(hours=23), time_precision="exact"))
    assert near.published_at == NOON + timedelta(hours=23)


def test_a_zero_epoch_is_no_time(factory: PostFactory) -> None:
    post = factory.build(replace(RAW, published_at=datetime.fromtimestamp(0, UTC), time_precision="exact"))
    assert (post.published_at, post.time_precision) == (None, "unknown")
    assert "1995" in post.extra[TIME_REFUSED]


def test_a_time_without_offset_is_the_spiders_mistake(factory: PostFactory) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="offset"):
        factory.build(replace(RAW, published_at=naive))
    with pytest.raises(ValueError, match="offset"):
        factory.build(replace(RAW, fetched_at=naive))


def test_no_time_has_no_precision(factory: PostFactory) -> None:
    assert factory.build(replace(RAW, time_precision="exact")).time_precision == "unknown"


def test_counts_that_cannot_be_are_unknown(factory: PostFactory) -> None:
    post = factory.build(replace(RAW, engagement=Engagement(-1, 10**30, 0, None), rating=float("nan")))
    assert post.engagement == Engagement(None, None, 0, None)
    assert post.rating is None


def test_the_same_words_have_the_same_hash() -> None:
    assert content_hash("題", "Ａ移動") == content_hash("题", "A移动")
    assert content_hash("ab", "c") != content_hash("a", "bc")


@settings(deadline=None)
@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_any_text_makes_a_post_that_can_be_stored(text: str, name: str) -> None:
    raw = replace(RAW, text=text, title=text[:50], author_name=name, author_id=name, native_id=text[:20])
    post = PostFactory(KEYS).build(raw)
    assert decode_post(encode_post(post)) == post
    encode_post(post).encode()
    assert "\x00" not in post.text
