"""Random queries against a plain-Python reading of the same mentions."""

from __future__ import annotations

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koubei.core.clock import day_of, day_window
from koubei.core.domain import LABELS, ScoredMention
from koubei.core.ports import Bucket, FacetRow, MentionStore
from koubei.core.query import (
    And,
    Everything,
    Exists,
    Keyword,
    Not,
    Or,
    Prefix,
    Query,
    Range,
    Term,
    format_query,
    parse_query,
)
from koubei.core.records import Record, to_record
from koubei.core.text import fold

Make = Callable[..., ScoredMention]
NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
PIECES = ("移动", "移動", "资费", "套餐", "宽带", "差", "，", "5G", "ＡＰＰ", " ", "😡", "B站")
WORDS = ("移动", "资费套餐", "动资", "宽带", "5G", "app", "B站", "5G套餐", "移动差", "移动，资费", "😡")
PROVINCES = ("山东", "广东", None)
FACTORS = ("资费套餐|neg", "资费套餐|pos", "网络质量|neg", "宽带|neg")


def _world(make: Make, count: int = 150) -> list[ScoredMention]:
    dice = random.Random(7)
    return [
        make(
            n,
            "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 12))),
            at=NOON + timedelta(minutes=dice.randint(-4000, 4000)),
            label=dice.choice(LABELS),
            province=dice.choice(PROVINCES),
            factors=tuple(dice.sample(FACTORS, dice.randint(0, 3))),
            snow=dice.choice((None, dice.random())),
            published_at=dice.choice((None, NOON + timedelta(minutes=dice.randint(-4000, 4000)))),
        )
        for n in range(count)
    ]


class World(list[Record]):
    """Records with a short name for failure reports."""

    def __repr__(self) -> str:
        return f"<{len(self)} records>"


@pytest.fixture
def world(store: MentionStore, make: Make) -> World:
    """The mentions put into the store, as records."""
    items = _world(make)
    store.upsert(items)
    store.refresh()
    return World(to_record(item) for item in items)


_EDGE = re.compile("(?<=[a-z0-9])(?=[^a-z0-9 ])|(?<=[^a-z0-9 ])(?=[a-z0-9])")


def _holds(text: str, keyword: str) -> bool:
    """Substring of the folded text, where words of letters and digits stand whole.

    A phrase does not see what stands between two words: 5G套餐 is 5G，套餐 is 5G 套餐.
    """
    text, keyword = (
        _EDGE.sub(" ", re.sub("[, ]+", " ", fold(part).lower())) for part in (f" {text} ", keyword)
    )
    start = text.find(keyword)
    while start >= 0:
        before, after = text[start - 1], text[start + len(keyword)]
        if not (_joins(before, keyword[0]) or _joins(keyword[-1], after)):
            return True
        start = text.find(keyword, start + 1)
    return False


def _joins(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


def _in_text(text: str, query: Keyword | Prefix) -> bool:
    if isinstance(query, Keyword):
        return _holds(text, query.text)
    words = re.findall(r"[a-z0-9]+", fold(text).lower())
    return any(word.startswith(query.text.lower()) for word in words)


def _matches(row: Record, query: Query) -> bool:
    match query:
        case Everything():
            return True
        case Keyword() | Prefix():
            return _in_text(row["text"], query)
        case Term("factors", value):
            return any(f == value or f.split("|")[0] == value for f in row["factors"])
        case Term(field, value):
            return bool(row[field] == value)
        case Exists(field):
            return row[field] is not None
        case Range(field, low, high, high_open):
            value = row[field]
            return value is not None and (
                (low is None or value >= low)
                and (high is None or value < high or (value == high and not high_open))
            )
        case And(parts):
            return all(_matches(row, part) for part in parts)
        case Or(parts):
            return any(_matches(row, part) for part in parts)
        case Not(part):
            return not _matches(row, part)


INSTANTS = st.integers(-4000, 4000).map(lambda minutes: NOON + timedelta(minutes=minutes))
LEAVES: st.SearchStrategy[Query] = st.one_of(
    st.sampled_from(WORDS).map(Keyword),
    st.sampled_from(["5g", "4G", "ap", "vol"]).map(Prefix),
    st.builds(Term, st.just("label"), st.sampled_from(LABELS)),
    st.builds(Term, st.just("factors"), st.sampled_from([*FACTORS, "资费套餐", "客服"])),
    st.builds(Term, st.just("province"), st.sampled_from(["山东", "广东"])),
    st.sampled_from([Exists("province"), Exists("published_at"), Everything()]),
    st.builds(
        Range, st.sampled_from(["published_at", "filed_at"]), INSTANTS, st.none() | INSTANTS, st.booleans()
    ).map(lambda r: Range(r.field, r.low, r.high, r.high_open and r.high is not None)),
    st.builds(Range, st.just("snow"), st.floats(0, 1), st.none() | st.floats(0, 1)),
)
QUERIES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda p: And(tuple(p))),
        st.lists(inner, min_size=2, max_size=3).map(lambda p: Or(tuple(p))),
    ),
    max_leaves=7,
)
RANDOMLY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@RANDOMLY
@given(query=QUERIES)
def test_finds_and_counts_what_the_oracle_does(store: MentionStore, world: World, query: Query) -> None:
    found = [row for row in world if _matches(row, query)]
    ordered = sorted(found, key=lambda row: (row["filed_at"], row["mention_id"]))
    assert [row["mention_id"] for row in store.export(query, ["mention_id"])] == [
        r["mention_id"] for r in ordered
    ]
    assert store.count(query) == len(found)
    newest = [item.mention.mention_id for item in store.search(query, None, 10).items]
    assert newest == [row["mention_id"] for row in reversed(ordered)][:10]
    assert store.count(parse_query(format_query(query))) == len(found)


@RANDOMLY
@given(query=QUERIES)
def test_aggregates_what_the_oracle_does(store: MentionStore, world: World, query: Query) -> None:
    found = [row for row in world if _matches(row, query)]
    days = Counter(
        (day_window(day_of(r["published_at"])).start, r["label"]) for r in found if r["published_at"]
    )
    assert store.histogram(query, "day", "label") == [Bucket(s, v, n) for (s, v), n in sorted(days.items())]
    roots: dict[str, set[str]] = defaultdict(set)
    for row in found:
        for factor in row["factors"]:
            roots[factor].add(row["root_id"])
    assert store.facet(query, "factors", "root_id") == [FacetRow(v, len(r)) for v, r in sorted(roots.items())]
    assert store.distinct(query, "root_id") == len({row["root_id"] for row in found})
    values = [row["snow"] for row in found if row["snow"] is not None]
    stats = store.stats(query, "snow")
    assert stats.count == len(values)
    assert stats.sum == pytest.approx(math.fsum(values), rel=1e-9, abs=1e-9)
