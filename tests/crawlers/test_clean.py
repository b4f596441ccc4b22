"""Times, counts and markup as Chinese sites write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawlers.clean import html_to_text, parse_count, parse_time, strip_highlight
from koubei.core.clock import BEIJING

FETCHED = datetime(2026, 11, 22, 12, 0, tzinfo=BEIJING)
MEGABYTE = 1_000_000


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("刚刚", "2026-11-22 12:00", "relative"),
        ("30秒前", "2026-11-22 11:59:30", "relative"),
        ("5分钟前", "2026-11-22 11:55", "relative"),
        ("5分钟前 来自 iPhone", "2026-11-22 11:55", "relative"),
        ("半小时前", "2026-11-22 11:30", "relative"),
        ("3\u00a0分钟前", "2026-11-22 11:57", "relative"),
        ("2 小时前", "2026-11-22 10:00", "relative"),
        ("3天前", "2026-11-19 12:00", "relative"),
        ("2周前", "2026-11-08 12:00", "relative"),
        ("今天 12:03", "2026-11-22 12:03", "minute"),
        ("今天12:03", "2026-11-22 12:03", "minute"),
        ("昨天 12:00", "2026-11-21 12:00", "minute"),
        ("昨天12:00", "2026-11-21 12:00", "minute"),
        ("前天 12:00", "2026-11-20 12:00", "minute"),
        ("昨天", "2026-11-21", "day"),
        ("10-31", "2026-10-31", "day"),
        ("12-25", "2025-12-25", "day"),
        ("11-22", "2026-11-22", "day"),
        ("11-23", "2025-11-23", "day"),
        ("02-29", "2024-02-29", "day"),
        ("10-31 12:00", "2026-10-31 12:00", "minute"),
        ("11-22 12:30", "2026-11-22 12:30", "minute"),
        ("11-22 18:30", "2025-11-22 18:30", "minute"),
        ("10月31日 12:00", "2026-10-31 12:00", "minute"),
        ("10月31日 12:00 转赞人数超过10", "2026-10-31 12:00", "minute"),
        ("\n 2024年10月31日\n   12:00 ", "2024-10-31 12:00", "minute"),
        ("2025年10月31日 星期五 下午3:05", "2025-10-31 15:05", "minute"),
        ("2024-10-31", "2024-10-31", "day"),
        ("2025.10.31", "2025-10-31", "day"),
        ("2024/10/31 12:00", "2024-10-31 12:00", "minute"),
        ("2024/10/31 9:05", "2024-10-31 09:05", "minute"),
        ("2025-10-31 12:00:00 广东", "2025-10-31 12:00", "exact"),
        ("2025-11-23 于黑猫投诉平台发起", "2025-11-23", "day"),
        ("发表于 2025-10-31 12:00", "2025-10-31 12:00", "minute"),
        ("２０２５－１０－３１　１２：００", "2025-10-31 12:00", "minute"),
        ("20251031", "2025-10-31", "day"),
        ("20251031120001", "2025-10-31 12:00:01", "exact"),
        ("2026-11-22T15:51:09", "2026-11-22 15:51:09", "exact"),
        ("Fri Oct 31 12:00:00 +0800 2025", "2025-10-31 12:00", "exact"),
        ("Fri, 31 Oct 2025 12:00:00 +0800", "2025-10-31 12:00", "exact"),
        ("31 Oct 2025 12:00 CST", "2025-10-31 12:00", "minute"),
        ("Nov. 22, 2026, 3:51 p.m.", "2026-11-22 15:51", "minute"),
        ("12:00", "2026-11-22 12:00", "minute"),
        ("23:00", "2026-11-21 23:00", "minute"),
    ],
)
def test_times_of_no_zone_are_beijing_times(text: str, expected: str, precision: str) -> None:
    assert parse_time(text, FETCHED) == (beijing(expected), precision)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T15:51:09Z", "2026-11-22T15:51:09+00:00"),
        ("2026-11-22T15:51:09+00:00", "2026-11-22T15:51:09+00:00"),
        ("2026-11-22T15:51:09-07:00", "2026-11-22T22:51:09+00:00"),
        ("2026-11-22T15:51:09.123456+0800", "2026-11-22T07:51:09+00:00"),
        ("Fri, 31 Oct 2025 12:00:00 GMT", "2025-10-31T12:00:00+00:00"),
        ("Fri, 31 Oct 2025 12:00:00 PST", "2025-10-31T20:00:00+00:00"),
        ("1730361600", "2024-10-31T08:00:00+00:00"),
        (1730361600, "2024-10-31T08:00:00+00:00"),
        (1730361600.5, "2024-10-31T08:00:00+00:00"),
        ("1730361600000", "2024-10-31T08:00:00+00:00"),
        ("timeConvert('1774022099')", "2026-03-20T15:54:59+00:00"),
        ("document.write(timeConvert('1774022099'))", "2026-03-20T15:54:59+00:00"),
    ],
)
def test_instants(text: str | float, expected: str) -> None:
    assert parse_time(text, FETCHED) == (datetime.fromisoformat(expected), "exact")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        None,
        "abc",
        "2026-02-30",
        "02-30",
        "2025-13-01",
        "2025-10-31 25:00",
        "0000-00-00 00:00:00",
        "1970-01-01",
        "0",
        0,
        "99999年前",
        "1.2万",
        "3.5",
        "25-10-31",
        "11-22-2025",
        "2025-10-31 12:00 +99:99",
    ],
)
def test_what_is_no_time_is_missing(text: str | int | None) -> None:
    assert parse_time(text, FETCHED) == (None, "unknown")


def test_relative_times_resolve_against_the_page_not_the_zone_of_the_caller() -> None:
    assert parse_time("昨天", FETCHED.astimezone(UTC)) == parse_time("昨天", FETCHED)


@example("9" * 400)
@example("２０２５-99-99")
@example("1" * 13)
@given(st.one_of(st.text(), st.from_regex(r"[0-9年月日\-/: .TZ+前天小时]{0,40}")))
def test_parse_time_never_raises(text: str) -> None:
    moment, precision = parse_time(text, FETCHED)
    assert (moment is None) == (precision == "unknown")
    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2万", 12_000),
        ("1.2W", 12_000),
        ("3亿", 300_000_000),
        ("100万+", 1_000_000),
        ("10w+", 100_000),
        ("1.2K", 1_200),
        ("1,234", 1_234),
        ("１２３", 123),
        ("12.0", 12),
        ("转发 12", 12),
        ("赞(3)", 3),
        ("赞", 0),
        ("评论", 0),
        ("0", 0),
        (7, 7),
        (None, None),
        ("", None),
        ("  ", None),
        ("--", None),
        ("null", None),
        ("-1", None),
        (-1, None),
        (2**63, None),
    ],
)
def test_counts(text: str | int | None, expected: int | None) -> None:
    assert parse_count(text) == expected


@given(st.one_of(st.text(), st.from_regex(r"[0-9.,万亿千kwmb+ -]{0,30}"), st.integers(), st.none()))
def test_parse_count_never_raises(text: str | int | None) -> None:
    count = parse_count(text)
    assert count is None or 0 <= count < 2**63


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("好<br/>坏<p>中</p>尾", "好\n坏\n中\n尾"),
        ('哭<span class="url-icon"><img alt="[泪]" src=x></span>了', "哭[泪]了"),
        ("<img alt='[怒]'><IMG ALT=[赞]>", "[怒][赞]"),
        ("<script>alert(1)</script>前<style>p{}</style>后", "前后"),
        ("<SCRIPT>if (a < b) x()</SCRIPT >前", "前"),
        ("<script>没有结尾的正文", "没有结尾的正文"),
        ("AT&amp;amp;T &amp;lt;3", "AT&T <3"),
        ("&lt;p&gt;一&lt;/p&gt;&lt;br&gt;二", "一\n二"),
        ("资费<100元，a<b", "资费<100元，a<b"),
        ("5 < 6 且 7 > 6 <b>对</b>", "5 < 6 且 7 > 6 对"),
        ("一<!-- 注 <b> -->二<!-- 没有结尾", "一二 没有结尾"),
        ('<a title="甲>乙">丙</a>丁', "丙丁"),
        ("第一行\n第二行", "第一行\n第二行"),
        ("<b>第一行\n续</b>", "第一行 续"),
        ("甲&nbsp;&nbsp; 乙 <b>丙</b> 丁", "甲 乙 丙 丁"),
        ("<em>移动</em>宽带", "移动宽带"),
        ("", ""),
    ],
)
def test_html_to_text(html: str, expected: str) -> None:
    assert html_to_text(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<span class="code-red">中国移动</span>乱扣费', "中国移动乱扣费"),
        ("<em><!--red_beg-->移动<!--red_end--></em>的 5G\n套餐", "移动的 5G\n套餐"),
        ("A&amp;B", "A&B"),
        ("资费<100元", "资费<100元"),
    ],
)
def test_strip_highlight(html: str, expected: str) -> None:
    assert strip_highlight(html) == expected


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a",
        '<a "',
        "<a '\"",
        "<!--",
        "<div>",
        "<script>",
        "<img alt=",
        "<!",
        "&amp;",
        "&lt;p&gt;",
        "<a b=>",
    ],
)
def test_a_hostile_megabyte_is_read_to_its_end(piece: str) -> None:
    """Square cost would take hours here: the test's own time limit is the assertion's other half."""
    hostile = piece * (MEGABYTE // len(piece)) + "<b>尾"
    assert html_to_text(hostile).endswith("尾")
    assert strip_highlight(hostile).endswith("尾")


@given(st.one_of(st.text(), st.from_regex(r"[<>/!a-z\"'= &;-]{0,60}")))
def test_markup_functions_never_raise(html: str) -> None:
    assert html_to_text(html) == html_to_text(html).strip()
    assert isinstance(strip_highlight(html), str)
