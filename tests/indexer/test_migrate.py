"""Copies between stores: both ways, cut off and gone on with, compared mention by mention."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from indexer import open_store
from indexer.migrate import Bookmark, compare, copy
from koubei.core.domain import ScoredMention
from koubei.core.errors import StoreError, StoreUnavailableError
from koubei.core.ports import MentionStore
from koubei.core.query import Everything, Term
from koubei.core.records import to_record

Make = Callable[..., ScoredMention]
ALL = Everything()


@pytest.fixture
def old(tmp_path: Path) -> Iterator[MentionStore]:
    """A store to copy from."""
    store = open_store("sqlite:old.db", tmp_path)
    yield store
    store.close()


@pytest.fixture
def new(tmp_path: Path) -> Iterator[MentionStore]:
    """A store to copy to."""
    store = open_store("sqlite:new.db", tmp_path)
    yield store
    store.close()


def _many(make: Make, count: int = 1200) -> list[ScoredMention]:
    start = make(0).filed_at
    return [
        make(n, f"移动资费{n}😡", revision=n + 1, at=start - timedelta(minutes=n // 3, microseconds=n))
        for n in range(count)
    ]


def _bookmark(tmp_path: Path) -> Bookmark:
    return Bookmark(tmp_path / "migration.json", "old", "new")


def test_there_and_back_again(
    old: MentionStore, new: MentionStore, elastic_url: str, make: Make, tmp_path: Path
) -> None:
    items = _many(make)
    old.upsert(items)
    middle = open_store(elastic_url, tmp_path)
    assert copy(old, middle, _bookmark(tmp_path)) == len(items)
    there = compare(old, middle)
    assert there.same
    assert there.counts == [len(items), len(items)]
    assert copy(middle, new, Bookmark(tmp_path / "back.json", "middle", "new")) == len(items)
    assert compare(old, new).same
    assert [to_record(i) for i in new.search(ALL, None, 50).items] == [
        to_record(i) for i in old.search(ALL, None, 50).items
    ]
    middle.close()


class Failing:
    """A store that goes away after some batches."""

    def __init__(self, store: MentionStore, batches: int) -> None:
        self._store, self._batches = store, batches

    def upsert(self, batch: list[ScoredMention]) -> list[str]:
        if not self._batches:
            raise StoreUnavailableError("away")
        self._batches -= 1
        return list(self._store.upsert(batch))


def test_a_copy_that_was_cut_off_goes_on_where_it_stood(
    old: MentionStore, new: MentionStore, make: Make, tmp_path: Path
) -> None:
    items = _many(make)
    old.upsert(items)
    with pytest.raises(StoreUnavailableError):
        copy(old, Failing(new, 1), _bookmark(tmp_path))  # type: ignore[arg-type]  # only upsert is called
    assert new.count(ALL) == 500
    assert not compare(old, new).same
    again = copy(old, new, _bookmark(tmp_path))
    assert len(items) - 500 <= again < len(items) - 400
    assert compare(old, new).same


def test_a_note_of_another_copy_is_refused(
    old: MentionStore, new: MentionStore, make: Make, tmp_path: Path
) -> None:
    old.upsert([make(1)])
    copy(old, new, _bookmark(tmp_path))
    with pytest.raises(StoreError, match="另一次迁移"):
        copy(new, old, Bookmark(tmp_path / "migration.json", "new", "old"))
    (tmp_path / "migration.json").write_text("{}")
    with pytest.raises(StoreError, match="读不出"):
        copy(old, new, _bookmark(tmp_path))


def test_differences_are_counted_and_named(old: MentionStore, new: MentionStore, make: Make) -> None:
    old.upsert([make(n) for n in range(20)])
    new.upsert([make(n, revision=2 if n == 7 else 1) for n in range(5, 22)])
    new.delete(Term("mention_id", "forum:9|cmcc"))
    verdict = compare(old, new)
    assert not verdict.same
    assert (verdict.missing, verdict.extra, verdict.different) == (6, 2, 1)
    assert verdict.counts == [20, 16]
    assert verdict.examples == [f"forum:{n}|cmcc" for n in range(5)]
