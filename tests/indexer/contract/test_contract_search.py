"""What every MentionStore finds, page by page and as an export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from koubei.core.domain import ScoredMention
from koubei.core.errors import InputError
from koubei.core.ports import MentionStore
from koubei.core.query import And, Everything, Exists, Keyword, Not, Or, Query, Range, Term, parse_query
from koubei.core.records import FIELDS, from_record, to_record

Make = Callable[..., ScoredMention]
ALL = Everything()
NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)


def _put(store: MentionStore, *items: ScoredMention) -> None:
    store.upsert(items)
    store.refresh()


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("我的移动卡", "移动", True),
        ("我的移动卡", "动卡", True),
        ("移动的资费套餐太贵", "资费套餐", True),
        ("资费太贵，套餐也贵", "资费套餐", False),
        ("中國電信的資費", "中国电信", True),
        ("中国电信的资费", "中國電信", True),
        ("ＡＰＰ打不开", "app", True),
        ("app打不开", "ＡＰＰ", True),
        ("移\u200b动", "移动", True),
        ("在B站看了", "B站", True),
        ("B站", "B站", True),
        ("A站B座", "B站", False),
        ("办了张5G卡用", "5G卡", True),
        ("5G套餐，19.9元", "19.9元", True),
        ("iPhone信号差", "phone", False),
        ("开了VoLTE还是卡", "volt*", True),
        ("开了VoLTE还是卡", "ＶＯＬ*", True),
        ("iPhone信号差", "phon*", False),
        ("5G套餐", "5g*", True),
        ("移动的资费", "*", True),
        ("移动的资费", "-联通", True),
        ("移动的资费", "!移动", False),
        ("移动的资费", "移动 && 联通", False),
        ("移动的资费", "移动||联通", True),
        ("移动的资费", "label:*", True),
        ("移动的资费", "_exists_:label", True),
        ("我看著手機，想瞭解妳們的資費", "看着", True),
        ("我看着手机，想了解你们的资费", "看著", True),
        ("想瞭解妳們", "了解你们", True),
        ("太差了😡", "😡", True),
        ("移动，资费", '"移动资费"', False),
        ("移动，资费", "移动，资费", True),
    ],
)
def test_keywords(store: MentionStore, make: Make, text: str, query: str, found: bool) -> None:
    _put(store, make(1, text))
    assert store.count(parse_query(query)) == found


def test_the_title_is_searched_too(store: MentionStore, make: Make) -> None:
    _put(store, make(1, "正文", title="宽带故障"))
    assert store.count(Keyword("宽带")) == 1


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (Term("factors", "资费套餐"), {1, 2}),
        (Term("factors", "资费套餐|neg"), {1}),
        (Term("factors", "资费"), set()),
        (Term("factors", "网络质量"), {2}),
        (Term("keywords", "宽带"), {3}),
        (Term("province", "山东"), {1, 2}),
        (Not(Term("province", "山东")), {3, 4}),
        (Exists("province"), {1, 2}),
        (Not(Exists("province")), {3, 4}),
        (Exists("factors"), {1, 2, 3}),
        (Term("severity", "3"), {3}),
        (Range("snow", 0.5, None), {3}),
        (Not(Range("snow", 0.5, None)), {1, 2, 4}),
        (Range("published_at", None, None), {1, 2, 3}),
        (Range("published_at", NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)), {1, 2}),
        (
            Range("published_at", NOON + timedelta(minutes=1), NOON + timedelta(minutes=2), high_open=True),
            {1},
        ),
        (Range("filed_at", NOON + timedelta(minutes=2), None), {2, 3, 4}),
        (Range("mention_id", "forum:2", "forum:3"), {2}),
        (Term("url", "https://a.cn/3"), {3}),
        (Not(Exists("url")), {1, 2, 4}),
        (Keyword("！"), set()),
        (Not(Keyword("！")), {1, 2, 3, 4}),
        (And(()), {1, 2, 3, 4}),
        (Or(()), set()),
        (Not(Everything()), set()),
        (Or((Keyword("资费"), Term("severity", "3"))), {1, 3}),
        (And((Keyword("移动"), Not(Keyword("资费")))), {2, 3}),
        (Not(Or((Keyword("资费"), Keyword("宽带")))), {2, 4}),
        (Or(tuple(Term("mention_id", f"forum:{n}|cmcc") for n in range(3, 2000))), {3, 4}),
        (Or((*(Keyword(f"没有{n}") for n in range(300)), Keyword("宽带"))), {3}),
        (Or(tuple(Range("severity", n, n) for n in range(2, 1500))), {3}),
    ],
    ids=lambda value: str(value)[:60],
)
def test_fields_and_connectives(store: MentionStore, make: Make, query: Query, numbers: set[int]) -> None:
    _put(
        store,
        make(1, "移动资费贵"),
        make(2, "移动信号差", factors=("资费套餐|pos", "网络质量|neg", "网络质量|neg")),
        make(3, "移动宽带好", province=None, snow=0.9, severity=3, keywords=("宽带",),
             url="https://a.cn/3", factors=("宽带|pos",)),
        make(4, "联通的", province=None, snow=None, factors=(), published_at=None, time_precision="unknown"),
    )  # fmt: skip
    assert {int(item.mention.post.post_id[6:]) for item in store.search(query).items} == numbers
    assert store.count(query) == len(numbers)


@pytest.mark.parametrize(
    "query",
    [Term("nothing", "x"), Term("title", "x"), Range("keywords", "a", "b"), Range("published_at", 5, None),
     Range("likes", "a", None), Term("likes", "many"), Exists("text")],
)  # fmt: skip
def test_a_query_without_meaning_is_refused(store: MentionStore, query: Query) -> None:
    with pytest.raises(InputError):
        store.count(query)


def _walk(store: MentionStore, query: Query, limit: int) -> list[str]:
    seen, after = [], None
    while True:
        page = store.search(query, after, limit)
        seen += [item.mention.mention_id for item in page.items]
        if page.next is None:
            return seen
        after = page.next


def _many(make: Make) -> list[ScoredMention]:
    """Forty mentions, ten to a second, some a millisecond apart."""
    return [
        make(n, "移动资费" if n % 4 else "移动宽带", at=NOON + timedelta(seconds=n // 10, milliseconds=n % 3))
        for n in range(40)
    ]


@pytest.mark.parametrize("limit", [1, 3, 10, 39, 40, 41])
@pytest.mark.parametrize("query", [ALL, Keyword("资费"), Not(Keyword("资费")), Term("label", "neg")])
def test_pages_are_newest_first_and_complete(
    store: MentionStore, make: Make, query: Query, limit: int
) -> None:
    _put(store, *_many(make))
    everything = sorted(((i.filed_at, i.mention.mention_id) for i in _many(make)), reverse=True)
    matching = {record["mention_id"] for record in store.export(query)}
    assert _walk(store, query, limit) == [name for _, name in everything if name in matching]


def test_pages_stand_still_while_others_write(store: MentionStore, make: Make) -> None:
    _put(store, *_many(make))
    first = store.search(ALL, None, 15)
    _put(store, *(make(n, at=NOON + timedelta(hours=1, seconds=n)) for n in range(100, 120)))
    store.delete(Term("mention_id", first.items[-1].mention.mention_id))  # the cursor's own mention
    store.refresh()
    rest = store.search(ALL, first.next, 100).items
    before = sorted(((i.filed_at, i.mention.mention_id) for i in _many(make)), reverse=True)
    assert [item.mention.mention_id for item in rest] == [name for _, name in before[15:]]


@pytest.mark.parametrize(
    "cursor", ["", "x", "????", "bm90IGEgY3Vyc29y", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5IHg", "移动"]
)
def test_a_foreign_cursor_is_refused(store: MentionStore, cursor: str) -> None:
    with pytest.raises(InputError):
        store.search(ALL, cursor)


def test_an_export_is_the_store_as_of_the_call(store: MentionStore, make: Make) -> None:
    items = _many(make)
    _put(store, *items)
    rows = store.export(ALL)
    _put(store, make(500), *(make(n, "改了", revision=2) for n in range(10)))
    store.delete(Keyword("宽带"))
    exported = [from_record(row) for row in rows]
    assert exported == sorted(items, key=lambda i: (i.filed_at, i.mention.mention_id))


def test_an_export_has_every_field_or_the_chosen_ones(store: MentionStore, make: Make) -> None:
    _put(store, make(1, url="https://a.cn"))
    (whole,) = store.export(ALL)
    assert list(whole) == [field.name for field in FIELDS]
    assert whole == to_record(make(1, url="https://a.cn"))
    (narrow,) = store.export(Keyword("资费"), ["published_at", "factors", "url", "likes"])
    assert narrow == {
        "published_at": NOON + timedelta(minutes=1), "factors": ["资费套餐|neg"],
        "url": "https://a.cn", "likes": None,
    }  # fmt: skip
    (detail,) = store.export(ALL, ["detail"])
    assert detail["detail"] == whole["detail"]
    with pytest.raises(InputError):
        store.export(ALL, ["nothing"])


def test_an_export_left_half_way_holds_nobody_up(store: MentionStore, make: Make) -> None:
    _put(store, *_many(make))
    rows = store.export(ALL)
    next(rows)
    _put(store, make(900))
    assert store.count(ALL) == 41
    del rows
