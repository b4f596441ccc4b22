"""What a worksheet's XML says and calamine does not: formulas without a result, dates written as text."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Any

from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

from crawlers.importers.reading.formulas import is_formula

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""Of a worksheet; a cell that says it stands beyond is not one."""
CHUNK = 1 << 20
PART_LIMIT = 16 << 20
"""Bytes of the list of sheets."""
ROW_LIMIT = 64 << 20
"""Bytes of one row that are held in memory."""

_OF_INTEREST = re.compile(rb"""<(?:\w+:)?f[\s>/]|\st\s*=\s*["']d["']""")
_WALL_CLOCK = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z")
_PLACE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_OF_INTEREST_ROW = etree.XPath("boolean(*[@t = 'd' or *[local-name() = 'f']])")
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


@dataclass(slots=True)
class WrittenCells:
    """The cells of one sheet that are to be read as they were written. Rows and columns count from 1.

    Attributes:
        cells: row -> column -> text.
        unsolved: those of them that are real formulas nobody has computed.
        clocks: columns with dates whose Z is no UTC but the wall clock (SheetJS).
    """

    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    unsolved: set[tuple[int, int]] = field(default_factory=set)
    clocks: set[int] = field(default_factory=set)

    def put(self, row: int, column: int, text: str) -> None:
        """Keep a cell's text."""
        self.cells.setdefault(row, {})[column] = text


def sheet_parts(packed: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> its member of the archive. Empty for workbooks that are not XML (.xlsb)."""
    if not {_WORKBOOK, _RELATIONS} <= set(packed.namelist()):
        return {}
    targets = {r.get("Id"): r.get("Target", "") for r in _elements(packed, _RELATIONS, "Relationship")}
    parts: dict[str, str] = {}
    for sheet in _elements(packed, _WORKBOOK, "sheet"):
        relation = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
        if target := targets.get(relation):
            parts[sheet.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return parts


def written_cells(packed: zipfile.ZipFile, part: str | None) -> WrittenCells:
    """The cells of a sheet that must be read from its XML; most sheets have none and cost one fast look.

    Raises:
        etree.LxmlError: the part is no XML at all.
    """
    found = WrittenCells()
    if part not in packed.namelist():
        return found
    with packed.open(part) as stream:
        if not _is_of_interest(stream):
            return found
    with packed.open(part) as stream:
        for row, column, cell in _cells(stream):
            _look_at(cell, row, column, found)
    return found


def _elements(packed: zipfile.ZipFile, part: str, name: str) -> list[Any]:
    with packed.open(part) as stream:
        content = stream.read(PART_LIMIT)
    root = etree.fromstring(content, etree.XMLParser(recover=True, **_SAFE))
    return [] if root is None else list(root.iter(f"{{*}}{name}"))


def _is_of_interest(stream: IO[bytes]) -> bool:
    before = b""
    while chunk := stream.read(CHUNK):
        if _OF_INTEREST.search(before + chunk):
            return True
        before = chunk[-16:]
    return False


def _rows(stream: IO[bytes]) -> Iterator[Any]:
    """The row elements one by one; each is dropped once the next is asked for.

    Raises:
        etree.LxmlError: a row is longer than any a spreadsheet holds: it was made to fill memory.
    """
    parser = etree.XMLPullParser(("end",), tag=("{*}row", "{*}sheetData"), recover=True, **_SAFE)
    pending = 0
    while chunk := stream.read(CHUNK):
        parser.feed(chunk)
        pending += len(chunk)
        for _, element in parser.read_events():
            if element.tag.endswith("sheetData"):
                return
            yield element
            _forget(element)
            pending = 0
        if pending > ROW_LIMIT:
            raise etree.LxmlError(f"a row of more than {ROW_LIMIT} bytes")


def _cells(stream: IO[bytes]) -> Iterator[tuple[int, int, Any]]:
    """(row, column, element) of every cell of the rows that hold a formula or a date."""
    number = 0
    for row in _rows(stream):
        number = _number(row.get("r"), number + 1)
        column = 0
        for cell in row if _OF_INTEREST_ROW(row) and 0 < number <= MOST_ROWS else ():
            place = _PLACE.fullmatch(cell.get("r", ""))
            column = _column(place[1]) if place else column + 1
            if column <= MOST_COLUMNS:
                yield number, column, cell


def _look_at(cell: Any, row: int, column: int, found: WrittenCells) -> None:
    formula, value = cell.findtext("{*}f") or "", cell.findtext("{*}v") or ""
    kind = cell.get("t", "n")
    if kind == "d" and _WALL_CLOCK.fullmatch(value):
        found.put(row, column, _as_typed(value))
        found.clocks.add(column)
    elif formula and _is_unsolved(kind, value, formula):
        found.put(row, column, _as_shown(cell, formula))
        if is_formula(formula):
            found.unsolved.add((row, column))


def _is_unsolved(kind: str, value: str, formula: str) -> bool:
    """No result is stored, or one that stands for none: #NAME?, and the 0 that xlsxwriter writes."""
    if kind == "e":
        return value == "#NAME?"
    if not value:
        return kind != "str"  # an empty text is a result: =IF(A1="","",1)
    return kind == "n" and value == "0" and not is_formula(formula)


def _as_shown(cell: Any, formula: str) -> str:
    """With the sign, and the brackets of an array formula, that the file leaves out."""
    is_array = cell.find("{*}f").get("t") == "array" and cell.get("cm") is None
    return f"{{={formula}}}" if is_array else f"={formula}"


def _as_typed(value: str) -> str:
    try:
        typed = datetime.fromisoformat(value.removesuffix("Z")) + timedelta(microseconds=500_000)
        return typed.isoformat(" ", "seconds")
    except (ValueError, OverflowError):
        return value


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 7 else otherwise


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _forget(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
