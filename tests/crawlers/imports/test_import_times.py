"""Times in files count from a moment somebody gave, never from today."""

from __future__ import annotations

import csv
import os
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.importers.moments import as_of, as_of_name, kind_of
from koubei.core.clock import BEIJING
from koubei.core.domain import Post

COLUMNS = ["platform", "native_id", "text", "published_at"]
NOW = datetime(2026, 11, 18, 9, tzinfo=BEIJING)
RELATIVE = ["今天06:09", "21秒前", "昨天 12:00", "3天前", "刚刚", "12:30"]
UNTOLD = "不知从何时算起，记为未知；用 --as-of 给出导出时刻"


def write(path: Path, times: Sequence[str], extra: Sequence[tuple[str, str]] = ()) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([*COLUMNS, *(name for name, _ in extra)])
        for number, time in enumerate(times):
            rows.writerow(["forum", number, f"第{number}条", time, *(value for _, value in extra)])
    return path


def shown(posts: Sequence[Post]) -> list[str]:
    """Beijing time of each post, as well as it is known."""
    forms = {"exact": "%F %T", "minute": "%F %H:%M", "day": "%F", "relative": "%F %T"}
    return [
        f"{p.published_at.astimezone(BEIJING):{forms[p.time_precision]}}"
        if p.published_at
        else p.time_precision
        for p in posts
    ]


@pytest.mark.parametrize("time", [*RELATIVE, "02-08", "10月31日 12:00"])
def test_without_a_moment_the_time_is_unknown_and_said(time: str, desk: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [time])
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    run = desk.load(file)
    assert [(p.published_at, p.time_precision) for p in desk.posts()] == [(None, "unknown")]
    (said,) = run.leftover
    assert said.startswith("published_at（")
    assert UNTOLD in said


EXACT = ["2023-05-22 06:09", "2023-05-22 18:29:39", "2023-05-21 12:00", "2023-05-19 18:30:00"]
EXACT += ["2023-05-22 18:30:00", "2023-05-22 12:30"]
BY_DAY = ["2023-05-22 06:09", "2023-05-22", "2023-05-21 12:00", "2023-05-19", "2023-05-22", "unknown"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [("2023-05-22T18:30:00", EXACT), ("2023-05-22 18:30", EXACT), ("2023-05-22", BY_DAY)],
)
def test_from_the_moment_the_user_gives(told: str, expected: list[str], desk: Any, tmp_path: Path) -> None:
    run = desk.load(write(tmp_path / "微博_20200101.csv", RELATIVE), as_of=as_of(told, f"--as-of {told}"))
    assert shown(desk.posts()) == expected
    assert any(f"从--as-of {told} 算起" in key for key in run.leftover)


@pytest.mark.parametrize("column", ["collected_at", "采集时间", "爬取时间", "crawl_time", "last_modify_ts"])
def test_from_the_moment_the_row_gives(column: str, desk: Any, tmp_path: Path) -> None:
    value = "1684751400000" if column == "last_modify_ts" else "2023-05-22 18:30:00"
    run = desk.load(write(tmp_path / "微博_20200101.csv", RELATIVE, [(column, value)]))
    assert shown(desk.posts()) == EXACT
    assert run.leftover == {f"published_at（相对时间，从列 {column} 算起）": len(RELATIVE)}


def test_from_the_moment_in_the_name_of_the_file(desk: Any, tmp_path: Path) -> None:
    desk.load(write(tmp_path / "微博_20230522_1830.csv", RELATIVE))
    assert shown(desk.posts()) == EXACT


def test_from_the_name_of_the_member_of_a_zip(desk: Any, tmp_path: Path) -> None:
    file = tmp_path / "all_20200101.zip"
    with zipfile.ZipFile(file, "w") as packed:
        for name in ("微博_20230522_1830.csv", "rest.csv"):
            packed.write(write(tmp_path / name, ["昨天 12:00"]), name)
    desk.load(file)
    assert shown(desk.posts()) == ["2023-05-21 12:00", "2019-12-31 12:00"]


def test_the_same_file_again_with_a_moment_learns_the_time(desk: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", ["昨天 12:00"])
    desk.load(file)
    desk.load(file, as_of=as_of("2023-05-22", "--as-of"))
    desk.load(file.rename(tmp_path / "a_20230601.csv"))
    assert shown(desk.posts()) == ["unknown", "2023-05-21 12:00", "2023-05-31 12:00"]


def test_a_mapped_column_is_the_moment(desk: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", ["昨天 12:00"], [("下载于", "2023-05-22")])
    desk.load(
        file, mapping={"text": "text", "published_at": "published_at", "collected_at": "下载于"}, platform="x"
    )
    assert shown(desk.posts()) == ["2023-05-21 12:00"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("微博_20230522_1830.csv", "2023-05-22 18:30"),
        ("微博-2023-05-22 18-30-05.csv", "2023-05-22 18:30"),
        ("export20230522183005.jsonl", "2023-05-22 18:30"),
        ("2023年5月22日18时30分.xlsx", "2023-05-22 18:30"),
        ("weibo_2023-05-22.csv", "2023-05-22"),
        ("20230522_1.csv", "2023-05-22"),
        ("a.zip/x_2023.5.22.xlsx[表 2020-01-01]", "2023-05-22"),
        ("20230522.zip/x.csv", "2023-05-22"),
        ("20230501-20230522.csv", None),
        ("2023-05-01_2023-05-22.csv", None),
        ("2023-05-01至2023-05-22.csv", None),
        ("5046230522000012.csv", None),
        ("1684751400.csv", None),
        ("20231399.csv", None),
        ("2023.csv", None),
        ("20991231.csv", None),
        ("weibo.csv", None),
    ],
)
def test_the_moment_in_a_name(name: str, expected: str | None) -> None:
    found = as_of_name(name, NOW)
    assert (found and found.origin) == (expected and f"文件名中的 {expected}")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2026-11-18 08:30", "absolute"),
        ("1771857163000", "absolute"),
        ("Fri Mar 01 10:50:27 +0800 2024", "absolute"),
        ("02-29", "yearless"),
        ("10月31日 12:00", "yearless"),
        ("12年前", "relative"),
        ("今天06:09", "relative"),
        ("12:30", "relative"),
        ("不是时间", "unreadable"),
        ("", "unreadable"),
    ],
)
def test_kinds_of_times(text: str, kind: str) -> None:
    assert kind_of(text) == kind
