"""Seen ledger, revisions, cursors, tombstones, unmatched posts, facts, versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from koubei.core.clock import FixedClock, Window
from koubei.core.domain import Post
from koubei.core.errors import ConfigError
from koubei.core.privacy import AuthorKeys, check_fingerprint
from koubei.core.state import Seen, State

NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State.open(tmp_path / "state.db", FixedClock(NOON))


def entry(n: int) -> Seen:
    return Seen(f"forum:{n}", NOON, NOON - HOUR, f"hash{n}", 5, "1,,,")


def make(n: int, author: str | None = None) -> Post:
    at = NOON + timedelta(minutes=n)
    return Post(f"forum:{n:05d}", "forum", "forum", "post", "", f"帖{n}", at, str(n), author_key=author)


def test_seen_entries_come_back_for_thousands_of_ids(state: State) -> None:
    items = [entry(n) for n in range(5000)]
    state.seen.record(items)
    asked = [f"forum:{n}" for n in range(4000, 9000)]
    assert state.seen.lookup(asked) == {i.post_id: i for i in items[4000:]}
    assert state.seen.known(asked) == {i.post_id for i in items[4000:]}
    assert state.seen.count() == 5000


def test_nothing_asked_nothing_found(state: State) -> None:
    state.seen.record([])
    assert state.seen.lookup([]) == {}
    assert state.seen.known(["forum:1"]) == set()


@pytest.mark.parametrize("odd", ["x'; DROP TABLE seen; --", 'q"u', "换\n行", "\U0001f600"])
def test_odd_ids_are_only_ids(state: State, odd: str) -> None:
    item = replace(entry(1), post_id=odd)
    state.seen.record([item, entry(2)])
    assert state.seen.lookup([odd]) == {odd: item}


def test_a_newer_revision_replaces_but_the_first_sight_stays(state: State) -> None:
    first = entry(1)
    state.seen.record([first])
    later = Seen("forum:1", NOON + HOUR, NOON - 50 * HOUR, "new", 6, "2,,,")
    state.seen.record([later])
    assert state.seen.lookup(["forum:1"])["forum:1"] == replace(later, first_collected_at=NOON)


def test_an_older_revision_changes_nothing_but_an_earlier_first_sight(state: State) -> None:
    state.seen.record([entry(1)])
    state.seen.record([Seen("forum:1", NOON - HOUR, NOON, "old", 4, "9,,,")])
    assert state.seen.lookup(["forum:1"])["forum:1"] == replace(entry(1), first_collected_at=NOON - HOUR)


def test_revisions_only_grow(state: State, tmp_path: Path) -> None:
    assert [state.revisions.take(1), state.revisions.take(10), state.revisions.take(1)] == [1, 2, 12]
    state.close()
    assert State.open(tmp_path / "state.db", FixedClock(NOON)).revisions.take(1) == 13
    with pytest.raises(ValueError, match="at least 1"):
        state.revisions.take(0)


def test_cursors_are_per_source(state: State) -> None:
    assert state.cursors.get("forum") == {}
    state.cursors.put("forum", {"page": 3, "seen": ["é", None]})
    state.cursors.put("heimao", {"id": "9"})
    state.cursors.put("forum", {"page": 4})
    assert state.cursors.get("forum") == {"page": 4}
    assert state.cursors.get("heimao") == {"id": "9"}


def test_the_forgotten_stay_forgotten(state: State) -> None:
    state.tombstones.add(["forum:1", "author:abc"], "erasure")
    state.tombstones.add(["forum:1"], "again")
    state.tombstones.add([], "nothing")
    assert state.tombstones.which(["forum:1", "forum:2", "author:abc"]) == {"forum:1", "author:abc"}


def test_unmatched_posts_are_kept_once_and_purged_by_age(state: State) -> None:
    posts = [make(n) for n in range(1200)]
    state.unmatched.keep(posts)
    state.unmatched.keep([replace(posts[0], text="改过"), posts[1]])
    state.unmatched.keep([])
    assert state.unmatched.count() == 1200
    kept = list(state.unmatched.all())
    assert kept == [replace(posts[0], text="改过"), *posts[1:]]
    assert state.unmatched.purge(NOON + timedelta(minutes=1000)) == 1000
    assert list(state.unmatched.all()) == posts[1000:]


def test_unmatched_posts_can_be_removed_by_id_and_author(state: State) -> None:
    state.unmatched.keep([make(1), make(2, "abc"), make(3, "abc"), make(4, "xyz")])
    assert state.unmatched.remove(["forum:00001", "author:abc", "forum:00009"]) == 3
    assert [p.post_id for p in state.unmatched.all()] == ["forum:00004"]


def test_facts_can_be_replaced_or_kept(state: State) -> None:
    assert state.facts.get("anchor") is None
    state.facts.put("anchor", "1")
    state.facts.put("anchor", "2")
    assert state.facts.first("anchor", "3") == "2"
    assert state.facts.first("other", "4") == "4"
    assert state.facts.get("other") == "4"


def test_another_secret_is_refused(state: State) -> None:
    keys, other = AuthorKeys(b"a" * 32), AuthorKeys(b"b" * 32)
    check_fingerprint(state, keys)
    check_fingerprint(state, keys)
    with pytest.raises(ConfigError, match="KOUBEI_SECRET") as caught:
        check_fingerprint(state, other)
    assert keys.fingerprint in caught.value.found


def test_versions_are_noted_when_first_used(state: State) -> None:
    state.versions.note("keywords", "k1", NOON)
    state.versions.note("model", "m1", NOON + HOUR)
    state.versions.note("keywords", "k1", NOON + 2 * HOUR)
    assert state.versions.between(Window(NOON, NOON + HOUR)) == [("keywords", "k1", NOON)]
    assert state.versions.between(Window(NOON + HOUR, NOON + 3 * HOUR)) == [("model", "m1", NOON + HOUR)]
