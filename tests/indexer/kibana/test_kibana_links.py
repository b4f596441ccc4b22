"""Links into Discover: the same query in Lucene, and no way out of the address."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from indexer.kibana.discover import LONGEST, discover_url, rison
from indexer.kibana.lucene import to_lucene
from koubei.core.query import And, Everything, Exists, Keyword, Not, Or, Query, Range, Term, parse_query

BASE = "https://kibana.example/s/brand"


def read(text: str) -> Any:
    """Rison as Kibana reads it, for the forms that are written here."""
    value, rest = _value(text)
    assert rest == "", f"characters after the end: {rest!r}"
    return value


def _value(text: str) -> tuple[Any, str]:
    if text.startswith("'"):
        return _string(text[1:])
    if text.startswith("!("):
        return _list(text[2:])
    if text.startswith("("):
        return _object(text[1:])
    assert text[:2] in ("!t", "!f"), text
    return text[:2] == "!t", text[2:]


def _string(text: str) -> tuple[str, str]:
    out, at = [], 0
    while text[at] != "'":
        if text[at] == "!":
            at += 1
            assert text[at] in "!'"
        out.append(text[at])
        at += 1
    return "".join(out), text[at + 1 :]


def _list(text: str) -> tuple[list[Any], str]:
    found: list[Any] = []
    while not text.startswith(")"):
        value, text = _value(text.removeprefix(",") if found else text)
        found.append(value)
    return found, text[1:]


def _object(text: str) -> tuple[dict[str, Any], str]:
    found: dict[str, Any] = {}
    while not text.startswith(")"):
        name, _, text = (text.removeprefix(",") if found else text).partition(":")
        found[name], text = _value(text)
    return found, text[1:]


def opened(url: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What Discover takes from an address: _g and _a."""
    page, _, state = urlsplit(url).fragment.partition("?")
    assert page == "/"
    given = parse_qs(state, strict_parsing=True)
    assert set(given) == {"_g", "_a"}
    assert all(len(values) == 1 for values in given.values())
    return read(given["_g"][0]), read(given["_a"][0])


def url_of(text: str) -> str:
    found = discover_url(BASE, parse_query(text))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "lucene"),
    [
        ("", "*:*"),
        ("资費套餐", 'indexed:"资费套餐"'),
        ("资费 套餐", 'indexed:"资费" AND indexed:"套餐"'),
        ("资费 OR 套餐", 'indexed:"资费" OR indexed:"套餐"'),
        ("-资费", '(*:* AND NOT indexed:"资费")'),
        ("资费 OR -套餐", 'indexed:"资费" OR (*:* AND NOT indexed:"套餐")'),
        ("-资费 套餐", 'indexed:"套餐" AND NOT indexed:"资费"'),
        ("label:neg", 'label:"neg"'),
        ("factors:宽带|neg", 'factors:"宽带|neg"'),
        (
            "factors:宽带",
            'factors:("宽带|neg" OR "宽带|neu" OR "宽带|pos" OR "宽带|uncertain" OR "宽带|unknown")',
        ),
        ("likes:[5 TO *]", "likes:[5.0 TO *]"),
        ("published_at:[* TO *]", "_exists_:published_at"),
        (
            "published_at:[2026-11-18 TO 2026-11-18]",
            'published_at:["2026-11-17T16:00:00Z" TO "2026-11-18T16:00:00Z"}',
        ),
        ("province:(山东 OR 广东) AND 资费", '(province:"山东" OR province:"广东") AND indexed:"资费"'),
    ],
)
def test_a_query_in_lucene(text: str, lucene: str) -> None:
    assert to_lucene(parse_query(text)) == lucene


@pytest.mark.parametrize(
    ("query", "lucene"),
    [
        (Or(()), "(NOT *:*)"),
        (And(()), "*:*"),
        (Keyword("……"), "(NOT *:*)"),
        (And((Not(Term("role", "media")), Not(Term("role", "official")))), None),
        (Term("url", 'a"b\\'), 'url:"a\\"b\\\\"'),
        (Exists("province"), "_exists_:province"),
        (Not(Everything()), "(*:* AND NOT *:*)"),
        (Range("brand", 'a" OR "b', None), 'brand:["a\\" OR \\"b" TO *]'),
    ],
)
def test_nodes_that_no_text_gives(query: Query, lucene: str | None) -> None:
    expected = lucene or '(*:* AND NOT role:"media") AND (*:* AND NOT role:"official")'
    assert to_lucene(query) == expected


def test_a_day_opens_by_publication_within_its_range() -> None:
    time, app = opened(url_of("brand:cmcc AND published_at:[2026-11-18 TO 2026-11-18]"))
    assert time == {"time": {"from": "2026-11-17T16:00:00Z", "to": "2026-11-18T16:00:00Z"}}
    assert app["dataSource"] == {"dataViewId": "koubei-mentions", "type": "dataView"}
    assert app["index"] == "koubei-mentions"
    assert app["query"]["language"] == "lucene"
    assert app["query"]["query"].startswith('brand:"cmcc" AND published_at:[')


def test_mentions_without_a_time_open_by_filing() -> None:
    """Discover shows only documents that have its time field."""
    text = "NOT published_at:[* TO *] AND filed_at:[2026-11-18 TO 2026-11-18]"
    time, app = opened(url_of(text))
    assert time["time"]["from"] == "2026-11-17T16:00:00Z"
    assert app["dataSource"]["dataViewId"] == "koubei-mentions-filed"


@pytest.mark.parametrize("text", ["资费", "published_at:[2026-11-18 TO *]", "a1 OR published_at:2026-11-18"])
def test_a_query_without_both_ends_opens_over_all_time(text: str) -> None:
    time, app = opened(url_of(text))
    assert time["time"] == {"from": "1970-01-01T00:00:00Z", "to": "now+1y"}
    assert app["dataSource"]["dataViewId"] == "koubei-mentions-filed"


HOSTILE = [
    "'),time:(from:'x", "!'", "!!", "'", '"', "#", "&_a=(query:(query:'x'))", "&", "?", "%27", "%", "+", " ",
    "\u0000", "\u202e", "\n", "</a><script>alert(1)</script>", '" onmouseover="x', "](javascript:alert(1))",
    "`", "\\", "\ud800", "𠮷", "|", "{{7*7}}", "a" * 500,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_the_query(text: str) -> None:
    url = discover_url(BASE, And((Term("brand", text), Term("label", "neg"))))
    assert url is not None
    time, app = opened(url)
    plain = text.encode(errors="replace").decode()
    assert app["query"]["query"] == to_lucene(And((Term("brand", plain), Term("label", "neg"))))
    assert set(app) == {"columns", "dataSource", "index", "interval", "query", "sort"}
    assert set(time) == {"time"}


@given(st.text(max_size=60))
def test_no_text_leaves_its_place(text: str) -> None:
    url = discover_url(BASE, Term("url", text))
    assert url is not None
    _, app = opened(url)
    assert app["query"]["query"] == to_lucene(Term("url", text))
    assert not set(url) & set("\"'<>()[]{}`\\ \n\r\t")
    assert str(escape(url)).replace("&amp;", "&") == url


@given(st.recursive(st.text() | st.booleans(), lambda v: st.lists(v, max_size=3)))
def test_rison_reads_back(value: Any) -> None:
    assert read(rison(value)) == value


@pytest.mark.parametrize(
    "base",
    [
        "javascript:alert(1)",
        "ftp://kibana",
        "https://u:p@kibana",
        "https://kibana/#/x",
        "https://k/?a=b",
        "",
        "kibana",
    ],
)
def test_a_base_that_is_no_plain_address_gives_no_link(base: str) -> None:
    assert discover_url(base, Everything()) is None


def test_an_address_that_gets_too_long_gives_no_link() -> None:
    assert discover_url(BASE, Term("url", "长" * LONGEST)) is None
