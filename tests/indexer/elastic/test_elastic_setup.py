"""Addresses, templates, servers that cannot be used: one line of what was found, what is needed, the fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from pytest_httpserver import HTTPServer

from indexer import open_store
from indexer.elastic import ElasticStore, content
from indexer.elastic.address import Address, connect
from koubei.core.domain import ScoredMention
from koubei.core.errors import ConfigError, StoreError, StoreUnavailableError
from koubei.core.query import Everything, Term
from koubei.core.records import FIELDS

Make = Callable[..., ScoredMention]
ALL = Everything()


@pytest.fixture
def name(elastic_url: str) -> str:
    """The store's alias."""
    return elastic_url.rsplit("/", 1)[1]


@pytest.fixture
def fresh(elastic: Elasticsearch, elastic_url: str, name: str) -> Iterator[str]:
    """An address whose templates a test may spoil."""
    yield elastic_url
    elastic.options(ignore_status=404).indices.delete_index_template(name=name)


@pytest.mark.parametrize(
    ("url", "hosts", "name"),
    [
        ("https://es.example:9200", ("https://es.example:9200",), "mentions"),
        ("http://127.0.0.1", ("http://127.0.0.1:9200",), "mentions"),
        ("https://a:1,b:2/brand_a", ("https://a:1", "https://b:2"), "brand_a"),
        ("https://[::1]:9200/", ("https://[::1]:9200",), "mentions"),
    ],
)
def test_addresses(url: str, hosts: tuple[str, ...], name: str) -> None:
    assert Address.parse(url) == Address(hosts, name)


@pytest.mark.parametrize(
    "url", ["https://", "https://elastic:secret@es:9200", "https://es:port", "https://es/A-b", "https://es/a/b",
            "https://es:9200?x=1"],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Address.parse(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "environment",
    [
        {"KOUBEI_ES_CA": "/nowhere/ca.crt"},
        {"KOUBEI_ES_CA": __file__},
        {"KOUBEI_ES_API_KEY": "中文钥匙"},
        {"KOUBEI_ES_API_KEY": "two\nlines"},
        {"KOUBEI_ES_PASSWORD": "口令", "KOUBEI_ES_USERNAME": "elastic"},
        {"KOUBEI_ES_FINGERPRINT": "abc"},
        {"KOUBEI_ES_USERNAME": "elastic"},
    ],
)
def test_a_variable_that_cannot_be_used_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=next(iter(environment))):
        connect(Address.parse("https://es:9200"), environment)


def test_trust_in_a_certificate_needs_https() -> None:
    with pytest.raises(ConfigError, match="KOUBEI_ES_FINGERPRINT 用于 https"):
        connect(Address.parse("http://es:9200"), {"KOUBEI_ES_FINGERPRINT": "ab" * 32})


def test_every_field_has_its_place_in_the_mapping() -> None:
    kinds = {"keyword": "keyword", "keywords": "keyword", "text": "text", "integer": "long",
             "number": "double", "time": "date_nanos", "flag": "boolean", "stored": "keyword"}  # fmt: skip
    properties = content.template("mappings")["template"]["mappings"]["properties"]
    expected = {field.name: kinds[field.type] for field in FIELDS} | {"detail": "object"}
    assert {name: properties[name]["type"] for name in expected} == expected
    assert set(properties) - set(expected) == {"indexed", "beyond"}


def test_the_first_write_makes_a_month_with_alias_and_strict_mapping(
    elastic: Elasticsearch, elastic_url: str, name: str, make: Make
) -> None:
    store = ElasticStore(elastic_url)
    store.upsert([make(1, "談資費"), make(2, at=make(1).filed_at.replace(month=9))])
    store.refresh()
    found = elastic.indices.get(index=name).body
    assert sorted(found) == [f"{name}-2026.09", f"{name}-2026.11"]
    assert {entry["mappings"]["dynamic"] for entry in found.values()} == {"strict"}
    for text in ("text", "indexed"):
        words = {"text": "資費", "indexed": "资费"}[text]
        assert elastic.count(index=name, query={"match_phrase": {text: words}})["count"] == (
            1 if text == "text" else 2
        )
    assert elastic.count(index=name, q='"資費"')["count"] == 1
    store.close()


def test_a_newer_template_is_refused_and_left_alone(elastic: Elasticsearch, fresh: str, name: str) -> None:
    newer = content.schema_version() + 1
    elastic.indices.put_index_template(
        name=name, index_patterns=[f"{name}-*"], version=newer, meta={"managed_by": "koubei"}
    )
    with pytest.raises(StoreError, match="升级") as caught:
        ElasticStore(fresh).count(ALL)
    assert str(newer) in caught.value.found
    kept = elastic.indices.get_index_template(name=name)["index_templates"][0]["index_template"]
    assert kept["version"] == newer


def test_another_programs_template_or_index_is_refused(elastic: Elasticsearch, fresh: str, name: str) -> None:
    elastic.indices.put_index_template(name=name, index_patterns=[f"{name}-*"], version=1)
    with pytest.raises(StoreError, match="别人的"):
        ElasticStore(fresh).count(ALL)
    elastic.indices.delete_index_template(name=name)
    elastic.indices.create(index=f"{name}-2026.11", mappings={"properties": {"brand": {"type": "text"}}})
    with pytest.raises(StoreError, match="映射"):
        ElasticStore(fresh).count(ALL)


def test_an_older_index_gets_the_fields_added_since(
    elastic: Elasticsearch, fresh: str, name: str, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    ElasticStore(fresh).upsert([make(1)])
    today = {part: content.template(part) for part in ("settings", "mappings", "index")}
    mappings = today["mappings"]["template"]["mappings"]
    later = {**mappings, "_meta": {**mappings["_meta"], "schema": 99},
             "properties": {**mappings["properties"], "mood": {"type": "keyword"}}}  # fmt: skip
    whole = {**today["mappings"]["template"], "mappings": later}
    grown = {**today, "index": {**today["index"], "version": 99},
             "mappings": {**today["mappings"], "template": whole}}  # fmt: skip
    monkeypatch.setattr(content, "template", grown.__getitem__)
    store = ElasticStore(fresh)
    assert store.count(Term("label", "neg")) <= 1
    kept = elastic.indices.get_mapping(index=f"{name}-2026.11")[f"{name}-2026.11"]["mappings"]
    assert kept["properties"]["mood"] == {"type": "keyword"}
    assert kept["_meta"]["schema"] == 99
    monkeypatch.undo()
    with pytest.raises(StoreError, match="升级"):
        ElasticStore(fresh).count(ALL)


def test_check_names_what_is_wrong(elastic: Elasticsearch, elastic_url: str, name: str, make: Make) -> None:
    store = ElasticStore(elastic_url)
    store.upsert([make(1)])
    elastic.indices.add_block(index=f"{name}-2026.11", block="write")
    assert "write" in store.check()["可写"]
    with pytest.raises(StoreUnavailableError):
        store.upsert([make(1, revision=2)])
    elastic.indices.put_settings(index=f"{name}-2026.11", settings={"index.blocks.write": None})
    assert set(store.check().values()) == {"ok"}


def _replica(server: HTTPServer, version: str, status: int = 200, product: str = "Elasticsearch") -> str:
    body = (
        {"nodes": {"x": {"version": version}}}
        if status == 200
        else {"error": {"type": version, "reason": "no"}}
    )
    server.expect_request("/_nodes/_local").respond_with_json(
        body, status=status, headers={"X-Elastic-Product": product} if product else {}
    )
    return server.url_for("/").rstrip("/")


@pytest.mark.parametrize(
    ("version", "status", "product", "words"),
    [
        ("8.19.0", 200, "", "不是 Elasticsearch"),
        ("7.17.9", 200, "Elasticsearch", "7.17.9"),
        ("8.11.0", 200, "Elasticsearch", "8.11.0"),
        ("media_type_header_exception", 400, "Elasticsearch", "更早"),
        ("security_exception", 401, "Elasticsearch", "KOUBEI_ES_API_KEY"),
        ("security_exception", 403, "Elasticsearch", "权限不足"),
        ("", 413, "Elasticsearch", "代理"),
    ],
)
def test_a_server_that_cannot_be_used_is_an_error(
    httpserver: HTTPServer, version: str, status: int, product: str, words: str
) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        ElasticStore(_replica(httpserver, version, status, product)).count(ALL)
    assert caught.value.fix
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_server_that_is_busy_or_away_is_waited_for(httpserver: HTTPServer, status: int) -> None:
    store = ElasticStore(_replica(httpserver, "busy_exception", status))
    with pytest.raises(StoreUnavailableError, match=str(status)):
        store.count(ALL)


def test_nobody_there_is_waited_for(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="连不上") as caught:
        ElasticStore("http://127.0.0.1:1").count(ALL)
    assert "主机与端口" in caught.value.fix
    assert "队列" in caught.value.fix


@pytest.mark.parametrize(
    "url",
    [
        "https://elastic:hunter2@es:9200",
        "https://elastic:hun/ter2@es:9200",
        "https://es:9200/elastic:hunter2@x",
        "ftp://elastic:hunter2@es",
        "elastic:hunter2@es:9200",
    ],
)
def test_a_password_in_the_address_is_refused_and_not_repeated(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        open_store(url, tmp_path)
    assert "hun" not in str(caught.value)
