"""What the reading layer hands to the formats: tables of named cells, whatever file they came from."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

HEADER_SEARCH = 10
"""Reports carry a title or a date above their header; it is looked for in so many rows."""

Accepts = Callable[[Sequence[str]], bool]
"""Whether a row of names is the header of a known format."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row that could be split into cells. `number` counts from 1 as the file's own program shows it."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that could not; `content` is the longest piece of it, which is the text and not a name."""

    number: int
    reason: str
    content: str


@dataclass(frozen=True, slots=True)
class RawLine:
    """Cells before a header gives them names."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file, a worksheet, a JSON file or a member of a ZIP.

    Attributes:
        name: file name, with the sheet or member where there are several.
        expected: about how many rows there are, 0 where unknown.
        note: what a person should know of how it was read ("" for nothing).
        oddities: the same of single cells, with how many; complete once the lines are read.
    """

    name: str
    columns: tuple[str, ...]
    lines: Iterator[Line | Unreadable]
    expected: int = 0
    note: str = ""
    oddities: Counter[str] = field(default_factory=Counter)


def tidy_columns(cells: Sequence[str]) -> tuple[str, ...]:
    """Column names without padding, full-width forms folded, repeated ones numbered (来源网站.1)."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for position, cell in enumerate(cells, 1):
        name = tidy_name(cell) or f"第{position}列"
        count = seen.get(name, 0)
        seen[name] = count + 1
        names.append(f"{name}.{count}" if count else name)
    return tuple(names)


def tidy_name(cell: str) -> str:
    """One column's name or one JSON key: without padding and quotes, full-width forms folded."""
    folded = unicodedata.normalize("NFKC", cell).replace("\ufeff", "").replace("\u200b", "")
    return " ".join(folded.split()).strip("'\"")


def find_header(rows: Sequence[Sequence[str]], accepts: Accepts) -> int:
    """Index of the first row a format accepts as its header, else of the first row with two cells filled.

    A row of merged cells that groups the columns below it (基本信息, 互动) is passed over.
    """
    for index, row in enumerate(rows):
        if accepts(tidy_columns(row)):
            return index
    filled = [sum(map(bool, row)) for row in rows]
    index = next((index for index, count in enumerate(filled) if count > 1), 0)
    while index + 1 < len(filled) and filled[index] > 1 and filled[index + 1] >= 2 * filled[index]:
        index += 1
    return index


def name_cells(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str] | None:
    """The cells under their columns, or None where they do not line up (a stray comma or quote)."""
    surplus = cells[len(columns) :]
    if len(cells) < len(columns) or any(surplus):
        return None
    return dict(zip(columns, cells, strict=False))


def longest(cells: Sequence[str]) -> str:
    """The longest cell: of a row that cannot be named, the one worth keeping."""
    return max(cells, key=len, default="")
