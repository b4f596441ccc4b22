"""What every MentionStore does with a write: revisions, filing anew, deletion, hostile text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from koubei.core.domain import ScoredMention
from koubei.core.ports import MentionStore
from koubei.core.query import Everything, Keyword, Term, parse_query

Make = Callable[..., ScoredMention]
ALL = Everything()


def _put(store: MentionStore, *items: ScoredMention) -> list[str]:
    outcomes = store.upsert(items)
    store.refresh()
    return list(outcomes)


def test_a_mention_comes_back_as_it_went_in(store: MentionStore, make: Make, engagement: Any) -> None:
    item = make(
        1, "第一行\n第二行，5G！", title="标题", quoted="引文", url="https://a.cn/1", author_name="张**",
        engagement=engagement(1, None, 0, 9), rating=4.5, thread_id="forum:t", declares=("app",),
        deleted=True, extra={"cost": "30"}, snow=None, province=None,
        deleted_at=datetime(2026, 11, 19, tzinfo=UTC),
        published_at=datetime(2026, 11, 18, 3, 4, 5, 678901, tzinfo=UTC),
    )  # fmt: skip
    assert _put(store, item) == ["inserted"]
    assert store.get(item.mention.mention_id) == item
    assert store.search(ALL).items == [item]
    assert store.get("nobody") is None


def test_the_highest_revision_wins_in_any_order(store: MentionStore, make: Make) -> None:
    first, second, third = (
        make(1, label=label, revision=n) for n, label in ((1, "neg"), (2, "pos"), (3, "neu"))
    )
    assert _put(store, second) == ["inserted"]
    assert _put(store, first) == ["stale"]
    assert _put(store, second) == ["unchanged"]
    assert _put(store, third) == ["updated"]
    assert _put(store, second) == ["stale"]
    assert store.get(first.mention.mention_id) == third
    assert store.count(ALL) == 1


def test_one_batch_may_hold_a_mention_twice(store: MentionStore, make: Make) -> None:
    batch = [make(1, revision=2), make(1, revision=1), make(1, "新的正文说宽带", revision=3), make(2)]
    assert _put(store, *batch) == ["inserted", "stale", "updated", "inserted"]
    assert store.count(ALL) == 2
    assert store.count(Keyword("宽带")) == 1
    assert store.count(Keyword("套餐")) == 1


def test_an_empty_batch_is_nothing(store: MentionStore) -> None:
    assert store.upsert([]) == []


def test_a_changed_text_is_found_by_its_new_words_only(store: MentionStore, make: Make) -> None:
    _put(store, make(1, "宽带断了"))
    _put(store, make(1, "资费贵了", revision=2))
    assert store.count(Keyword("宽带")) == 0
    assert store.count(Keyword("资费")) == 1


@pytest.mark.parametrize("moved", [timedelta(milliseconds=1), timedelta(days=40), timedelta(days=-40)])
def test_a_changed_filing_time_files_anew(store: MentionStore, make: Make, moved: timedelta) -> None:
    old = make(1)
    new = replace(old, revision=2, filed_at=old.filed_at + moved)
    _put(store, old)
    assert _put(store, new) == ["updated"]
    assert store.search(ALL).items == [new]
    assert store.count(Keyword("套餐")) == 1


def test_delete_by_query_takes_away_every_trace(store: MentionStore, make: Make) -> None:
    _put(store, *(make(n, label="neg" if n % 3 else "pos") for n in range(30)))
    assert store.delete(parse_query("label:pos 资费")) == 10
    store.refresh()
    assert store.count(ALL) == store.count(Keyword("资费")) == 20
    assert store.count(Term("label", "pos")) == 0
    assert store.get("forum:0|cmcc") is None
    assert store.delete(Term("label", "pos")) == 0
    assert _put(store, make(0)) == ["inserted"]
    assert store.count(Keyword("资费")) == 21


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> 移动",
        "移动\u202egnp.exe\u202c",
        "移动" + "\u0301" * 5000,
        "a\x00b 移动 \x07\x1b[31m",
        "移动'); DROP TABLE m;-- \" * ? ^ NEAR(a b)",
        "=cmd|'/C calc'!A0 移动",
        "移动" * 500_000,
        "x" * 100_000 + "移动",
        "\n\n\t 移动 \u3000",
        "😡👍🇨🇳👨‍👩‍👧 移动",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_any_text_is_kept_as_written_and_found(store: MentionStore, make: Make, text: str) -> None:
    item = make(1, text)
    assert _put(store, item) == ["inserted"]
    assert store.get(item.mention.mention_id) == item
    assert store.count(Keyword("移动")) == 1
    assert _put(store, make(1, "没有了", revision=2)) == ["updated"]
    assert store.count(Keyword("移动")) == 0


def test_what_cannot_be_kept_does_not_lose_the_batch(
    store: MentionStore, make: Make, engagement: Any
) -> None:
    odd = make(1, "移动\ud800资费", author_name="\udfff", indexed="移动资费", engagement=engagement(10**30))
    assert _put(store, make(0), odd, make(2)) == ["inserted"] * 3
    kept = store.get("forum:1|cmcc")
    assert kept is not None
    assert kept.mention.post.text == "移动?资费"
    assert store.count(Keyword("移动资费")) == 1


def test_everything_survives_closing(
    store: MentionStore, make: Make, open_again: Callable[[], MentionStore]
) -> None:
    _put(store, make(1))
    store.close()
    again = open_again()
    assert again.get("forum:1|cmcc") == make(1)
    again.close()


def test_a_healthy_store_says_so(store: MentionStore, make: Make) -> None:
    _put(store, *(make(n) for n in range(50)))
    _put(store, make(3, "改了", revision=2))
    store.delete(Term("mention_id", "forum:4|cmcc"))
    assert set(store.check().values()) == {"ok"}
