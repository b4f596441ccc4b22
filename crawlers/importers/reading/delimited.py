"""CSV and TSV, with rows that stray quotes and commas broke told apart from good ones."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

from crawlers.decoding.files import REPLACEMENT, Encoding, Opener, detect
from crawlers.importers.table import (
    HEADER_SEARCH,
    Accepts,
    Line,
    RawLine,
    Table,
    Unreadable,
    find_header,
    longest,
    name_cells,
    tidy_columns,
)
from koubei.core.errors import InputError
from koubei.core.language import _

LINE_LIMIT = 4 << 20
"""Characters of one physical line; a longer one is cut into rows that do not line up."""
RECORD_LINES = 300
"""A quoted text of more lines than this is a quote that was never closed."""
DELIMITERS = (",", "\t", ";")

csv.field_size_limit(LINE_LIMIT * 2 * HEADER_SEARCH)


def read_delimited(opener: Opener, name: str, accepts: Accepts) -> Table:
    """The table of a CSV or TSV file; its rows are read as they are asked for.

    Raises:
        InputError: it is no text, or there is nothing in it.
    """
    encoding = detect(opener, name)
    stream = io.TextIOWrapper(opener(), encoding=encoding.name, errors="replace", newline="")
    first = list(islice(_physical(stream), HEADER_SEARCH))
    delimiter = _sniff(first, accepts)
    start = _beginning(first, delimiter)
    if not any(any(cells) for __, cells in start):
        raise InputError(_("{name} 是空文件", name=name), _("带表头的 CSV"), _("重新导出"))
    last_line, header = start[find_header([cells for __, cells in start], accepts)]
    records = _Records(stream, delimiter, first, last_line)
    columns = tidy_columns(header)
    lines = _name(records, columns, header, encoding)
    return Table(name, columns, lines, max(encoding.lines - last_line, 0), encoding.note)


def _beginning(lines: Sequence[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """The first records, each with the number of the physical line it ends on."""
    reader = csv.reader(lines, delimiter=delimiter)
    return [(reader.line_num, cells) for cells in reader]


class _Records:
    """Records of a CSV stream; a broken one can be given back so that its later lines are read again.

    Attributes:
        overlong: the last record has a quote that never closes.
        misquoted: it spans several lines only because of a stray quote.
    """

    def __init__(self, stream: io.TextIOWrapper, delimiter: str, first: Sequence[str], skipped: int) -> None:
        """`first`: lines already taken from the stream, the first `skipped` of them not to be read."""
        self.overlong = self.misquoted = False
        self._delimiter = delimiter
        self._lines = _physical(stream)
        self._waiting = deque(first[skipped:])
        self._record: list[str] = []
        self._number = skipped

    def give_back(self) -> None:
        """Read the last record again, without its first physical line."""
        rest = self._record[1:]
        self._number -= len(rest)
        self._waiting.extendleft(reversed(rest))

    def __iter__(self) -> Iterator[RawLine]:
        while True:
            reader = csv.reader(self._feed(), delimiter=self._delimiter)
            yield from self._read(reader)
            if not (self.overlong or self._waiting):
                return

    def _read(self, reader: Iterator[list[str]]) -> Iterator[RawLine]:
        while True:
            first = self._number + 1
            self._record, self.overlong = [], False
            try:
                cells = next(reader, None)
            except csv.Error:
                cells, self.overlong = ["".join(self._record)], True
            if cells is None:
                return
            self.misquoted = len(self._record) > 1 and bool(_quoting_error(self._record, self._delimiter))
            yield RawLine(first, cells)
            if self.overlong:
                return

    def _feed(self) -> Iterator[str]:
        while line := self._waiting.popleft() if self._waiting else next(self._lines, ""):
            self._record.append(line)
            self._number += 1
            yield line
            if len(self._record) >= RECORD_LINES:
                self.overlong = True
                return
        self.overlong = "end of data" in _quoting_error(self._record, self._delimiter)


def _name(
    records: _Records,
    columns: Sequence[str],
    header: Sequence[str],
    encoding: Encoding,
) -> Iterator[Line | Unreadable]:
    for raw in records:
        if not any(raw.cells) or raw.cells == header:
            continue
        open_quote = records.overlong or records.misquoted
        cells = None if open_quote else name_cells(columns, raw.cells)
        if cells is None:
            reason = _misfit(columns, raw.cells, open_quote)
            yield Unreadable(raw.number, reason, longest(raw.cells))
            records.give_back()
        elif encoding.damaged and any(REPLACEMENT in cell for cell in raw.cells):
            yield Unreadable(raw.number, f"有无法按 {encoding.name} 解码的字节", longest(raw.cells))
        else:
            yield Line(raw.number, cells)


def _misfit(columns: Sequence[str], cells: Sequence[str], open_quote: bool) -> str:
    if open_quote:
        return "引号没有闭合"
    return f"有 {len(cells)} 格，表头有 {len(columns)} 列"


def _physical(stream: io.TextIOWrapper) -> Iterator[str]:
    while line := stream.readline(LINE_LIMIT):
        yield line.replace("\0", "") if "\0" in line else line


def _sniff(lines: Sequence[str], accepts: Accepts) -> str:
    """The delimiter that yields an accepted header, else the one that splits the first line most."""

    def fitness(delimiter: str) -> tuple[bool, int]:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(row)]
        return any(accepts(tidy_columns(row)) for row in rows), len(rows[0]) if rows else 0

    return max(DELIMITERS, key=fitness)


def _quoting_error(record: Sequence[str], delimiter: str) -> str:
    """What a strict reader says against the record, "" for nothing."""
    try:
        list(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return str(error)
    return ""
