"""What the cluster does with a write that the contract cannot ask of every store."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from elasticsearch import Elasticsearch

from indexer.elastic import ElasticStore, write
from indexer.elastic.documents import encode
from koubei.core.domain import ScoredMention
from koubei.core.errors import InputError, MentionsRefusedError, StoreError, StoreUnavailableError
from koubei.core.query import Everything, Keyword, Range, Term, parse_query

Make = Callable[..., ScoredMention]
ALL = Everything()
JULY, NOVEMBER = datetime(2026, 7, 5, tzinfo=UTC), datetime(2026, 11, 18, 4, tzinfo=UTC)


@pytest.fixture
def store(elastic_url: str) -> ElasticStore:
    """An empty store."""
    return ElasticStore(elastic_url)


@pytest.fixture
def name(elastic_url: str) -> str:
    """Its alias."""
    return elastic_url.rsplit("/", 1)[1]


def test_own_writes_are_seen_before_they_are_searchable(store: ElasticStore, make: Make) -> None:
    assert store.upsert([make(1), make(2)]) == ["inserted", "inserted"]
    assert store.get("forum:1|cmcc") == make(1)
    assert store.upsert([make(1), make(2, revision=3)]) == ["unchanged", "updated"]
    assert store.upsert([make(2, revision=2)]) == ["stale"]


@pytest.mark.parametrize("length", [0, 1, 600, 9_000], ids=str)
@pytest.mark.parametrize("letter", ["x", "移", "\ud800"], ids=ascii)
def test_a_mention_of_any_id_is_found_again_by_another_writer(
    elastic_url: str, store: ElasticStore, make: Make, letter: str, length: int
) -> None:
    item = make(1, mention_id=letter * length)
    assert store.upsert([make(0), item]) == ["inserted"] * 2
    other = ElasticStore(elastic_url)
    assert other.upsert([item, make(0)]) == ["unchanged"] * 2
    other.refresh()
    assert other.upsert([replace(item, revision=2, filed_at=JULY), make(0)]) == ["updated", "unchanged"]
    other.refresh()
    assert other.count(ALL) == 2


def test_another_writers_newer_revision_is_kept(elastic_url: str, store: ElasticStore, make: Make) -> None:
    store.upsert([make(1)])
    other = ElasticStore(elastic_url)
    other.refresh()
    other.upsert([make(1, "新", revision=5)])
    assert store.upsert([make(1, "旧", revision=3)]) == ["stale"]
    store.refresh()
    kept = store.get("forum:1|cmcc")
    assert kept is not None
    assert kept.revision == 5


def test_a_move_that_was_cut_off_is_finished_by_the_next_write(
    elastic: Elasticsearch, store: ElasticStore, name: str, make: Make
) -> None:
    old, new = make(1, at=JULY), make(1, at=NOVEMBER, revision=2)
    store.upsert([old])
    elastic.index(
        index=f"{name}-2026.11", id="forum:1|cmcc", version=2, version_type="external_gte",
        document=json.loads(encode(new)), refresh=True,
    )  # fmt: skip
    store.refresh()
    assert store.count(ALL) == 2
    assert store.get("forum:1|cmcc") == new
    assert store.upsert([new]) == ["unchanged"]
    store.refresh()
    assert store.search(ALL).items == [new]


def test_ids_of_any_length_and_odd_dates_are_kept(
    store: ElasticStore, elastic: Elasticsearch, name: str, make: Make
) -> None:
    odd = [
        make(1, post_id="forum:" + "长" * 3000),
        make(2, at=datetime(1912, 1, 1, 3, 4, 5, 6, tzinfo=UTC)),
        make(3, at=datetime(9000, 1, 1, tzinfo=UTC)),
        make(4, url="https://a.cn/" + "x" * 40_000),
    ]
    assert store.upsert(odd) == ["inserted"] * 4
    assert [store.get(item.mention.mention_id) for item in odd] == odd
    store.refresh()
    assert [store.get(item.mention.mention_id) for item in odd] == odd
    assert store.upsert(odd) == ["unchanged"] * 4
    assert sorted(elastic.indices.get(index=f"{name}-*")) == [f"{name}-2026.11", f"{name}-other"]
    assert store.count(Range("filed_at", None, NOVEMBER.replace(year=1971))) == 1


def test_what_the_server_never_takes_is_named_and_the_rest_written(
    store: ElasticStore, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = write.encode

    def spoiled(item: ScoredMention) -> bytes:
        whole = real(item)
        return (
            whole.replace(b'"severity":1', b'"severity":"much"')
            if item.mention.post.post_id == "forum:1"
            else whole
        )

    monkeypatch.setattr(write, "encode", spoiled)
    with pytest.raises(MentionsRefusedError) as caught:
        store.upsert([make(0), make(1), make(2)])
    assert list(caught.value.reasons) == [1]
    assert "severity" in caught.value.reasons[1]
    store.refresh()
    assert store.count(ALL) == 2


def test_a_month_that_another_template_made_meanwhile_is_not_the_fault_of_what_is_written(
    store: ElasticStore, elastic: Elasticsearch, name: str, make: Make
) -> None:
    store.upsert([make(1, at=JULY)])
    december = make(2, at=NOVEMBER + timedelta(days=30))
    rival = {"mappings": {"dynamic": "strict", "properties": {"mention_id": {"type": "keyword"}}}}
    elastic.indices.put_index_template(
        name=f"{name}-rival", index_patterns=[f"{name}-2026.12"], priority=900, template=rival
    )
    try:
        with pytest.raises(StoreError, match=r"2026\.12"):
            store.upsert([december])
    finally:
        elastic.indices.delete_index_template(name=f"{name}-rival")
    elastic.indices.delete(index=f"{name}-2026.12")
    assert store.upsert([december]) == ["inserted"]


def test_a_full_disk_keeps_the_batch_waiting(
    store: ElasticStore, elastic: Elasticsearch, name: str, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "_FIRST_PAUSE_SECONDS", 0.001)
    store.upsert([make(1)])
    blocked = {"index.blocks.read_only_allow_delete": True}
    elastic.indices.put_settings(index=f"{name}-2026.11", settings=blocked)
    with pytest.raises(StoreUnavailableError, match="磁盘"):
        store.upsert([make(2)])
    elastic.indices.put_settings(index=f"{name}-2026.11", settings=dict.fromkeys(blocked))
    assert store.upsert([make(2)]) == ["inserted"]


def test_retention_takes_whole_months_and_the_rest_by_query(
    store: ElasticStore, elastic: Elasticsearch, name: str, make: Make
) -> None:
    store.upsert([make(n, at=JULY + timedelta(days=n)) for n in range(120)])
    limit = NOVEMBER.replace(month=9, day=11, hour=0)
    kept = sum(JULY + timedelta(days=n) >= limit for n in range(120))
    assert store.delete(Range("filed_at", None, limit, high_open=True)) == 120 - kept
    assert store.count(ALL) == kept
    assert sorted(elastic.indices.get(index=f"{name}-*")) == [
        f"{name}-2026.{month:02}" for month in (9, 10, 11)
    ]
    assert store.delete(Term("label", "neg")) == kept


def test_an_open_end_is_not_cut_short(store: ElasticStore, make: Make) -> None:
    store.upsert([make(n, f"看B站{chr(0x4E00 + n)}") for n in range(300)])
    store.refresh()
    assert store.count(Keyword("B站")) == 300


def test_a_query_too_deep_for_the_server_is_the_users_to_mend(store: ElasticStore) -> None:
    text = "资费"
    for number in range(38):
        text = f"(宽带 {'OR' if number % 2 else 'AND'} {text})"
    with pytest.raises(InputError, match="拆开写"):
        store.count(parse_query(text))


def test_moving_back_and_forth_leaves_one(store: ElasticStore, make: Make) -> None:
    item = make(1, at=JULY)
    for revision, at in enumerate((JULY, NOVEMBER, JULY, NOVEMBER), 1):
        store.upsert([replace(item, revision=revision, filed_at=at)])
        if revision % 2:
            store.refresh()
    store.refresh()
    assert store.count(ALL) == 1
    assert store.search(ALL).items[0].filed_at == NOVEMBER
