"""What every MentionStore counts: histograms, facets, distinct values, sums."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from koubei.core.domain import ScoredMention
from koubei.core.errors import InputError
from koubei.core.ports import Bucket, FacetRow, MentionStore, Stats
from koubei.core.query import Everything, Keyword, Term

Make = Callable[..., ScoredMention]
ALL = Everything()


def _put(store: MentionStore, *items: ScoredMention) -> None:
    store.upsert(items)
    store.refresh()


def _utc(day: int, hour: int, minute: int = 0, second: int = 0, micro: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, micro, tzinfo=UTC)


def test_a_day_is_a_beijing_day(store: MentionStore, make: Make) -> None:
    _put(
        store,
        make(1, at=_utc(17, 15, 59, 59, 999_999)),
        make(2, at=_utc(17, 16)),
        make(3, at=_utc(18, 15, 59, 59)),
        make(4, at=_utc(18, 16)),
    )
    days = [Bucket(_utc(16, 16), "", 1), Bucket(_utc(17, 16), "", 2), Bucket(_utc(18, 16), "", 1)]
    assert store.histogram(ALL, "day") == days
    assert [bucket.start for bucket in store.histogram(ALL, "hour")] == [
        _utc(17, 15), _utc(17, 16), _utc(18, 15), _utc(18, 16),
    ]  # fmt: skip


def test_hours_take_only_known_minutes_and_no_day_takes_an_unknown_time(
    store: MentionStore, make: Make
) -> None:
    at = _utc(18, 4)
    for number, precision in enumerate(("exact", "minute", "day", "relative", "unknown")):
        _put(store, make(number, at=at, time_precision=precision))
    _put(store, make(9, at=at, published_at=None, time_precision="unknown"))
    assert store.histogram(ALL, "hour") == [Bucket(at, "", 2)]
    assert store.histogram(ALL, "day") == [Bucket(_utc(17, 16), "", 5)]


def test_a_histogram_splits_by_words_and_counts_distinct_ones(store: MentionStore, make: Make) -> None:
    at, day = _utc(18, 4), _utc(17, 16)
    _put(
        store,
        make(1, at=at, label="neg", root_id="r1", factors=("资费套餐|neg", "资费套餐|neg", "客服|neg")),
        make(2, at=at, label="neg", root_id="r1", factors=("资费套餐|neg",)),
        make(3, at=at, label="pos", root_id="r2", factors=(), province=None),
    )
    assert store.histogram(ALL, "day", "label") == [Bucket(day, "neg", 2), Bucket(day, "pos", 1)]
    assert store.histogram(ALL, "day", None, "root_id") == [Bucket(day, "", 2)]
    assert store.histogram(ALL, "day", "label", "root_id") == [Bucket(day, "neg", 1), Bucket(day, "pos", 1)]
    assert store.histogram(ALL, "day", "province") == [Bucket(day, "山东", 2)]
    assert store.histogram(ALL, "day", "factors") == [
        Bucket(day, "客服|neg", 1),
        Bucket(day, "资费套餐|neg", 2),
    ]
    assert store.histogram(Keyword("没有"), "day") == []
    assert store.histogram(ALL, "day", None, "thread_id") == []


def test_facets_are_exact_ordered_and_paged(store: MentionStore, make: Make) -> None:
    _put(store, *(make(n, thread_id=f"t{n % 5}" if n % 6 else None, root_id=f"r{n % 2}") for n in range(60)))
    rows = store.facet(ALL, "thread_id")
    assert rows == [FacetRow(f"t{t}", 10) for t in range(5)]
    first = store.facet(ALL, "thread_id", limit=2)
    assert first + store.facet(ALL, "thread_id", after=first[-1].value) == rows
    assert store.facet(ALL, "thread_id", after="t4") == []
    assert store.facet(Term("root_id", "r0"), "thread_id", distinct="root_id") == [
        FacetRow(f"t{t}", 1) for t in range(5)
    ]


def test_facets_of_many_words_count_each_mention_once(store: MentionStore, make: Make) -> None:
    _put(store, make(1, keywords=("资费", "贵", "资费")), make(2, keywords=("资费",)), make(3, keywords=()))
    assert store.facet(ALL, "keywords") == [FacetRow("贵", 1), FacetRow("资费", 2)]
    assert store.facet(Keyword("套餐"), "factors") == [FacetRow("资费套餐|neg", 3)]
    assert store.facet(ALL, "keywords", after="贵", limit=1) == [FacetRow("资费", 2)]


def test_facet_values_are_ordered_by_code_point(store: MentionStore, make: Make) -> None:
    values = ["", "Z", "a", "é", "山东", "\uff5e", "😡"]
    _put(store, *(make(n, province=value) for n, value in enumerate(values)))
    assert [row.value for row in store.facet(ALL, "province")] == sorted(values)


def test_distinct_counts_non_null_values(store: MentionStore, make: Make) -> None:
    _put(store, make(1), make(2), make(3), make(4, author_key=None))
    assert store.distinct(ALL, "root_id") == 3
    assert store.distinct(ALL, "author_key") == 3
    assert store.distinct(Keyword("没有"), "root_id") == 0


def test_sums_and_ranges(store: MentionStore, make: Make) -> None:
    margins = [((n * 7919) % 1000) / 997 - 0.5 + 1e9 * (n % 2) for n in range(500)]
    _put(store, *(make(n, margin=m, snow=None) for n, m in enumerate(margins)))
    stats = store.stats(ALL, "margin")
    assert (stats.count, stats.min, stats.max) == (500, min(margins), max(margins))
    assert stats.sum == pytest.approx(math.fsum(margins), rel=1e-9)
    assert store.stats(ALL, "snow") == Stats(0, 0.0, None, None)
    assert store.stats(ALL, "severity") == Stats(500, 500.0, 1, 1)


@pytest.mark.parametrize("field", ["text", "title", "likes", "published_at", "nothing"])
def test_only_words_are_counted_by(store: MentionStore, field: str) -> None:
    for call in (
        lambda: store.facet(ALL, field),
        lambda: store.distinct(ALL, field),
        lambda: store.histogram(ALL, "day", field),
        lambda: store.histogram(ALL, "day", None, field),
    ):
        with pytest.raises(InputError):
            call()


def test_only_numbers_are_summed(store: MentionStore) -> None:
    with pytest.raises(InputError):
        store.stats(ALL, "label")


def test_counts_agree_with_the_pages(store: MentionStore, make: Make) -> None:
    _put(store, *(make(n, at=_utc(1, 0) + timedelta(hours=n)) for n in range(200)))
    assert sum(bucket.count for bucket in store.histogram(ALL, "day")) == store.count(ALL) == 200
    assert len(store.search(ALL, None, 500).items) == 200
