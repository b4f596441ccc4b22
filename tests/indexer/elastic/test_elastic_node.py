"""A server of the tests' own, security on: whom it lets in, and what its death and its silence cost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from elastic_server import CannotRunError, SecureNode, unpacked
from elasticsearch import Elasticsearch
from lacking import without

from indexer.elastic import ElasticStore, address
from koubei.core.domain import ScoredMention
from koubei.core.errors import StoreError, StoreUnavailableError
from koubei.core.query import Everything, Keyword, Range, Term

Make = Callable[..., ScoredMention]
ALL = Everything()
LEAST_ROLE = {
    "cluster": ["monitor", "manage_index_templates"],
    "indices": [
        {
            "names": ["mentions-*"],
            "privileges": ["create_index", "index", "delete", "read", "view_index_metadata", "manage"],
        }
    ],
}
"""As docs/configuration.md has it."""


@pytest.fixture(scope="module")
def node() -> Iterator[SecureNode]:
    """The server."""
    try:
        with unpacked() as home, SecureNode(home) as started:
            yield started  # type: ignore[misc]  # __enter__ is the parent's
    except CannotRunError as error:
        without(f"no Elasticsearch with security here: {error}")


@pytest.fixture(scope="module")
def admin(node: SecureNode) -> Iterator[Elasticsearch]:
    """A client that may do anything."""
    with Elasticsearch(node.origin, basic_auth=("elastic", node.password), ca_certs=str(node.ca)) as client:
        yield client


@pytest.fixture(scope="module")
def key(admin: Elasticsearch) -> str:
    """An API key of the documented role."""
    made = admin.security.create_api_key(name="koubei", role_descriptors={"koubei": LEAST_ROLE})
    return str(made["encoded"])


@pytest.fixture
def trusted(node: SecureNode, key: str, monkeypatch: pytest.MonkeyPatch) -> SecureNode:
    """The server, with what lets us in in the environment."""
    monkeypatch.setenv(address.API_KEY, key)
    monkeypatch.setenv(address.CA_FILE, str(node.ca))
    return node


def test_the_documented_role_is_enough(trusted: SecureNode, make: Make) -> None:
    store = ElasticStore(trusted.origin)
    assert store.upsert([make(n) for n in range(20)]) == ["inserted"] * 20
    store.refresh()
    assert store.count(Keyword("资费套餐")) == len(list(store.export(ALL))) == 20
    assert set(store.check().values()) == {"ok"}
    assert store.delete(Term("post_id", "forum:3")) == 1
    assert store.delete(Range("filed_at", None, make(0).filed_at.replace(year=2027))) == 19
    assert ElasticStore(trusted.origin).search(ALL).items == []
    with pytest.raises(StoreError, match="权限不足"):
        ElasticStore(f"{trusted.origin}/others").upsert([make(1)])


def test_a_pinned_certificate_is_trusted_without_its_file(
    trusted: SecureNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(address.CA_FILE)
    monkeypatch.setenv(address.FINGERPRINT, trusted.fingerprint)
    assert ElasticStore(trusted.origin).search(ALL).items == []


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        (address.API_KEY, "", "KOUBEI_ES_API_KEY"),
        (address.API_KEY, "bm9ib2R5Om5vdGhpbmc=", "KOUBEI_ES_API_KEY"),
        (address.CA_FILE, "", "KOUBEI_ES_CA"),
        (address.FINGERPRINT, "00" * 32, "KOUBEI_ES_FINGERPRINT"),
    ],
)
def test_a_stranger_is_told_what_to_set(
    trusted: SecureNode, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(StoreError, match=words) as caught:
        ElasticStore(trusted.origin).count(ALL)
    assert caught.value.exit_code == 2


def test_a_wrong_password_is_not_called_a_key(trusted: SecureNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(address.API_KEY)
    monkeypatch.setenv(address.USERNAME, "elastic")
    monkeypatch.setenv(address.PASSWORD, "not-this-one")
    with pytest.raises(StoreError, match="不认 KOUBEI_ES_USERNAME 与 KOUBEI_ES_PASSWORD") as caught:
        ElasticStore(trusted.origin).count(ALL)
    assert "not-this-one" not in str(caught.value)


def test_a_key_that_lacks_rights_is_told_which(
    trusted: SecureNode, admin: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = {**LEAST_ROLE, "indices": [{"names": ["mentions-*"], "privileges": ["read", "index"]}]}
    made = admin.security.create_api_key(name="few", role_descriptors={"few": role})
    monkeypatch.setenv(address.API_KEY, made["encoded"])
    found = ElasticStore(trusted.origin).check()
    assert found["权限"].startswith("权限不足：缺 create_index、delete、view_index_metadata、manage；")
    assert found["磁盘"] == "ok"


def test_a_key_for_other_indices_is_not_answered_with_nothing(
    trusted: SecureNode, admin: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = {"cluster": LEAST_ROLE["cluster"], "indices": [{"names": ["brand-*"], "privileges": ["all"]}]}
    made = admin.security.create_api_key(name="others", role_descriptors={"others": role})
    monkeypatch.setenv(address.API_KEY, made["encoded"])
    with pytest.raises(StoreError, match=r"缺 .*read") as caught:
        ElasticStore(trusted.origin).search(ALL)
    assert (caught.value.exit_code, bool(caught.value.fix)) == (2, True)


@pytest.mark.parametrize(
    ("year", "setting", "value", "words"),
    [
        (2031, "cluster.blocks.read_only", True, "cluster.blocks.read_only"),
        (2032, "action.auto_create_index", False, "自动建索引"),
        (2033, "cluster.max_shards_per_node", 1, "上限"),
    ],
)
def test_a_cluster_that_makes_no_new_month_is_named_by_check_and_by_write(
    trusted: SecureNode, admin: Elasticsearch, make: Make, year: int, setting: str, value: object, words: str
) -> None:
    store = ElasticStore(trusted.origin)
    store.upsert([make(1)])
    later = make(2, at=make(1).filed_at.replace(year=year))
    admin.cluster.put_settings(persistent={setting: value})
    try:
        assert words in store.check()["可建新月份"]
        with pytest.raises((StoreError, StoreUnavailableError)) as caught:
            store.upsert([later])
        assert caught.value.fix
        assert "照它说的改" not in caught.value.fix
    finally:
        admin.cluster.put_settings(persistent={setting: None})
    assert store.upsert([later]) == ["inserted"]
    store.delete(ALL)


def test_the_documented_role_sees_a_template_that_wins(trusted: SecureNode, admin: Elasticsearch) -> None:
    admin.indices.put_index_template(name="rival", index_patterns=["mentions-*"], priority=500)
    try:
        with pytest.raises(StoreError, match="rival"):
            ElasticStore(trusted.origin).count(ALL)
    finally:
        admin.indices.delete_index_template(name="rival")


def test_a_disk_that_is_nearly_full_has_a_line(trusted: SecureNode, admin: Elasticsearch) -> None:
    disk = "cluster.routing.allocation.disk"
    full = {f"{disk}.threshold_enabled": True, f"{disk}.watermark.flood_stage": "1b",
            f"{disk}.watermark.low": "9000000gb", f"{disk}.watermark.high": "9000000gb"}  # fmt: skip
    admin.cluster.put_settings(persistent=full)
    try:
        found = ElasticStore(trusted.origin).check()
    finally:
        admin.cluster.put_settings(persistent=dict.fromkeys(full))
    assert "高水位线" in found["磁盘"]
    assert ElasticStore(trusted.origin).check()["磁盘"] == "ok"


def test_a_server_killed_in_mid_bulk_loses_and_doubles_nothing(trusted: SecureNode, make: Make) -> None:
    items = [make(n, f"移动的资费套餐{n}", revision=n + 1) for n in range(4000)]
    store = ElasticStore(trusted.origin)
    store.upsert(items[:100])
    acknowledged = {0}
    threading.Timer(0.3, trusted.kill).start()
    with pytest.raises(StoreUnavailableError):
        _write_on(store, items, acknowledged)
    written = max(acknowledged)
    trusted.start()
    again = ElasticStore(trusted.origin)
    again.refresh()
    kept = {row["mention_id"] for row in again.export(ALL, ["mention_id"])}
    assert kept >= {item.mention.mention_id for item in items[:written]}
    assert set(again.upsert(items)) <= {"inserted", "unchanged"}
    again.refresh()
    assert [row["mention_id"] for row in again.export(ALL, ["mention_id"])] == [
        item.mention.mention_id for item in items
    ]
    assert store.upsert(items[:10]) == ["unchanged"] * 10  # the old object works again by itself


def _write_on(store: ElasticStore, items: list[ScoredMention], acknowledged: set[int]) -> None:
    while True:
        for start in range(0, len(items), 100):
            store.upsert(items[start : start + 100])
            acknowledged.add(start + 100)


def test_a_server_that_hangs_is_given_up_and_taken_back(trusted: SecureNode, make: Make) -> None:
    store = ElasticStore(trusted.origin, timeout_seconds=1)
    store.search(ALL)
    trusted.pause()
    try:
        with pytest.raises(StoreUnavailableError):
            store.upsert([make(9000)])
    finally:
        trusted.go_on()
    assert ElasticStore(trusted.origin).upsert([make(9000, revision=2)])[0] in ("inserted", "updated")
