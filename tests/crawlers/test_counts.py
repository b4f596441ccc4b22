"""A count is the whole text or it is not known, and what was no number is noted."""

from __future__ import annotations

from collections import Counter

import pytest

from crawlers.clean import parse_count
from crawlers.counts import count_noted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e+05", 100_000),
        ("8.5e+06", 8_500_000),
        ("1.2E+05", 120_000),
        ("1.2千万", 12_000_000),
        ("3百万", 3_000_000),
        ("2千亿", 200_000_000_000),
        ("十万+", 100_000),
        ("百万+", 1_000_000),
        ("二十五万", 250_000),
        ("一亿二千万", 120_000_000),
        ("1亿2345万", 123_450_000),
        ("1.2萬", 12_000),
        ("3.5亿", 350_000_000),
        ("100w+", 1_000_000),
        ("2k", 2_000),
        ("９９＋", 99),
        ("10万以上", 100_000),
        ("12,345,678", 12_345_678),
        ("1.2万次播放", 12_000),
        ("12条评论", 12),
        ("阅读：1.2万", 12_000),
    ],
)
def test_the_whole_text_is_read(text: str, expected: int) -> None:
    assert parse_count(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-18",
        "2026-11-18 08:30:00",
        "1900-01-07",
        "12:30",
        "12:30:00",
        "2026年",
        "3/5",
        "1-2",
        "50%",
        "¥12",
        "4.5分",
        "1.2.3",
        "1,23",
        "12.5",
        "1e-05",
        "1e400",
        "三万五",
        "3万5",
        "几万",
        "一二",
        "true",
        "=C2+C3",
        "转发微博",
        "9" * 300,
    ],
)
def test_what_is_no_number_is_unknown_and_noted(text: str) -> None:
    notes: Counter[str] = Counter()
    assert count_noted(text, "点赞数", notes) is None
    assert notes == {"点赞数（数字读不出，记为未知）": 1}


@pytest.mark.parametrize("text", [None, "", " ", "--", "null", "-1", "−1", "0", "赞", "7"])
def test_no_value_a_hidden_one_and_a_good_one_are_not_noted(text: str | None) -> None:
    notes: Counter[str] = Counter()
    count_noted(text, "点赞数", notes)
    assert not notes
