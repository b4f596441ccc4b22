"""Cells of workbooks that a program wrote: texts that begin with "=", dates with a Z, dates for counts."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from crawlers.importers.reading.formulas import is_formula

COLUMNS = ["text", "published_at", "likes"]
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"


def as_xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return data.getvalue()


def as_written(rows: str) -> bytes:
    """A workbook whose only sheet has these rows."""
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx([COLUMNS]))) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            sheet = f"<worksheet {SPACE}><sheetData>{rows}</sheetData></worksheet>".encode()
            new.writestr(name, sheet if name == SHEET else old.read(name))
    return data.getvalue()


def text_row(number: int, *texts: str) -> str:
    cells = (f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{"".join(cells)}</row>'


def load(desk: Any, tmp_path: Path, content: bytes) -> Any:
    file = tmp_path / "book.xlsx"
    file.write_bytes(content)
    return desk.load(file, platform="forum")


def one_cell(cell: str) -> bytes:
    """A header, a row whose text is this cell, and a plain row."""
    time = '<c r="B2" t="inlineStr"><is><t>2026-11-17 08:00</t></is></c>'
    row = f'<row r="2">{cell}{time}</row>'
    return as_written(text_row(1, *COLUMNS) + row + text_row(3, "正常", "2026-11-17 09:00", "2"))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A2"><f>_= 网又断了</f><v /></c>', "=_= 网又断了"),
        ('<c r="A2"><f>_= 网又断了</f></c>', "=_= 网又断了"),
        ('<c r="A2"><f>_= 网又断了</f><v>0</v></c>', "=_= 网又断了"),
        ('<c r="A2" t="e"><f>_= 网又断了</f><v>#NAME?</v></c>', "=_= 网又断了"),
        ('<c r="A2"><f>3= 我信你</f><v>0</v></c>', "=3= 我信你"),
        ('<c r="A2"><f t="array" ref="A2">_=</f><v>0</v></c>', "{=_=}"),
        ('<c r="A2"><f>A1+B1</f><v>5</v></c>', "5"),
        ('<c r="A2"><f>A1-B1</f><v>0</v></c>', "0"),
        ('<c r="A2" t="str"><f>"甲"&amp;"乙"</f><v>甲乙</v></c>', "甲乙"),
        ('<c r="A2" t="str"><f>T_T</f><v>有结果</v></c>', "有结果"),
    ],
)
def test_a_text_that_begins_with_the_sign_comes_through(
    cell: str, text: str, desk: Any, tmp_path: Path
) -> None:
    run = load(desk, tmp_path, one_cell(cell))
    assert [post.text for post in desk.posts()] == [text, "正常"]
    assert (run.status, run.dropped, run.leftover) == ("ok", {}, {})


def test_as_xlsxwriter_and_so_pandas_write_it(desk: Any, tmp_path: Path) -> None:
    load(desk, tmp_path, as_xlsx([COLUMNS, ["=_= 网又断了", "2026-11-17 08:00", 1]]))
    (post,) = desk.posts()
    assert (post.text, post.engagement.likes) == ("=_= 网又断了", 1)


def test_a_formula_nobody_computed_is_read_as_written_and_said(desk: Any, tmp_path: Path) -> None:
    cells = '<c r="A2"><f>CONCATENATE(B2,C2)</f><v /></c><c r="C2"><f>D2+E2</f></c>'
    run = load(desk, tmp_path, as_written(text_row(1, *COLUMNS) + f'<row r="2">{cells}</row>'))
    (post,) = desk.posts()
    assert (post.text, post.engagement.likes) == ("=CONCATENATE(B2,C2)", None)
    assert run.leftover == {
        "text（公式没有存结果，读入公式原文）": 1,
        "likes（公式没有存结果，读入公式原文）": 1,
        "likes（数字读不出，记为未知）": 1,
    }


def test_an_empty_result_is_a_result(desk: Any, tmp_path: Path) -> None:
    run = load(desk, tmp_path, one_cell('<c r="A2" t="str"><f>IF(B2="","",1)</f><v></v></c>'))
    assert run.dropped == {"no_text": 1}


def test_rows_are_numbered_as_excel_shows_them(desk: Any, tmp_path: Path) -> None:
    """Blank rows above, a hidden header, a last row of nothing but such a text."""
    header = text_row(4, "platform", "text", "published_at").replace("<row ", '<row hidden="1" ')
    rows = (
        header + text_row(5, "!!!", "平台名不对") + text_row(8, "???", "也不对") + text_row(9, "forum", "好")
    )
    last = '<row r="12"><c r="A12"><f>@@@</f></c><c r="B12"><f>_=</f></c></row>'
    run = load(desk, tmp_path, as_written(rows + last))
    assert (run.requested, run.collected) == (4, 1)
    refused = [json.loads(line)["where"] for line in desk.refused().splitlines()]
    assert refused == ["book.xlsx:5", "book.xlsx:8", "book.xlsx:12"]


def test_a_date_cell_with_a_z_is_the_clock_that_was_typed(desk: Any, tmp_path: Path) -> None:
    """SheetJS writes local dates so (cellDates); a text with a Z is UTC, and so is a cell with an offset."""
    moment = "2026-11-16T08:30:00.000Z"
    rows = [text_row(1, "text", "published_at")]
    for number, kind in ((2, "d"), (3, "str")):
        text = f'<c r="A{number}" t="inlineStr"><is><t>{kind}</t></is></c>'
        rows.append(f'<row r="{number}">{text}<c r="B{number}" t="{kind}"><v>{moment}</v></c></row>')
    run = load(desk, tmp_path, as_written("".join(rows)))
    assert [f"{post.published_at:%H:%M}" for post in desk.posts()] == ["00:30", "08:30"]
    assert run.leftover == {"published_at（文本带 Z，按 UTC 读；同列的日期格按所写的钟点读）": 1}


def test_a_count_shown_as_a_date_is_unknown(desk: Any, tmp_path: Path) -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        for row, kind in enumerate(("yyyy-mm-dd", "hh:mm", "yyyy-mm-dd hh:mm"), 1):
            sheet.write_row(row, 0, [kind, "2026-11-17 08:00"])
            sheet.write_datetime(row, 2, datetime(1900, 1, 7, 12, 30), book.add_format({"num_format": kind}))  # noqa: DTZ001
    run = load(desk, tmp_path, data.getvalue())
    assert [post.engagement.likes for post in desk.posts()] == [None] * 3
    assert run.leftover == {"likes（数字读不出，记为未知）": 3}


def test_entities_of_a_hostile_sheet_are_not_resolved(desk: Any, tmp_path: Path) -> None:
    content = one_cell('<c r="A2"><f>_=&x;</f></c>')
    bomb = b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]><worksheet'
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            new.writestr(
                name, old.read(name).replace(b"<worksheet", bomb) if name == SHEET else old.read(name)
            )
    load(desk, tmp_path, data.getvalue())
    assert [post.text for post in desk.posts()][-2:] == ["=_=", "正常"]


@pytest.mark.parametrize(
    "text", ["C2+C3", "$A$1:B2", "sum(a1)", 'IF(A1>0,"有",)', "-'表 1'!A1%", "NOW()", "SUM(表1[赞])"]
)
def test_formulas(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize(
    "text",
    ["_= 网又断了", "3=3", "w=", "==", "T_T", "A1 信号差", "单价*数量", "orz(", "A1)", "666", "", "(" * 9000],
)
def test_what_only_begins_like_one(text: str) -> None:
    assert not is_formula(text)
