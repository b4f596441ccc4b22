"""What Kibana would send, sent to a real Elasticsearch: the Lucene texts find what the store finds, and the
dashboard's columns can be computed on the fields as they are mapped.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from indexer import open_store
from indexer.kibana.lucene import to_lucene
from indexer.kibana.objects import Json
from koubei.core.clock import day_window
from koubei.core.domain import LABELS, ScoredMention
from koubei.core.ports import MentionStore
from koubei.core.query import And, Everything, Exists, Keyword, Not, Or, Query, Range, Term, parse_query

WORDS = ["资费", "套餐", "资费套餐", "宽带", "移动宽带", "断网", "客服", "VoLTE", "5G", "太贵", "10086"]
PROVINCES = [None, "山东", "广东", '引"号', "反\\斜"]
OPTIONS = {"analyze_wildcard": True, "time_zone": "Asia/Shanghai"}
"""What Kibana adds to each Lucene text."""


def mentions(make: Callable[..., ScoredMention]) -> list[ScoredMention]:
    """Three hundred mentions; some without a time, without counts, with odd values."""
    dice = random.Random(8)
    found = []
    for number in range(300):
        text = "，".join(dice.choices(WORDS, k=dice.randint(1, 4))) + dice.choice(["。", "資費降檔", "Ｂ站"])
        item = make(
            number, text, label=dice.choice(LABELS), province=dice.choice(PROVINCES),
            role=dice.choice(["customer", "media", "official"]), severity=dice.randint(0, 3),
            matched_by=dice.choice(["text", "thread"]), factors=(f"{dice.choice(['宽带', '客服'])}|neg",),
        )  # fmt: skip
        published = None if number % 9 == 0 else item.filed_at - timedelta(hours=number % 50)
        found.append(make(number, text, **_kept(item), published_at=published))
    return found


def _kept(item: ScoredMention) -> dict[str, Any]:
    score, mention = item.score, item.mention
    return {
        "label": score.label, "severity": score.severity, "province": mention.province, "role": mention.role,
        "matched_by": mention.matched_by, "factors": tuple(f"{f.name}|{f.polarity}" for f in score.factors),
    }  # fmt: skip


@pytest.fixture
def filled(elastic_url: str, make: Callable[..., ScoredMention], tmp_path: Path) -> Iterator[MentionStore]:
    store = open_store(elastic_url, tmp_path)
    store.upsert(mentions(make))
    store.refresh()
    yield store
    store.close()


def index_of(url: str) -> str:
    return url.rsplit("/", 1)[1]


def leaf(dice: random.Random) -> Query:
    window = day_window(date(2026, 11, 18))
    return dice.choice(
        [
            Keyword(dice.choice([*WORDS, "資費", "没有的词", "……"])),
            Term("label", dice.choice(LABELS)),
            Term("province", dice.choice([p for p in PROVINCES if p])),
            Term("factors", dice.choice(["宽带", "客服|neg", "客服|pos"])),
            Range("severity", dice.choice([None, 1]), dice.choice([None, 2])),
            Range("published_at", window.start, window.end, high_open=True),
            Range("published_at", None, window.start - timedelta(hours=9)),
            Range("mention_id", "forum:2", "forum:27"),
            Exists("published_at"),
            Exists("province"),
            Everything(),
        ]
    )


def tree(dice: random.Random, depth: int) -> Query:
    if depth == 0 or dice.random() < 0.25:
        return leaf(dice)
    parts = tuple(tree(dice, depth - 1) for _ in range(dice.randint(1, 3)))
    return dice.choice([And(parts), Or(parts), Not(parts[0]), And((*parts, Not(leaf(dice))))])


def ids(client: Elasticsearch, index: str, lucene: str) -> set[str]:
    query = {"query_string": {"query": lucene, **OPTIONS}}
    answer = client.search(index=index, query=query, size=500, source=["mention_id"])
    return {hit["_source"]["mention_id"] for hit in answer["hits"]["hits"]}


def test_lucene_texts_find_what_the_store_finds(
    filled: MentionStore, elastic: Elasticsearch, elastic_url: str
) -> None:
    dice = random.Random(5)
    index = index_of(elastic_url)
    somewhere = 0
    for _ in range(150):
        query = tree(dice, 3)
        wanted = {item.mention.mention_id for item in filled.search(query, None, 500).items}
        assert ids(elastic, index, to_lucene(query)) == wanted, to_lucene(query)
        somewhere += 0 < len(wanted) < 300
    assert somewhere > 75, "most queries must tell mentions apart"


def test_without_quotes_a_word_is_any_of_its_pairs(
    filled: MentionStore, elastic: Elasticsearch, elastic_url: str
) -> None:
    """Why the docs tell analysts to quote."""
    index = index_of(elastic_url)
    exact = filled.count(Keyword("资费套餐"))
    assert len(ids(elastic, index, '"资费套餐"')) == exact
    assert len(ids(elastic, index, "资费套餐")) > exact


@pytest.mark.parametrize(
    ("koubei", "kibana"),
    [
        ('"资费" OR "宽带" AND "断网"', '"资费" OR ("宽带" AND "断网")'),
        ('"资费" OR NOT "宽带"', '"资费" OR (*:* AND NOT "宽带")'),
        ('factors:"客服"', 'factors:("客服|neg" OR "客服|pos")'),
        ('"資費"', '"资费"'),
        ('"VoLTE,移"', '"VoLTE,移动"'),
    ],
)
def test_what_the_docs_say_differs(
    koubei: str, kibana: str, filled: MentionStore, make: Callable[..., ScoredMention],
    elastic: Elasticsearch, elastic_url: str,
) -> None:  # fmt: skip
    """The text of the docs' list, and how they say to write it for Kibana."""
    filled.upsert([make(900, "VoLTE,移动")])
    filled.refresh()
    wanted = {item.mention.mention_id for item in filled.search(parse_query(koubei), None, 500).items}
    assert ids(elastic, index_of(elastic_url), koubei) != wanted
    assert ids(elastic, index_of(elastic_url), kibana) == wanted


def test_every_query_and_column_of_the_space_runs(
    objects: list[Json], filled: MentionStore, elastic: Elasticsearch, elastic_url: str
) -> None:
    index = index_of(elastic_url)
    queries = [
        json.loads(item["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])["query"]["query"]
        for item in objects
        if item["type"] == "search"
    ]
    dashboard = next(item for item in objects if item["type"] == "dashboard")
    for panel in json.loads(dashboard["attributes"]["panelsJSON"]):
        if drawing := panel["embeddableConfig"].get("attributes"):
            queries.append(drawing["state"]["query"]["query"])
            layer = drawing["state"]["datasourceStates"]["formBased"]["layers"]["l1"]
            wanted_columns = aggregations(layer)
            if wanted_columns:
                answer = elastic.search(index=index, size=0, aggs=wanted_columns)
                assert set(answer["aggregations"]) == set(wanted_columns)
    assert any(ids(elastic, index, query) for query in queries)
    for query in queries:
        wanted = {item.mention.mention_id for item in filled.search(parse_query(query), None, 500).items}
        assert ids(elastic, index, query) == wanted, query


def aggregations(layer: Json) -> dict[str, Any]:
    """The columns of a layer that are computed by the server, side by side."""
    found: dict[str, Any] = {}
    for name, column in layer["columns"].items():
        operation, field = column["operationType"], column.get("sourceField")
        if operation == "terms":
            found[name] = {"terms": {"field": field, "size": column["params"]["size"]}}
        elif operation == "date_histogram":
            found[name] = {
                "date_histogram": {"field": field, "fixed_interval": "1d", "time_zone": "Asia/Shanghai"}
            }
        elif operation == "unique_count":
            inner = {"voices": {"cardinality": {"field": field}}}
            lucene = column.get("filter", {"query": "*:*"})["query"]
            found[name] = {"filter": {"query_string": {"query": lucene, **OPTIONS}}, "aggs": inner}
    return found


def test_the_fields_are_those_of_the_index(
    objects: list[Json], elastic: Elasticsearch, filled: MentionStore, elastic_url: str
) -> None:
    """Every field that is labelled exists in the mapping, and times are times there."""
    mapping = next(iter(elastic.indices.get_mapping(index=index_of(elastic_url)).values()))
    properties = mapping["mappings"]["properties"]
    view = next(item for item in objects if item["type"] == "index-pattern")
    assert set(json.loads(view["attributes"]["fieldAttrs"])) <= set(properties)
    assert properties[view["attributes"]["timeFieldName"]]["type"].startswith("date")
    assert properties["indexed"]["type"] == "text"
