"""Scored mentions to put into stores, and the store the contract is run against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from indexer import open_store
from koubei.core.domain import Engagement, FactorHit, Mention, Post, Score, ScoredMention
from koubei.core.ports import MentionStore
from koubei.core.text import fold

START = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)  # noon in Beijing
Make = Callable[..., ScoredMention]


def _make(number: int = 1, text: str = "移动的资费套餐太贵", **given: Any) -> ScoredMention:
    """A scored mention; `given` may name fields of Post, Mention, Score or ScoredMention."""
    brand = given.pop("brand_id", "cmcc")
    post_id = given.pop("post_id", f"forum:{number}")
    at = given.pop("at", START + timedelta(minutes=number))
    factors = given.pop("factors", ("资费套餐|neg",))
    post = Post(
        post_id=post_id, platform="forum", source="forum", kind="post", title="", text=text,
        collected_at=at, content_hash=f"hash-{number}", published_at=at, time_precision="exact",
        author_key=f"author-{number % 7}",
    )  # fmt: skip
    mention = Mention(
        mention_id=given.pop("mention_id", f"{post_id}|{brand}"), post=post, brand_id=brand,
        matched_by="text", spans=((0, 2),), words=("移动",), keyword_version="k1",
        root_id=f"root-{number // 2}", role="customer", province="山东", province_source="named",
    )  # fmt: skip
    score = Score(
        snow=0.25, margin=-1.5, p_neg=None, p_neu=None, p_pos=None, label="neg",
        factors=tuple(FactorHit(*f.split("|"), "太贵") for f in factors), primary_factor="资费套餐", stage="",
        severity=1, words=("移动", "资费"), model_version="m1",
    )  # fmt: skip
    item = ScoredMention(mention, score, 1, at, at, at, None, "")
    return _with(item, given)


def _with(item: ScoredMention, given: dict[str, Any]) -> ScoredMention:
    def taken(value: Any) -> dict[str, Any]:
        return {name: given.pop(name) for name in list(given) if name in type(value).__slots__}

    mention = replace(item.mention, **taken(item.mention))
    mention = replace(mention, post=replace(mention.post, **taken(mention.post)))
    score = replace(item.score, words=given.pop("keywords", item.score.words))
    whole = replace(item, mention=mention, score=replace(score, **taken(score)), **taken(item))
    assert not given, f"no such field: {given}"
    return replace(whole, indexed=whole.indexed or fold(mention.post.scored_text))


@pytest.fixture
def make() -> Make:
    """Builds a ScoredMention: make(number, text, label="pos", at=…, factors=("网络质量|neg",), …)."""
    return _make


@pytest.fixture
def engagement() -> type[Engagement]:
    """The Engagement class."""
    return Engagement


@pytest.fixture
def open_again(tmp_path: Path) -> Callable[[], MentionStore]:
    """Opens the store under test; a second call opens the same data anew."""
    return lambda: open_store("sqlite:mentions.db", tmp_path)


@pytest.fixture
def store(open_again: Callable[[], MentionStore]) -> Iterator[MentionStore]:
    """An empty store. contract/ overrides `open_again`, so that every store keeps the same contract."""
    opened = open_again()
    yield opened
    opened.close()
