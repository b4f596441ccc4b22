"""A date without a year takes it from the full dates round it, in the order the file keeps."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawlers.importers.moments import as_of
from crawlers.importers.years import DateColumn
from koubei.core.clock import day_of

LATEST = date(2026, 11, 18)


def filled(days: Sequence[str], latest: date = LATEST) -> list[str | None]:
    """The dates with their years, None where it stays unknown."""
    column = DateColumn()
    parsed = [(d, date.fromisoformat(d if len(d) == 10 else f"2000-{d}")) for d in days]
    for row, (text, day) in enumerate(parsed):
        column.add(row, day, len(text) == 10)
    years = column.years(latest)
    out: list[str | None] = []
    for row, (text, day) in enumerate(parsed):
        known = text if len(text) == 10 else None
        out.append(str(day.replace(year=years[row])) if row in years else known)
    return out


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["2023-01-15", "02-08", "2023-03-01"], "2023-02-08"),
        (["2023-03-01", "02-08", "2023-01-15"], "2023-02-08"),
        (["2022-12-20", "01-02", "2023-01-09"], "2023-01-02"),
        (["2023-02-10", "02-08"], "2023-02-08"),
        (["02-08", "2023-02-07"], "2023-02-08"),
        (["2020-02-28", "02-29", "2020-03-01"], "2020-02-29"),
        (["2023-05-03", "05-10", "2023-05-01"], "2023-05-10"),
        (["12-31", "2026-11-01"], None),
        (["2021-01-01", "02-08", "2023-12-31"], None),
        (["2023-01-01", "07-01"], None),
        (["02-08"], None),
    ],
)
def test_one_date(days: list[str], expected: str | None) -> None:
    assert filled(days)[next(n for n, d in enumerate(days) if len(d) == 5)] == expected


def test_newest_first_as_sites_list_them() -> None:
    """This year's posts come without their year, before those of last year."""
    days = ["05-21", "05-20", "03-02", "01-01", "2022-12-31", "2022-12-30", "2022-11-02"]
    assert filled(days) == [
        "2023-05-21",
        "2023-05-20",
        "2023-03-02",
        "2023-01-01",
        *days[4:],
    ]


def test_oldest_first_over_several_turns_of_the_year() -> None:
    days = ["2020-11-01", "2020-12-30", "01-04", "06-03", "12-01", "01-09", "05-02"]
    expected = ["2021-01-04", "2021-06-03", "2021-12-01", "2022-01-09", "2022-05-02"]
    assert filled(days) == [*days[:2], *expected]


def test_a_file_in_no_order_is_not_guessed_from_afar() -> None:
    days = ["2023-01-10", "2023-06-01", "2023-02-02", "2023-07-01", "12-15"]
    assert filled(days)[-1] is None


def write(path: Path, times: Sequence[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["platform", "native_id", "text", "published_at"])
        rows.writerows(["forum", n, f"第{n}条", time] for n, time in enumerate(times))
    return path


def test_in_a_file(desk: Any, tmp_path: Path) -> None:
    times = ["昨天 12:00", "02-08 10:30", "2022-12-31 08:00", "12-30", "2022-12-29 09:00:01"]
    run = desk.load(write(tmp_path / "a.csv", times))
    days = [day_of(p.published_at).isoformat() if p.published_at else None for p in desk.posts()]
    assert days == [None, "2023-02-08", "2022-12-31", "2022-12-30", "2022-12-29"]
    assert [p.time_precision for p in desk.posts()] == ["unknown", "minute", "minute", "day", "exact"]
    assert run.leftover["published_at（缺年份，按前后行补）"] == 2


def test_else_the_latest_up_to_the_moment_given(desk: Any, tmp_path: Path) -> None:
    run = desk.load(
        write(tmp_path / "a.csv", ["02-08", "05-22", "12-25"]), as_of=as_of("2023-05-22", "--as-of")
    )
    days = [day_of(p.published_at).isoformat() for p in desk.posts()]
    assert days == ["2023-02-08", "2023-05-22", "2022-12-25"]
    assert run.leftover == {"published_at（缺年份，从--as-of 算起）": 3}


def test_neighbours_never_lead_past_the_moment_given(desk: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", ["12-31", "2022-12-30 08:00", "2022-12-29 08:00"])
    desk.load(file, as_of=as_of("2022-12-30", "--as-of"))
    assert day_of(desk.posts()[0].published_at).isoformat() == "2021-12-31"
