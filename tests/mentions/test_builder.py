"""Posts in, mentions out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from koubei.core.config.schema import Brand
from koubei.core.domain import RawPost
from koubei.core.intake import PostFactory
from koubei.core.privacy import AuthorKeys
from koubei.mentions import Matcher, MentionBuilder, Voices

NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
KEYS = AuthorKeys(b"s" * 32)
BRANDS = [
    Brand(id="cmcc", name="中国移动", include=("中国移动", "移动宽带"), official=("中国移动客服",)),
    Brand(id="ctcc", name="中国电信", include=("中国电信", "电信宽带")),
]
RAW = RawPost("weibo", "export", "post", "山东的移动宽带天天断网，换电信宽带真香", NOON, native_id="1")


@pytest.fixture
def builder(tmp_path: Path) -> MentionBuilder:
    return MentionBuilder(Matcher(BRANDS), Voices(tmp_path / "voices.db", tmp_path / "cache"), BRANDS, KEYS)


def test_a_post_that_names_two_brands_is_two_mentions(builder: MentionBuilder) -> None:
    post = PostFactory(KEYS).build(RAW)
    first, second = builder.build([post])
    assert (first.mention_id, second.mention_id) == ("weibo:1|cmcc", "weibo:1|ctcc")
    assert first.post is post
    assert [post.text[a:b] for a, b in first.spans] == ["移动宽带"]
    assert (first.words, second.words) == (("移动宽带",), ("电信宽带",))
    assert first.root_id == second.root_id == "weibo:1"
    assert (first.role, first.province, first.province_source) == ("unknown", "山东", "named")
    assert first.keyword_version == Matcher(BRANDS).version


def test_posts_that_name_nothing_yield_nothing(builder: MentionBuilder) -> None:
    build = PostFactory(KEYS).build
    posts = [build(replace(RAW, native_id="2", text="天气真好")), build(RAW)]
    assert {m.post.post_id for m in builder.build(posts)} == {"weibo:1"}
    assert builder.build([]) == []


def test_a_batch_done_again_comes_out_the_same(builder: MentionBuilder) -> None:
    build = PostFactory(KEYS).build
    posts = [
        build(RAW),
        build(replace(RAW, native_id="2", source="feed")),
        build(replace(RAW, native_id="3", text="转发：移动宽带", repost_of="2")),
        build(
            replace(
                RAW, native_id="4", text="移动宽带提速了", author_name="中国移动客服", province="IP属地：广东"
            )
        ),
    ]
    mentions = builder.build(posts)
    assert builder.build(posts) == mentions
    roots = {m.post.post_id: m.root_id for m in mentions}
    assert roots == {"weibo:1": "weibo:1", "weibo:2": "weibo:1", "weibo:3": "weibo:1", "weibo:4": "weibo:4"}
    last = mentions[-1]
    assert (last.role, last.province, last.province_source) == ("official", "广东", "declared")
