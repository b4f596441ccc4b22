"""Templates and indices that somebody else made or changed: put right, or refused before a post is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from indexer.elastic import ElasticStore, content, installing, months
from koubei.core.domain import ScoredMention
from koubei.core.errors import StoreError
from koubei.core.query import Everything

Make = Callable[..., ScoredMention]
ALL = Everything()


@pytest.fixture
def name(elastic: Elasticsearch) -> Iterator[str]:
    """An alias whose templates are this test's own."""
    name = f"own{uuid.uuid4().hex[:12]}"
    yield name
    quiet = elastic.options(ignore_status=404)
    if indices := elastic.indices.get(index=f"{name}-*", filter_path="*.aliases").body:
        elastic.indices.delete(index=",".join(indices))
    for template in (name, f"{name}x"):
        quiet.indices.delete_index_template(name=template)
    for part in ("settings", "mappings"):
        quiet.cluster.delete_component_template(name=f"{name}-{part}")


@pytest.fixture
def url(elastic_origin: str, name: str) -> str:
    """The address of a store nobody has used yet."""
    return f"{elastic_origin}/{name}"


def _create(elastic: Elasticsearch, index: str, **changed: Any) -> None:
    """A month made by hand that says it is koubei's of today."""
    wanted = content.mappings()
    analysis = content.template("mappings")["template"]["settings"]
    mappings = {**wanted, **changed.pop("mappings", {}), "properties": {**wanted["properties"], **changed}}
    elastic.indices.create(index=index, mappings=mappings, settings=analysis)


@pytest.mark.parametrize(
    ("field", "definition"),
    [("brand", {"type": "text"}), ("detail", {"type": "object"}), ("text", {"type": "text"})],
)
def test_a_mapping_that_conflicts_is_refused_before_a_post_is_written(
    elastic: Elasticsearch, url: str, name: str, make: Make, field: str, definition: dict[str, str]
) -> None:
    ElasticStore(url).count(ALL)
    _create(elastic, f"{name}-2026.11", **{field: definition})
    with pytest.raises(StoreError, match=f"{name}-2026.11") as caught:
        ElasticStore(url).upsert([make(1)])
    assert field in caught.value.found
    assert caught.value.fix
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("schema", ["abc", None, [1]])
def test_a_schema_number_that_is_none_is_put_right(
    elastic: Elasticsearch, url: str, name: str, schema: Any
) -> None:
    _create(elastic, f"{name}-2026.11", mappings={"_meta": {"managed_by": "koubei", "schema": schema}})
    assert ElasticStore(url).count(ALL) == 0
    kept = elastic.indices.get_mapping(index=f"{name}-2026.11")[f"{name}-2026.11"]["mappings"]
    assert kept["_meta"]["schema"] == content.schema_version()


def test_a_field_that_was_left_out_by_hand_is_added(elastic: Elasticsearch, url: str, name: str) -> None:
    mappings = content.mappings()
    few = {field: mappings["properties"][field] for field in ("mention_id", "filed_at")}
    elastic.indices.create(index=f"{name}-2026.11", mappings={**mappings, "properties": few, "dynamic": True})
    with pytest.raises(StoreError, match=r"\[zh\]"):
        ElasticStore(url).count(ALL)
    elastic.indices.delete(index=f"{name}-2026.11")
    analysis = content.template("mappings")["template"]["settings"]
    elastic.indices.create(
        index=f"{name}-2026.11", mappings={**mappings, "properties": few, "dynamic": True}, settings=analysis
    )
    assert ElasticStore(url).count(ALL) == 0
    kept = elastic.indices.get_mapping(index=f"{name}-2026.11")[f"{name}-2026.11"]["mappings"]
    assert kept["dynamic"] == "strict"
    assert kept["properties"].keys() == mappings["properties"].keys()


@pytest.mark.parametrize("pattern", ["{}-*", "{}-2031.0*", "*{}-oth*"])
def test_a_foreign_template_that_would_make_our_indices_is_refused_by_name(
    elastic: Elasticsearch, url: str, name: str, make: Make, pattern: str
) -> None:
    taken = pattern.format(name)
    elastic.indices.put_index_template(name=f"{name}x", index_patterns=[taken], priority=500)
    with pytest.raises(StoreError, match=f"{name}x") as caught:
        ElasticStore(url).upsert([make(1)])
    assert taken in caught.value.found
    assert "500" in caught.value.found
    assert not elastic.indices.get(index=f"{name}-*").body


def test_a_foreign_template_that_changes_one_field_is_refused(
    elastic: Elasticsearch, url: str, name: str
) -> None:
    ElasticStore(url).count(ALL)
    elastic.indices.put_index_template(
        name=f"{name}x", index_patterns=[f"{name}-*"], priority=500,
        composed_of=list(content.components(name)),
        template={"mappings": {"properties": {"brand": {"type": "text"}}}},
    )  # fmt: skip
    with pytest.raises(StoreError, match="字段 brand"):
        ElasticStore(url).count(ALL)


@pytest.mark.parametrize(("pattern", "priority"), [("{}-*", 100), ("{}*-logs", 500), ("{}-20", 500)])
def test_a_template_that_makes_none_of_our_indices_is_no_matter(
    elastic: Elasticsearch, url: str, name: str, pattern: str, priority: int
) -> None:
    elastic.indices.put_index_template(
        name=f"{name}x", index_patterns=[pattern.format(name)], priority=priority
    )
    assert ElasticStore(url).count(ALL) == 0


def test_a_template_of_our_own_priority_is_refused(elastic: Elasticsearch, url: str, name: str) -> None:
    elastic.indices.put_index_template(name=f"{name}x", index_patterns=[f"{name}-*"], priority=200)
    with pytest.raises(StoreError, match=f"{name}x") as caught:
        ElasticStore(url).count(ALL)
    assert "/别名" in caught.value.fix


def test_an_operators_template_of_our_components_makes_indices_with_alias(
    elastic: Elasticsearch, url: str, name: str, make: Make
) -> None:
    ElasticStore(url).count(ALL)
    elastic.indices.put_index_template(
        name=f"{name}x", index_patterns=[f"{name}-*"], priority=500,
        composed_of=list(content.components(name)),
        template={"settings": {"number_of_shards": 2}},
    )  # fmt: skip
    assert ElasticStore(url).upsert([make(1)]) == ["inserted"]
    made = elastic.indices.get(index=name)[f"{name}-2026.11"]
    assert made["settings"]["index"]["number_of_shards"] == "2"


@pytest.mark.parametrize("part", ["settings", "mappings"])
def test_another_programs_component_is_refused_and_left_alone(
    elastic: Elasticsearch, url: str, name: str, part: str
) -> None:
    elastic.cluster.put_component_template(name=f"{name}-{part}", template={}, meta={"managed_by": "ops"})
    with pytest.raises(StoreError, match=f"别人的组件模板 {name}-{part}"):
        ElasticStore(url).count(ALL)
    kept = elastic.cluster.get_component_template(name=f"{name}-{part}")["component_templates"][0]
    assert kept["component_template"]["_meta"] == {"managed_by": "ops"}


def test_a_newer_component_is_refused(elastic: Elasticsearch, url: str, name: str) -> None:
    elastic.cluster.put_component_template(
        name=f"{name}-mappings", template={}, version=99, meta={"managed_by": "koubei"}
    )
    with pytest.raises(StoreError, match="升级 koubei"):
        ElasticStore(url).count(ALL)


@pytest.mark.parametrize(
    "drifted",
    [
        {"mappings": {"properties": {"brand": {"type": "text"}}}},
        {"mappings": {**content.mappings(), "_source": {"enabled": False}}},
    ],
)
def test_a_component_of_ours_that_was_changed_is_put_right(
    elastic: Elasticsearch, url: str, name: str, make: Make, drifted: dict[str, Any]
) -> None:
    ElasticStore(url).count(ALL)
    settings = content.template("mappings")["template"]["settings"]
    elastic.cluster.put_component_template(
        name=f"{name}-mappings", template={"settings": settings, **drifted},
        version=content.schema_version(), meta={"managed_by": "koubei"},
    )  # fmt: skip
    ElasticStore(url).upsert([make(1)])
    kept = elastic.indices.get_mapping(index=f"{name}-2026.11")[f"{name}-2026.11"]["mappings"]
    assert kept["properties"]["brand"]["type"] == "keyword"
    assert "_source" not in kept


@pytest.mark.parametrize(
    "changed", [{"priority": 100}, {"template": {"aliases": {"elsewhere": {}}}}, {"composed_of": []}]
)
def test_an_index_template_of_ours_that_was_changed_is_put_right(
    elastic: Elasticsearch, url: str, name: str, changed: dict[str, Any]
) -> None:
    ElasticStore(url).count(ALL)
    ours = content.arguments(content.index_template(name))
    elastic.indices.put_index_template(name=name, **{**ours, **changed})
    ElasticStore(url).count(ALL)
    kept = elastic.indices.get_index_template(name=name)["index_templates"][0]["index_template"]
    assert content.same_template(kept, content.index_template(name))
    assert (kept["priority"], kept.get("template", {})) == (200, {})


def test_what_is_as_it_should_be_is_not_written_again(
    elastic: Elasticsearch, url: str, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    ElasticStore(url).upsert([make(1)])
    monkeypatch.setattr(installing, "_put", lambda _: pytest.fail("templates written again"))
    monkeypatch.setattr(months, "arguments", lambda _: pytest.fail("mapping written again"))
    ElasticStore(url).count(ALL)
