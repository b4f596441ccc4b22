"""Zone words and how long ago: read whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.times import parse_time
from crawlers.times.ago import duration
from koubei.core.clock import BEIJING

FETCHED = datetime(2026, 11, 22, 12, 0, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("2天3小时前", timedelta(days=2, hours=3)),
        ("发布于 2天 3小时前 来自 iPhone", timedelta(days=2, hours=3)),
        ("2天零3小时前", timedelta(days=2, hours=3)),
        ("1.5小时前", timedelta(minutes=90)),
        ("1个半小时前", timedelta(minutes=90)),
        ("一个半小时之前", timedelta(minutes=90)),
        ("1小时30分钟前", timedelta(minutes=90)),
        ("十分钟前", timedelta(minutes=10)),
        ("二十五分钟前", timedelta(minutes=25)),
        ("两小时前", timedelta(hours=2)),
        ("半小时前", timedelta(minutes=30)),
        ("半个小时前", timedelta(minutes=30)),
        ("半天前", timedelta(hours=12)),
        ("一刻钟前", timedelta(minutes=15)),
        ("２天前", timedelta(days=2)),
        ("3个月前", timedelta(days=90)),
        ("半个月前", timedelta(days=15)),
        ("两个星期前", timedelta(weeks=2)),
        ("评论 12 3分钟前", timedelta(minutes=3)),
    ],
)
def test_how_long_ago(text: str, ago: timedelta) -> None:
    assert parse_time(text, FETCHED) == ((FETCHED - ago).astimezone(UTC), "relative")


@pytest.mark.parametrize(
    "text",
    [
        "一点五小时前",
        "10多分钟前",
        "三五分钟前",
        "3小时2天前",
        "之前",
        "日前",
        "3月前",
        "年前",
        "3千天前",
        "1:5小时前",
    ],
)
def test_what_is_not_understood_whole_is_unknown(text: str) -> None:
    assert parse_time(text, FETCHED) == (None, "unknown")


def test_days_ago_with_a_clock() -> None:
    assert parse_time("3天前 09:05", FETCHED) == (datetime(2026, 11, 19, 9, 5, tzinfo=BEIJING), "minute")


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-18 08:30:00 GMT+8", 0),
        ("2026-11-18T08:30:00 UTC+08:00", 0),
        ("2026年11月18日 08:30:00 北京时间", 0),
        ("Wed Nov 18 2026 08:30:00 GMT+0800 (中国标准时间)", 0),
        ("Wed Nov 18 08:30:00 GMT+8 2026", 0),
        ("Wed, 18 Nov 2026 08:30:00 GMT-5", 13),
        ("Wed, 18 Nov 2026 08:30:00 +800", 0),
        ("Wed, 18 Nov 2026 08:30:00 KST", -1),
    ],
)
def test_zone_words_are_read_alike_in_every_form(text: str, hour: int) -> None:
    expected = datetime(2026, 11, 18, 0, 30, tzinfo=UTC) + timedelta(hours=hour)
    assert parse_time(text, FETCHED) == (expected, "exact")


@given(st.text("0123456789.零一二十百半几个年月周天小时分钟秒 前", max_size=60))
def test_any_run_is_read_or_refused(run: str) -> None:
    found = duration(run)
    assert found is None or found >= timedelta()
    parse_time(run, FETCHED)
