"""Excel workbooks (.xlsx, .xls) through calamine, every sheet a table."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from crawlers.importers.reading.archive import DAMAGED
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

UNPACKED_LIMIT = 2 << 30
"""Bytes a workbook may unpack to; a million rows are about half of it."""
SIXTEEN_DIGITS = 10**15
EXACT = 2**53


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
    except PasswordError as error:
        raise InputError(f"{name} 有密码保护", "没有密码的工作簿", "在 Excel 中取消密码后另存") from error
    except (CalamineError, *DAMAGED) as error:
        raise InputError(
            f"{name} 是损坏的 Excel 文件", "完整的工作簿", "重新导出，或在 Excel 中打开后另存"
        ) from error
    several = len(sheets) > 1
    return [
        _table(sheet, f"{name}[{sheet.name}]" if several else name, accepts)
        for sheet in sheets
        if sheet.total_height
    ]


def _check_size(file: Path | BytesIO, name: str) -> None:
    if not zipfile.is_zipfile(file):
        return
    with zipfile.ZipFile(file) as packed:
        unpacked = sum(member.file_size for member in packed.infolist())
    if unpacked > UNPACKED_LIMIT:
        raise InputError(
            f"{name} 解压后有 {unpacked >> 20} MiB", f"至多 {UNPACKED_LIMIT >> 20} MiB", "拆成几个文件"
        )


def _table(sheet: CalamineSheet, name: str, accepts: Accepts) -> Table:
    rows = (
        RawLine(number, [_text(value) for value in values])
        for number, values in enumerate(sheet.iter_rows(), 1)
    )
    start = list(islice(rows, HEADER_SEARCH))
    header = find_header([raw.cells for raw in start], accepts)
    columns = tidy_columns(start[header].cells)
    filled = (raw for raw in chain(start[header + 1 :], rows) if any(raw.cells))
    lines = (Line(raw.number, dict(zip(columns, raw.cells, strict=True))) for raw in filled)
    return Table(name, columns, lines, max(sheet.total_height - header - 1, 0))


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
