"""The world: the same again from the same seed, the volumes, the rhythm, texts that do not repeat."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from opencc import OpenCC

from crawlers.sandbox import KEYWORDS, World
from crawlers.sandbox.items import ForumPost, Truth
from crawlers.sandbox.keywords import named
from crawlers.sandbox.style import bones
from crawlers.sandbox.world import TOTALS
from koubei.core.clock import BEIJING, day_of, days_window
from koubei.core.text import fold

DIGEST = """
import hashlib
from datetime import datetime
from koubei.core.clock import BEIJING
from crawlers.sandbox import World
world = World.make(datetime(2026, 11, 18, 8, 30, tzinfo=BEIJING), scale=0.1)
print(hashlib.sha256(repr(world.truth).encode()).hexdigest())
"""


def test_same_arguments_give_the_same_world_in_any_process(small_world: World) -> None:
    here = hashlib.sha256(repr(small_world.truth).encode()).hexdigest()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True
        )
        assert run.stdout.strip() == here


def test_another_seed_or_anchor_gives_another_world(small_world: World) -> None:
    other = World.make(small_world.anchor, seed=8, scale=0.1)
    later = World.make(small_world.anchor + timedelta(days=1), scale=0.1)
    texts = {t.text for t in small_world.truth}
    for world in (other, later):
        assert sum(t.text in texts for t in world.truth) < len(world.truth) / 10


def test_volumes(world: World) -> None:
    assert Counter(i.platform for i in world.items) == TOTALS
    assert 1000 < len(world.threads) < 1300
    assert len({i.key for i in world.items}) == len(world.items)


def test_own_brand_has_about_45_percent_of_the_independent_voices(world: World) -> None:
    voices = {(t.voice, b) for t in world.truth for b, how in t.facts.matched.items() if how != "thread"}
    share = sum(b == "cmcc" for _, b in voices) / len(voices)
    assert 0.42 < share < 0.5


def test_it_covers_28_full_days_and_ends_at_the_anchor(world: World) -> None:
    today = day_of(world.anchor)
    window = days_window(today - timedelta(days=28), today)
    assert all(t.published_at in window and t.published_at <= world.anchor for t in world.truth)
    per_day = Counter(day_of(t.published_at) for t in world.truth)
    assert len(per_day) == 29
    assert per_day.pop(today) < min(per_day.values()) / 2


def test_nights_and_weekends_are_quieter(world: World) -> None:
    local = [t.published_at.astimezone(BEIJING) for t in world.truth if t.facts.topic not in _events()]
    hours = Counter(at.hour for at in local)
    assert max(hours[h] for h in (2, 3, 4)) * 5 < min(hours[h] for h in (10, 15, 20))
    days = Counter(at.date() for at in local if at.date() != day_of(world.anchor))
    weekend = [n for d, n in days.items() if d.weekday() >= 5]
    workday = [n for d, n in days.items() if d.weekday() < 5]
    assert sum(weekend) / len(weekend) < 0.9 * sum(workday) / len(workday)


def test_no_text_repeats_unless_it_was_planted(world: World) -> None:
    planted = [t for t in world.truth if t.duplicate_of]
    own = [bones(fold(t.title + t.text)) for t in world.truth if not t.duplicate_of]
    assert len(own) == len(set(own))
    assert len([t for t in planted if not t.facts.storm]) > 60


def test_copies_are_copies_of_an_earlier_post(world: World) -> None:
    by_key = {t.key: t for t in world.truth}
    copies = [t for t in world.truth if t.duplicate_of]
    for copy in copies:
        source = by_key[copy.duplicate_of or copy.key]
        assert source.published_at <= copy.published_at
        assert bones(fold(source.title + source.text)) == bones(fold(copy.title + copy.text))
        assert source.duplicate_of is None
    assert len({(c.key[0], c.duplicate_of[0]) for c in copies if c.duplicate_of}) >= 4


def test_texts_name_exactly_the_brands_the_truth_says(world: World) -> None:
    for truth in world.truth:
        expected = {b for b, how in truth.facts.matched.items() if how == "text"}
        assert named(fold(f"{truth.title}\n{truth.text}")) == expected, truth


def test_off_topic_posts_talk_of_moving_and_name_no_brand(world: World) -> None:
    off = [t for t in world.truth if t.facts.off_topic]
    assert len(off) > 1500
    assert all(not t.facts.brands for t in off)
    assert sum("移动" in t.text for t in off) > 200
    assert sum("电信" in t.text for t in off) > 20


def test_replies_of_a_brand_thread_are_matched_at_least_by_thread(world: World) -> None:
    for post in world.posts:
        if post.thread.brand and not post.title:
            assert post.thread.brand in post.facts.matched
    assert all(named(fold(t.posts[0].title)) for t in world.threads if t.brand)


def test_every_kind_of_writing_occurs(world: World) -> None:
    texts = [t.text for t in world.truth]
    for piece in ("[怒]", "[允悲]", "😭", "从来没掉过线", "谢谢", "木有", "寬帶", "移不动", "满格出行"):
        assert any(piece in text for text in texts), piece
    simplify = OpenCC("t2s").convert
    short = [text for text in texts if len(text) < 200]
    assert 0.01 < sum(simplify(text) != text for text in short) / len(short) < 0.06
    assert min(map(len, texts)) < 15
    assert sorted(map(len, texts))[-20] > 150


def test_personal_numbers_are_planted_and_known(world: World) -> None:
    private = [t for t in world.truth if t.facts.private]
    assert len(private) > 40
    assert all(number in t.text for t in private for number in t.facts.private)
    cards = {n for t in private for n in t.facts.private if n.isdigit() and len(n) == 19}
    assert cards
    assert all(_luhn(card) for card in cards)


def test_hostile_texts_only_where_asked(world: World) -> None:
    hostile = [t for t in world.truth if t.facts.hostile]
    text = "".join(t.text[:300] for t in hostile)
    assert all(piece in text for piece in ("<script>", "\u202e", "\x00", "=HYPERLINK(", "javascript:"))
    assert max(len(t.text) for t in hostile) > 190_000
    tame = World.make(world.anchor, scale=0.05, hostile=False)
    assert not any(t.facts.hostile or "\x00" in t.text for t in tame.truth)


@pytest.mark.parametrize("scale", [0.01, 0.3])
def test_it_scales(world: World, scale: float) -> None:
    found = World.make(world.anchor, scale=scale)
    assert len(found.items) == pytest.approx(20_000 * scale, rel=0.15)


def test_keywords_are_complete_for_the_config() -> None:
    assert set(KEYWORDS) == {"cmcc", "ctcc", "cucc", "cbn"}
    wanted = {"include", "context", "context_with", "exclude", "official", "subjects"}
    assert all(set(words) == wanted and all(words.values()) for words in KEYWORDS.values())
    assert named("移动硬盘坏了，客服不理") == frozenset()
    assert named("把柜子移动一下") == frozenset()
    assert named("移动的宽带，不是移动硬盘") == {"cmcc"}
    assert named("新入网送135G，去移动办的") == frozenset()


def test_replies_come_after_the_thread_they_stand_in(world: World) -> None:
    for thread in world.threads:
        assert [p.at for p in thread.posts] == sorted(p.at for p in thread.posts)
        assert all(isinstance(p, ForumPost) for p in thread.posts)
        assert [bool(p.title) for p in thread.posts] == [True] + [False] * (len(thread.posts) - 1)


def test_truth_tells_the_voice(world: World) -> None:
    by_key: dict[tuple[str, str], Truth] = {t.key: t for t in world.truth}
    for truth in world.truth:
        source = truth.repost_of or truth.duplicate_of
        assert truth.voice == (by_key[source].voice if source else truth.key)
    assert any(t.repost_of and t.voice != t.repost_of for t in world.truth)


def _luhn(number: str) -> bool:
    digits = [int(d) for d in reversed(number)]
    doubled = [d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits)]
    return sum(doubled) % 10 == 0


def _events() -> tuple[str, ...]:
    return ("tariff", "storm", "campaign", "outage")
