"""An Excel workbook: texts stay texts (no formulas, no links), constant memory.

Excel holds 1,048,576 rows a sheet and 32,767 characters a cell. More rows are refused; a longer text is cut,
ends in “…（已截断）”, and a second sheet says how many were.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any

import xlsxwriter

from indexer.export.cells import cell, headings
from koubei.core.errors import InputError
from koubei.core.language import _
from koubei.core.records import Record

MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767
_CUT = "…（已截断）"
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
_EXCEL_EPOCH = datetime(1900, 1, 1)  # noqa: DTZ001 - Excel's days have no zone


def write_xlsx(records: Iterable[Record], names: Sequence[str], stream: IO[bytes]) -> int:
    """Write a sheet 提及; how many rows there were.

    Raises:
        InputError: more rows than a sheet holds.
    """
    packed = io.BytesIO()  # the archive alone: a disk that fills up half-way cannot be told to XlsxWriter
    count = _fill(records, names, packed)
    stream.write(packed.getbuffer())
    return count


def _fill(records: Iterable[Record], names: Sequence[str], stream: IO[bytes]) -> int:
    with xlsxwriter.Workbook(stream, _OPTIONS) as book:
        sheet = _Sheet(book, names)
        count = 0
        for count, record in enumerate(records, 1):
            if count >= MOST_ROWS:
                raise InputError(
                    _("超过 {MOST_ROWS:,} 条，Excel 一张表放不下", MOST_ROWS=MOST_ROWS - 1),
                    _("更少的条数"),
                    _("改用 csv，或缩小时间范围"),
                )
            sheet.add(count, record)
        if sheet.cut:
            book.add_worksheet("说明").write_string(
                0,
                0,
                f"{sheet.cut} 个单元格超过 Excel 的 {LONGEST_CELL:,} 字，已截断；完整内容请导出 csv 或 jsonl",
            )
    return count


class _Sheet:
    def __init__(self, book: Any, names: Sequence[str]) -> None:
        self._sheet = book.add_worksheet("提及")
        self._time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._names = names
        self.cut = 0
        self._sheet.freeze_panes(1, 0)
        for position, heading in enumerate(headings(tuple(names))):
            self._sheet.write_string(0, position, heading, book.add_format({"bold": True}))

    def add(self, row: int, record: Record) -> None:
        for position, name in enumerate(self._names):
            value = cell(record[name])
            if isinstance(value, datetime):
                self._put_time(row, position, value)
            elif isinstance(value, str):
                self._sheet.write_string(row, position, self._short(value))
            elif value is not None:
                self._sheet.write(row, position, value)

    def _put_time(self, row: int, position: int, value: datetime) -> None:
        if value >= _EXCEL_EPOCH:
            self._sheet.write_datetime(row, position, value, self._time)
        else:
            self._sheet.write_string(row, position, value.isoformat(" ", "seconds"))

    def _short(self, text: str) -> str:
        if len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL:
            return text
        self.cut += 1
        units = (LONGEST_CELL - len(_CUT)) * 2
        return text.encode("utf-16-le")[:units].decode("utf-16-le", "ignore") + _CUT
