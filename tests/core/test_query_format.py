"""AST to query text and back, and the pointer under an error."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koubei.core.domain import LABELS
from koubei.core.errors import QueryError
from koubei.core.query import (
    And,
    Everything,
    Exists,
    Keyword,
    Not,
    Or,
    Query,
    Range,
    Term,
    format_query,
    parse_query,
    point_at,
)

WORDS = st.sampled_from(["移动", "资费套餐", 'a"b\\c', "B站", "“好”的服务", "5G-A"])
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))  # noqa: DTZ001 - hypothesis takes naive bounds
LEAVES: st.SearchStrategy[Query] = st.one_of(
    WORDS.map(Keyword),
    st.builds(Term, st.just("label"), st.sampled_from(LABELS)),
    st.builds(Term, st.sampled_from(["brand", "factors", "post_id"]), st.text(max_size=8)),
    st.sampled_from([Exists("author_key"), Everything()]),
    st.builds(Range, st.just("published_at"), INSTANTS, st.none() | INSTANTS, st.just(False)),
    st.builds(
        Range, st.just("snow"), st.none(), st.floats(allow_nan=False, allow_infinity=False), st.booleans()
    ),
)


def _flat(kind: type[And] | type[Or], parts: list[Query]) -> Query:
    return kind(
        tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,)))
    )


def _larger(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        inner.map(Not), several.map(lambda p: _flat(And, p)), several.map(lambda p: _flat(Or, p))
    )


@given(st.recursive(LEAVES, _larger, max_leaves=8))
def test_a_formatted_query_parses_to_itself(query: Query) -> None:
    assert parse_query(format_query(query)) == query


@given(st.text(alphabet='移动资费ab12 ()（）"“”:：-+*?[]{}\\|AND OR NOT TO label: likes:', max_size=60))
def test_any_text_parses_and_round_trips_or_names_a_column(text: str) -> None:
    query = _parsed(text)
    if isinstance(query, QueryError):
        assert 1 <= query.column <= len(text) + 1
        assert point_at(text, query.column).endswith("^")
    else:
        assert parse_query(format_query(query)) == query


def _parsed(text: str) -> Query | QueryError:
    try:
        return parse_query(text)
    except QueryError as error:
        return error


def test_every_term_is_quoted_and_and_is_written_out() -> None:
    assert format_query(parse_query("移动 -电信 label:(neg OR pos)")) == (
        '"移动" AND NOT "电信" AND (label:"neg" OR label:"pos")'
    )


@pytest.mark.parametrize(
    ("query", "text"),
    [(And(()), "*:*"), (Or(()), "NOT *:*"), (And((Keyword("移动"),)), '"移动"'), (Everything(), "")],
)
def test_empty_and_single_groups(query: Query, text: str) -> None:
    assert format_query(query) == text


def test_pointer_stands_under_wide_characters() -> None:
    assert point_at("移动a*", 4) == "移动a*\n     ^"
    assert point_at("a\n移*", 4) == "a 移*\n    ^"
    assert point_at("", 1) == "\n^"


def test_pointer_shows_the_part_around_the_column_of_a_long_query() -> None:
    shown, caret = point_at("移" * 500 + "*" + "动" * 500, 501).split("\n")
    assert shown.startswith("…移")
    assert len(shown) < 130
    assert len(caret) == 1 + 2 * 60 + 1
