"""JSONL, CSV and Excel files of mentions."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from indexer.export import FORMATS, workbook, write
from koubei.core.domain import ScoredMention
from koubei.core.errors import DegradedError, InputError, StoreError
from koubei.core.records import FIELDS, Record, to_record

Make = Callable[..., ScoredMention]
LABELS = [field.label for field in FIELDS]


def _csv(records: list[Record]) -> list[list[str]]:
    stream = io.BytesIO()
    assert write(iter(records), stream, "csv") == len(records)
    return list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline="")))


def _sheets(records: list[Record], path: Path) -> dict[str, list[list[Any]]]:
    assert write(iter(records), path, "xlsx") == len(records)
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_jsonl_has_field_names_and_utc_times(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    records = [to_record(make(n, "第一行\n“移动”\u2028")) for n in range(3)]
    assert write(records, path, "jsonl") == 3
    lines = path.read_text("utf-8").split("\n")
    assert lines.pop() == ""
    rows = [json.loads(line) for line in lines]
    assert list(rows[0]) == [field.name for field in FIELDS]
    assert rows[1]["published_at"] == "2026-11-18T04:01:00+00:00"
    assert rows[1]["factors"] == ["资费套餐|neg"]
    assert rows[1]["text"] == records[1]["text"]


def test_csv_has_chinese_headings_and_beijing_times(make: Make) -> None:
    text = '他说"贵",\n还行'
    headings, row = _csv([to_record(make(1, text))])
    assert headings == LABELS
    found = dict(zip(headings, row, strict=True))
    assert found["正文"] == text
    assert found["发布时间"] == "2026-11-18 12:01:00"
    assert found["要素"] == "资费套餐|neg"
    assert found["分词"] == "移动；资费"
    assert found["点赞"] == ""
    assert found["SnowNLP对数几率"] == "-1.5"


def test_csv_begins_with_a_mark_and_ends_lines_as_rfc_4180(make: Make) -> None:
    stream = io.BytesIO()
    write([{"brand": "cmcc"}], stream, "csv")
    assert stream.getvalue() == "\ufeff品牌\r\ncmcc\r\n".encode()


@pytest.mark.parametrize(
    "first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\x00="]
)
def test_no_spreadsheet_takes_a_text_for_a_formula(make: Make, tmp_path: Path, first: str) -> None:
    text = f'{first}HYPERLINK("http://a.cn","移动")'
    record = to_record(make(1, text, url="https://a.cn/1"))
    at = LABELS.index("正文")
    assert _csv([record])[1][at] == "'" + text.replace("\x00", "")
    path = tmp_path / "out.xlsx"
    row = _sheets([record], path)["提及"][1]
    assert str(row[at]).strip().endswith('"移动")')
    assert "<f>" not in _xml(path)
    assert "<hyperlink" not in _xml(path)


def _xml(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def test_excel_keeps_types_and_drops_what_xml_forbids(make: Make, tmp_path: Path) -> None:
    record = to_record(make(1, "a\x00b\x0b\ufffe\ud800 _x0041_ <b>&amp;</b> 😡", published_at=None))
    headings, row = _sheets([record], tmp_path / "out.xlsx")["提及"]
    found = dict(zip(headings, row, strict=True))
    assert headings == LABELS
    assert found["正文"] == "ab _x0041_ <b>&amp;</b> 😡"
    assert found["归档时间"] == datetime(2026, 11, 18, 12, 1)  # noqa: DTZ001 - as the cell shows it
    assert found["发布时间"] == ""
    assert found["SnowNLP对数几率"] == -1.5


def test_excel_cuts_what_a_cell_cannot_hold_and_says_so(make: Make, tmp_path: Path) -> None:
    long = [to_record(make(n, text)) for n, text in enumerate(["移" * 32_767, "移" * 32_768, "😡" * 20_000])]
    for record in long:
        record["detail"] = {}
    sheets = _sheets(long, tmp_path / "out.xlsx")
    fits, cut, emoji = (str(row[LABELS.index("正文")]) for row in sheets["提及"][1:])
    assert fits == "移" * 32_767
    assert cut.endswith("移…（已截断）")
    assert len(cut) == 32_767
    assert emoji.endswith("😡…（已截断）")
    assert sheets["说明"][0][0].startswith("2 个单元格")


def test_more_rows_than_excel_holds_are_refused(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    path = tmp_path / "out.xlsx"
    assert write([{"brand": "x"}] * 3, path, "xlsx") == 3
    before = path.read_bytes()
    with pytest.raises(InputError, match="csv"):
        write([{"brand": "x"}] * 4, path, "xlsx")
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["out.xlsx"]


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_to_write_is_a_file_with_headings(tmp_path: Path, form: Any) -> None:
    path = tmp_path / f"out.{form}"
    assert write([], path, form) == 0
    if form == "csv":
        assert path.read_bytes().decode("utf-8-sig") == ",".join(LABELS) + "\r\n"
    if form == "xlsx":
        assert CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python() == [LABELS]


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_that_breaks_leaves_no_file(make: Make, tmp_path: Path, form: Any) -> None:
    def rows() -> Iterator[Record]:
        yield to_record(make(1))
        raise DegradedError("库没了")

    with pytest.raises(DegradedError):
        write(rows(), tmp_path / "out", form)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_said_in_words(make: Make, tmp_path: Path, form: Any) -> None:
    (tmp_path / ".out.part").symlink_to("/dev/full")
    with pytest.raises(DegradedError, match="磁盘已满"):
        write((to_record(make(n)) for n in range(2000)), tmp_path / "out", form)


def test_a_path_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="写不了"):
        write([], tmp_path / "none" / "out.csv", "csv")
    with pytest.raises(InputError, match="jsonl"):
        write([], tmp_path / "out.doc", "doc")  # type: ignore[arg-type]  # what a user may type
