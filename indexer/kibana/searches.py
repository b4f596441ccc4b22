"""Saved searches: what analysts open first."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.kibana.lens import lucene
from indexer.kibana.objects import Json, dumped, reference, saved_object
from indexer.kibana.views import BY_PUBLISHED
from koubei.core.domain import NOT_CUSTOMER
from koubei.core.query import And, Not, Or, Query, Range, Term

NEGATIVE_TODAY = "koubei-search-negative-today"
HIGH_RISK = "koubei-search-high-risk"
HOT = "koubei-search-hot"
SEVERE = 2
"""Severity of a mention that speaks of complaints, exposure or the regulator."""

_INDEX = "kibanaSavedObjectMeta.searchSourceJSON.index"
_COLUMNS = ("platform", "label", "primary_factor", "severity", "province", "text", "url")
_NEWEST = (("published_at", "desc"),)


@dataclass(frozen=True, slots=True)
class Brand:
    """The brand a space is about."""

    id: str
    name: str


def counted(*more: Query) -> Query:
    """声量: mentions whose text or source names the brand, and which nobody rejected; of all brands."""
    return And((Or((Term("matched_by", "text"), Term("matched_by", "declared"))), *more))


def customers(*more: Query) -> Query:
    """Counted mentions that are not media, marketing, official or employee."""
    return counted(*(Not(Term("role", role)) for role in NOT_CUSTOMER), *more)


def saved_searches(brand: Brand, factors: Sequence[str]) -> list[Json]:
    """Negative today, high risk, the most repeated posts, and one search a factor; all of one brand."""
    own, negative = Term("brand", brand.id), Term("label", "neg")
    severe = Range("severity", SEVERE, None)
    found = [
        _search(
            NEGATIVE_TODAY, f"{brand.name}·今日负面", "今天发布的客户负面提及", customers(own, negative),
            today=True,
        ),
        _search(
            HIGH_RISK, f"{brand.name}·高风险", "严重度 2 以上的负面：投诉、曝光、监管",
            counted(own, negative, severe),
        ),
        _search(
            HOT, f"{brand.name}·热门帖", "转发与点赞多的在前", counted(own),
            ("platform", "label", "primary_factor", "reposts", "likes", "comments", "text", "url"),
            (("reposts", "desc"), ("likes", "desc")),
        ),
    ]  # fmt: skip
    return found + [_factor(brand, name) for name in factors]


def _factor(brand: Brand, name: str) -> Json:
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    spoken = Or(tuple(Term("factors", f"{name}|{label}") for label in ("neg", "neu", "pos", "uncertain")))
    query = customers(Term("brand", brand.id), spoken)
    return _search(
        f"koubei-search-factor-{digest}", f"{brand.name}·要素·{name}", f"谈到{name}的客户提及", query
    )


def _search(
    search_id: str, title: str, description: str, query: Query, columns: Sequence[str] = _COLUMNS,
    sort: Sequence[tuple[str, str]] = _NEWEST, today: bool = False,
) -> Json:  # fmt: skip
    source = {
        "query": lucene(query), "filter": [], "highlightAll": True, "version": True, "indexRefName": _INDEX,
    }  # fmt: skip
    attributes: Json = {
        "title": title, "description": description, "columns": list(columns), "sort": [list(s) for s in sort],
        "grid": {}, "hideChart": False, "isTextBasedQuery": False, "breakdownField": "label", "hits": 0,
        "version": 1, "kibanaSavedObjectMeta": {"searchSourceJSON": dumped(source)},
    }  # fmt: skip
    if today:
        attributes |= {"timeRestore": True, "timeRange": {"from": "now/d", "to": "now/d"}}
    return saved_object("search", search_id, attributes, [reference("index-pattern", BY_PUBLISHED, _INDEX)])
