"""An address that opens a query in Kibana's Discover, with its time range and data view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote as percent_encoded

from indexer.kibana.lucene import to_lucene
from indexer.kibana.views import BY_FILED, BY_PUBLISHED
from koubei.core.query import And, Query, Range
from koubei.core.urls import safe_url

Rison = str | bool | Sequence["Rison"] | Mapping[str, "Rison"]

LONGEST = 16_000
"""Characters of an address. All of it stands behind the `#`, so no server limits it, but browsers do."""

COLUMNS = ("brand", "platform", "label", "primary_factor", "province", "text")
_EVER = ("1970-01-01T00:00:00Z", "now+1y")


def discover_url(kibana_url: str, query: Query) -> str | None:
    """Discover on the mentions of `query`; None where the base is no safe address or it gets too long.

    Discover shows only documents that have its time field, within a range. A query bounded by
    `published_at` opens the view by publication; any other one the view by `filed_at`, which every mention
    has. The range stands in the query too, so its open end holds although Discover's is closed.
    """
    base = safe_url(kibana_url)
    if base is None or "#" in base or "?" in base:
        return None
    view, field, span = BY_FILED, "filed_at", _EVER
    for candidate, name in ((BY_PUBLISHED, "published_at"), (BY_FILED, "filed_at")):
        if found := _bounds(query, name):
            view, field, span = candidate, name, found
            break
    page = {"time": {"from": span[0], "to": span[1]}}
    app: dict[str, Rison] = {
        "columns": COLUMNS,
        "dataSource": {"dataViewId": view, "type": "dataView"},
        "index": view,  # what Kibana before 8.15 reads
        "interval": "auto",
        "query": {"language": "lucene", "query": to_lucene(query)},
        "sort": [[field, "desc"]],
    }
    url = f"{base.rstrip('/')}/app/discover#/?_g={_encoded(page)}&_a={_encoded(app)}"
    return url if len(url) <= LONGEST else None


def _bounds(query: Query, field: str) -> tuple[str, str] | None:
    """The two ends a query itself sets to a time field."""
    parts = query.parts if isinstance(query, And) else (query,)
    for part in parts:
        if isinstance(part, Range) and part.field == field:
            low, high = part.low, part.high
            if isinstance(low, datetime) and isinstance(high, datetime):
                return _instant(low), _instant(high)
    return None


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _encoded(value: Rison) -> str:
    """Percent-encoded rison: a query's characters end no parameter, attribute or markdown link."""
    return percent_encoded(rison(value), safe=":,!", errors="replace")


def rison(value: Rison) -> str:
    """A value in rison, the notation of Kibana's addresses; every string quoted."""
    if isinstance(value, bool):
        return "!t" if value else "!f"
    if isinstance(value, str):
        return "'" + value.replace("!", "!!").replace("'", "!'") + "'"
    if isinstance(value, Mapping):
        return "(" + ",".join(f"{name}:{rison(inner)}" for name, inner in value.items()) + ")"
    return "!(" + ",".join(rison(inner) for inner in value) + ")"
