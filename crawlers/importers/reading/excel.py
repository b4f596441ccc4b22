"""Excel workbooks (.xlsx, .xls) through calamine, every sheet a table."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import Any

from lxml.etree import LxmlError  # type: ignore[import-untyped]  # lxml ships no types
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from crawlers.importers.reading.archive import DAMAGED
from crawlers.importers.reading.sheet_xml import WrittenCells, sheet_parts, written_cells
from crawlers.importers.table import (
    HEADER_SEARCH,
    Accepts,
    Line,
    RawLine,
    Table,
    find_header,
    tidy_columns,
)
from koubei.core.errors import InputError
from koubei.core.language import _

UNPACKED_LIMIT = 2 << 30
"""Bytes a workbook may unpack to; a million rows are about half of it."""
SIXTEEN_DIGITS = 10**15
EXACT = 2**53
_UTC = re.compile(r"\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z$")


def read_excel(file: Path | BytesIO, name: str, accepts: Accepts) -> list[Table]:
    """One table per sheet that holds anything.

    Raises:
        InputError: it is locked with a password, damaged, or unpacks to more than 2 GiB.
    """
    try:
        _check_size(file, name)
        if isinstance(file, BytesIO):
            file.seek(0)  # the look at its size has moved it
        book = CalamineWorkbook.from_object(file)
        sheets = [
            book.get_sheet_by_name(meta.name)
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
        written = _written(file, [sheet.name for sheet in sheets])
    except PasswordError as error:
        raise InputError(
            _("{name} 有密码保护", name=name), _("没有密码的工作簿"), _("在 Excel 中取消密码后另存")
        ) from error
    except (CalamineError, LxmlError, *DAMAGED) as error:
        raise InputError(
            _("{name} 是损坏的 Excel 文件", name=name),
            _("完整的工作簿"),
            _("重新导出，或在 Excel 中打开后另存"),
        ) from error
    several = len(sheets) > 1
    return [  # sheet.total_height is one short: 0 for a header alone
        _table(sheet, found, f"{name}[{sheet.name}]" if several else name, accepts)
        for sheet, found in zip(sheets, written, strict=True)
        if sheet.end
    ]


def _written(file: Path | BytesIO, names: Sequence[str]) -> list[WrittenCells]:
    """For each sheet what calamine does not give; nothing for the old binary kind (.xls)."""
    if not zipfile.is_zipfile(file):
        return [WrittenCells() for __ in names]
    with zipfile.ZipFile(file) as packed:
        parts = sheet_parts(packed)
        return [written_cells(packed, parts.get(name)) for name in names]


def _check_size(file: Path | BytesIO, name: str) -> None:
    if not zipfile.is_zipfile(file):
        return
    with zipfile.ZipFile(file) as packed:
        unpacked = sum(member.file_size for member in packed.infolist())
    if unpacked > UNPACKED_LIMIT:
        raise InputError(
            _("{name} 解压后有 {unpacked} MiB", name=name, unpacked=unpacked >> 20),
            _("至多 {UNPACKED_LIMIT} MiB", UNPACKED_LIMIT=UNPACKED_LIMIT >> 20),
            _("拆成几个文件"),
        )


def _table(sheet: CalamineSheet, written: WrittenCells, name: str, accepts: Accepts) -> Table:
    rows = _rows(sheet, written)
    start = list(islice(rows, HEADER_SEARCH))
    header = find_header([raw.cells for raw in start], accepts)
    columns = tidy_columns(start[header].cells)
    oddities: Counter[str] = Counter()
    filled = (raw for raw in chain(start[header + 1 :], rows) if any(raw.cells))
    first = sheet.start[1] + 1 if sheet.start else 1
    lines = (_line(raw, columns, written, first, oddities) for raw in filled)
    last = max(sheet.end[0] + 1 if sheet.end else 0, *written.cells, 0)
    return Table(name, columns, lines, max(last - start[header].number, 0), oddities=oddities)


def _rows(sheet: CalamineSheet, written: WrittenCells) -> Iterator[RawLine]:
    """Every row under the number Excel shows, with the cells that calamine does not give as they are."""
    first = sheet.start[1] + 1 if sheet.start else 1
    number = 0
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = [_text(value) for value in values]
        yield RawLine(number, _with(cells, written.cells.get(number), first))
    for beyond in sorted(row for row in written.cells if row > number):
        yield RawLine(beyond, _with([""] * sheet.width, written.cells[beyond], first))


def _with(cells: list[str], written: Mapping[int, str] | None, first: int) -> list[str]:
    for column, text in (written or {}).items():
        if 0 <= column - first < len(cells):
            cells[column - first] = text.replace("\0", "")
    return cells


def _line(
    raw: RawLine, columns: Sequence[str], written: WrittenCells, first: int, oddities: Counter[str]
) -> Line:
    """The row as a line; what a person should know of its cells is counted."""
    for column, cell in enumerate(raw.cells, first):
        name = columns[column - first]
        if (raw.number, column) in written.unsolved:
            oddities[f"{name}（公式没有存结果，读入公式原文）"] += 1
        elif column in written.clocks and _UTC.search(cell):
            oddities[f"{name}（文本带 Z，按 UTC 读；同列的日期格按所写的钟点读）"] += 1
    return Line(raw.number, dict(zip(columns, raw.cells, strict=True)))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return (value + timedelta(microseconds=500_000)).replace(microsecond=0).isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: float) -> str:
    """Whole numbers as digits. One of 16 digits or more was rounded by Excel to 15 and is written in
    scientific form, which no one takes for an id; a last digit that is not 0 proves it was not."""
    if not value.is_integer():
        return repr(value)
    whole = int(value)
    if abs(whole) >= EXACT or (abs(whole) >= SIXTEEN_DIGITS and whole % 10 == 0):
        return f"{value:.5E}"
    return str(whole)
