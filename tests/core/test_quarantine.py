"""What could not be read is kept, masked, with the reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from koubei.core.clock import FixedClock
from koubei.core.errors import DegradedError
from koubei.core.quarantine import CONTENT_LIMIT, Quarantine

LATE = datetime(2026, 11, 18, 17, tzinfo=UTC)  # 01:00 of the 19th in Beijing


@pytest.fixture
def quarantine(tmp_path: Path) -> Quarantine:
    return Quarantine(tmp_path / "quarantine", FixedClock(LATE))


def test_a_line_says_what_where_and_why(quarantine: Quarantine) -> None:
    path = quarantine.put("weibo", "a.csv 第 7 行", "时间读不懂", "张三,13800138000,昨日\n")
    assert path.name == "weibo-2026-11-19.jsonl"
    row = json.loads(path.read_text(encoding="utf-8"))
    assert row["at"] == "2026-11-18T17:00:00+00:00"
    assert (row["source"], row["where"], row["reason"]) == ("weibo", "a.csv 第 7 行", "时间读不懂")
    assert row["content"] == "张三,***********,昨日\n"


def test_lines_are_counted_over_all_files(quarantine: Quarantine) -> None:
    assert quarantine.count() == 0
    for source in ("weibo", "weibo", "forum"):
        quarantine.put(source, "w", "r", "c\u2028c")
    assert quarantine.count() == 3


@pytest.mark.parametrize("source", ["../../etc/passwd", "", ".hidden", "a/b", "x" * 500, "坏\x00名"])
def test_a_source_never_becomes_a_path(quarantine: Quarantine, source: str, tmp_path: Path) -> None:
    path = quarantine.put(source, "w", "r", "c")
    assert path.parent == tmp_path / "quarantine"
    assert not path.name.startswith(".")


def test_broken_and_endless_content_is_kept_readable(quarantine: Quarantine) -> None:
    path = quarantine.put("weibo", "w", "r", "\ud800\x00" + "长" * 100_000)
    row = json.loads(path.read_text(encoding="utf-8"))
    assert row["content"].startswith("\\ud800\x00长")
    assert len(row["content"]) < CONTENT_LIMIT + 100


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DegradedError, match="无法写入隔离文件"):
        Quarantine(tmp_path / "file", FixedClock(LATE)).put("weibo", "w", "r", "c")
