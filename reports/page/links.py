"""Where a figure's number leads: the same query in Kibana, else in the console, else nowhere."""

from __future__ import annotations

from urllib.parse import quote as percent_encoded

from indexer.kibana.discover import discover_url
from koubei.core.query import parse_query
from koubei.core.urls import safe_url
from reports.figures.daily import DailyFigures


def query_link(figures: DailyFigures, query: str) -> str | None:
    """An address that opens the query of a figure; None where neither place is configured."""
    if figures.kibana_url:
        return discover_url(figures.kibana_url, parse_query(query))
    if figures.console_url:
        return safe_url(f"{figures.console_url.rstrip('/')}/search?q={percent_encoded(query, safe='')}")
    return None
