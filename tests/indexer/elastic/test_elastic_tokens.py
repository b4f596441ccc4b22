"""The tokens a real server makes of a text are checked in, and are those of the embedded tokeniser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from indexer import open_store
from koubei.core.text import fold, tokens

GOLDEN = Path(__file__).with_name("golden_tokens.json")
"""`{text: tokens}` of 8.19.21; a new text is added with an empty list, the failure shows what to write."""


def _golden() -> dict[str, list[str]]:
    return dict(json.loads(GOLDEN.read_text("utf-8")))


@pytest.mark.parametrize("text", _golden())
def test_the_embedded_tokeniser_makes_the_golden_tokens(text: str) -> None:
    assert tokens(fold(text)) == _golden()[text]


def test_the_server_makes_the_golden_tokens(elastic: Elasticsearch, elastic_url: str, tmp_path: Path) -> None:
    store = open_store(elastic_url, tmp_path)
    store.refresh()
    name = elastic_url.rsplit("/", 1)[1]
    elastic.indices.create(index=f"{name}-2026.11")
    said = {
        text: [
            token["token"]
            for token in elastic.indices.analyze(index=f"{name}-2026.11", analyzer="zh", text=fold(text))[
                "tokens"
            ]
        ]
        for text in _golden()
    }
    store.close()
    assert said == _golden()
