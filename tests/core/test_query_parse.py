"""Query text to AST."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from koubei.core.errors import QueryError
from koubei.core.query import (
    And,
    Everything,
    Exists,
    Keyword,
    Not,
    Or,
    Prefix,
    Query,
    Range,
    Term,
    parse_query,
)

A, B, C = Keyword("移动"), Keyword("电信"), Keyword("资费")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Everything()),
        ("  \u3000 ", Everything()),
        ("*:*", Everything()),
        ("*", Everything()),
        (" * ", Everything()),
        ("label:*", Exists("label")),
        ("_exists_:province", Exists("province")),
        ("text:*", Everything()),
        ("* -联通", And((Everything(), Not(Keyword("联通"))))),
        ("-联通", Not(Keyword("联通"))),
        ("!联通", Not(Keyword("联通"))),
        ("移动 && 联通", And((Keyword("移动"), Keyword("联通")))),
        ("移动||联通", Or((Keyword("移动"), Keyword("联通")))),
        ("volt*", Prefix("volt")),
        ("text:5G* ", Prefix("5G")),
        ("(volt* OR 5g*)", Or((Prefix("volt"), Prefix("5g")))),
        ("likes:>5", Range("likes", 6.0, None)),
        ("likes:>=5", Range("likes", 5.0, None)),
        ("likes:<5", Range("likes", None, 5.0, high_open=True)),
        ("likes:<=5", Range("likes", None, 5.0)),
        ("snow:>0.5", Range("snow", math.nextafter(0.5, 1), None)),
        ("移动", A),
        ("移动 电信", And((A, B))),
        ("移动 AND 电信 AND 资费", And((A, B, C))),
        ("移动 OR 电信 资费", Or((A, And((B, C))))),
        ("(移动 OR 电信) 资费", And((Or((A, B)), C))),
        ("（移动 OR 电信）资费", And((Or((A, B)), C))),
        ("移动 -电信", And((A, Not(B)))),
        ("移动 −电信", And((A, Not(B)))),
        ("移动 －电信 ＋资费", And((A, Not(B), C))),
        ("移动 NOT (电信 OR 资费)", And((A, Not(Or((B, C)))))),
        ("NOT NOT 移动", Not(Not(A))),
        ("5G-A", Keyword("5G-A")),
        ('"资费 套餐"', Keyword("资费 套餐")),
        ("“资费套餐”", Keyword("资费套餐")),
        ("「资费套餐」", Keyword("资费套餐")),
        ('"他说\\"好\\"的"', Keyword('他说"好"的')),
        ('"移动*?~^/"', Keyword("移动*?~^/")),
        ("为什么？", Keyword("为什么？")),
        ("😡", Keyword("😡")),
        ("B站", Keyword("B站")),
        ("and or", And((Keyword("and"), Keyword("or")))),
        ("brand:cmcc", Term("brand", "cmcc")),
        ("brand：cmcc", Term("brand", "cmcc")),
        ("label:(neg OR pos)", Or((Term("label", "neg"), Term("label", "pos")))),
        ("label:(-neg)", Not(Term("label", "neg"))),
        ("post_id:forum:12", Term("post_id", "forum:12")),
        ('url:"https://a.cn/?x"', Term("url", "https://a.cn/?x")),
        ("factors:资费套餐", Term("factors", "资费套餐")),
        ('factors:"资费套餐|neg"', Term("factors", "资费套餐|neg")),
        ("text:移动", A),
        ("text:(移动 OR 电信)", Or((A, B))),
        ("likes:5", Range("likes", 5.0, 5.0)),
        ("likes:[5 TO *]", Range("likes", 5.0, None)),
        ("snow:[0.5 TO 1}", Range("snow", 0.5, 1.0, high_open=True)),
        ("author_key:[* TO *]", Exists("author_key")),
        ("mention_id:[a TO b]", Range("mention_id", "a", "b")),
    ],
)
def test_parses(text: str, query: Query) -> None:
    assert parse_query(text) == query


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day …


@pytest.mark.parametrize(
    ("text", "low", "high", "high_open"),
    [
        ("2026-11-18", _utc(2026, 11, 17, 16), _utc(2026, 11, 18, 16), True),
        ("[2026-11-01 TO 2026-11-02]", _utc(2026, 10, 31, 16), _utc(2026, 11, 2, 16), True),
        ("[2026-11-18T08:30 TO *]", _utc(2026, 11, 18, 0, 30), None, False),
        ("[* TO 2026-11-18T08:30:00Z]", None, _utc(2026, 11, 18, 8, 30), False),
        (
            "[2026-11-18T08:30+00:00 TO 2026-11-18T09:30+00:00}",
            _utc(2026, 11, 18, 8, 30),
            _utc(2026, 11, 18, 9, 30),
            True,
        ),
        ("[2026-11-01 TO 2026-11-03}", _utc(2026, 10, 31, 16), _utc(2026, 11, 2, 16), True),
    ],
)
def test_times_are_beijing_days_or_instants(
    text: str, low: datetime | None, high: datetime | None, high_open: bool
) -> None:
    assert parse_query(f"published_at:{text}") == Range("published_at", low, high, high_open)


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("移", 1, "单个字"),
        ("移动 AND 差", 8, "单个字"),
        ("v*", 2, "太短"),
        ("vo*te", 3, "volt*"),
        ("*ing", 1, "volt*"),
        ("label:>5", 7, "不能按大小"),
        ("likes:>", 7, "没有值"),
        ("likes:>x", 7, "不是数"),
        ('"扣费 退款"~2', 8, "AND"),
        ("扣费~1", 3, "OR"),
        ("扣费^2", 3, "去掉"),
        ("/扣.费/", 1, "OR"),
        ("_exists_:nonsense", 10, "没有"),
        ("移动*", 3, "去掉“*”"),
        ("资?费", 2, "通配符"),
        ("资费~", 3, "模糊"),
        ("资费^2", 3, "加权"),
        ('"资费套餐"~3', 7, "邻近"),
        ("http://a.cn", 6, "正则"),
        ("a\\b", 2, "反斜杠"),
        ('移动 "资费', 4, "引号没有关上"),
        ("(移动", 1, "括号没有关上"),
        ("移动)", 3, "多了一个右括号"),
        ("移动]", 3, "多了一个"),
        ("}", 1, "多了一个"),
        ("()", 2, "少了一个词"),
        ("移动 AND", 7, "断了"),
        ("OR 移动", 1, "少了一个词"),
        ("移动 - 电信", 4, "后面没有词"),
        ("!", 1, "没有词"),
        ("brnad:cmcc", 1, "brand"),
        ("情感:neg", 1, "label"),
        ("10:30", 1, "加引号"),
        ("title:资费", 1, "只存不查"),
        ("label:", 1, "后面没有值"),
        ("label:neg*", 10, "写全"),
        ("label:(brand:cmcc)", 8, "不能再写字段"),
        ("likes:many", 7, "不是数"),
        ("likes:nan", 7, "不是数"),
        ("published_at:昨天", 14, "不是日期"),
        ("published_at:[2026-02-30 TO *]", 14, "不是日期"),
        ("likes:[1 2]", 7, "下限 TO 上限"),
        ("likes:[1 TO 2", 7, "范围没有关上"),
        ("likes:{1 TO 2]", 7, "不含下限"),
        ("[1 TO 2]", 1, "前面没有字段"),
        ("keywords:[a TO b]", 10, "不能按范围"),
        ("text:[* TO *]", 6, "不能按范围"),
        ("！！", 1, "没有词"),
        ("移动 卡5G", 4, "紧贴"),
        ("￥￥", 1, "没有可检索"),
        ("站B", 1, "紧贴"),
        ("移动 ( 电信 OR )", 12, "少了一个词"),
    ],
)
def test_refused_with_column_and_reason(text: str, column: int, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(text)
    assert caught.value.column == column
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200 + "移动" + ")" * 200,
        "NOT " * 3000 + "移动",
        "-(" * 100,
        "label:" + "(" * 100,
        "移动 " * 600,
        "移动" * 20_000,
    ],
)
def test_too_much_is_refused_politely(text: str) -> None:
    with pytest.raises(QueryError):
        parse_query(text)


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("label:bad", 7, "uncertain"),
        ("资费 AND role:visitor", 13, "customer"),
    ],
)
def test_what_can_never_match_is_refused(text: str, column: int, words: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_query(text)
    assert refused.value.column == column
    assert words in str(refused.value)
