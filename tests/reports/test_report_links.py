"""DailyFigures link to Kibana where one is configured, else to the console, else stay plain text."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

from indexer.kibana.lucene import to_lucene
from koubei.core.query import parse_query
from reports.figures.daily import DailyFigures
from reports.page.links import query_link
from reports.page.render import page

KIBANA = "https://kibana.example/s/brand"


def linked(figures: DailyFigures) -> dict[str, str]:
    """Figure id -> address on the page."""
    found = re.findall(r'<tr id="(F\d+)"><td class="nw"><a href="([^"]*)"', page(figures))
    return {figure_id: unescape(url) for figure_id, url in found}


def test_every_figure_opens_its_query_in_kibana(figures: DailyFigures) -> None:
    given = figures.model_copy(update={"kibana_url": KIBANA})
    links = linked(given)
    assert set(links) == {figure.id for figure in figures.figures}
    for figure in figures.figures:
        state = parse_qs(urlsplit(links[figure.id]).fragment.partition("?")[2])["_a"][0]
        assert f"query:'{to_lucene(parse_query(figure.query))}'" in state
        assert "language:'lucene'" in state
    assert "Kibana" in page(given)


def test_without_kibana_it_opens_in_the_console(figures: DailyFigures) -> None:
    assert figures.kibana_url is None
    links = linked(figures)
    for figure in figures.figures:
        base, _, query = links[figure.id].partition("?q=")
        assert base == "https://koubei.example/search"
        assert unquote(query) == figure.query


def test_without_either_a_figure_is_plain_text(figures: DailyFigures) -> None:
    given = figures.model_copy(update={"console_url": None})
    assert linked(given) == {}
    assert query_link(given, 'brand:"cmcc"') is None


def test_a_kibana_address_that_is_none_gives_no_link(figures: DailyFigures) -> None:
    given = figures.model_copy(update={"kibana_url": "javascript:alert(1)"})
    assert linked(given) == {}
    assert "javascript:alert" not in page(given)


def test_figures_saved_before_there_was_kibana_still_read(figures: DailyFigures) -> None:
    old = figures.model_dump(mode="json")
    del old["kibana_url"]
    assert DailyFigures.model_validate(old) == figures
