"""What a section may return: plain values that templates draw. No HTML here.

In texts that we write, `|` marks where a line may break and `**…**` is bold (templates/macros).
Words of posts are carried in fields named `quote` and are never read as markup.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from reports.figures.daily import DailyFigures
from reports.page.drawn import Bar, Block, Dots, Line, Quote, Ref


@dataclass(frozen=True, slots=True)
class Heading(Block):
    """A finding inside a section."""

    template: ClassVar[str] = "heading.html"
    line: Line


@dataclass(frozen=True, slots=True)
class Caption(Block):
    """How to read what stands above."""

    template: ClassVar[str] = "caption.html"
    text: str


@dataclass(frozen=True, slots=True)
class Empty(Block):
    """What is missing, and why nothing stands in for it."""

    template: ClassVar[str] = "empty.html"
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Bullets(Block):
    """Short sentences, one below the other."""

    template: ClassVar[str] = "bullets.html"
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Facts(Block):
    """Name and value, one pair a row."""

    template: ClassVar[str] = "facts.html"
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell.

    Attributes:
        iv: the interval behind the number; mark: ● ○ or "".
        label: its column's name on a phone; chip: words in a box, `chip_tone` "" / wa / hot.
        tail: second text in a paler tone; old: value struck through before the text.
    """

    text: str = ""
    cls: str = ""
    iv: str = ""
    mark: str = ""
    label: str = ""
    chip: str = ""
    chip_tone: str = ""
    tail: str = ""
    old: str = ""
    head: bool = False
    draw: Dots | Bar | None = None
    refs: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A table head; `axis` are tick words spread over its width."""

    text: str
    cls: str = ""
    axis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row; cls "hit" is the one the finding names."""

    cells: tuple[Cell, ...]
    cls: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Table(Block):
    """A table with hairlines."""

    template: ClassVar[str] = "table.html"
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    cls: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Data(Block):
    """A folded table of the figures behind a chart."""

    template: ClassVar[str] = "data.html"
    summary: str
    table: Table


@dataclass(frozen=True, slots=True)
class Correction(Block):
    """What late arrivals changed, in one line."""

    template: ClassVar[str] = "correction.html"
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """A row of the appendix: an id, what it is, its query, its hits; `link` opens it in the console."""

    id: str
    title: str
    query: str
    measure: str
    hits: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Sources(Block):
    """Where every number comes from."""

    template: ClassVar[str] = "sources.html"
    rows: tuple[Source, ...]
    posts: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Group(Block):
    """Blocks that belong together; cls as in the style sheet (blk, scr, pn)."""

    template: ClassVar[str] = "group.html"
    blocks: tuple[Block, ...]
    cls: str = ""
    figure: bool = False


@dataclass(frozen=True, slots=True)
class Columns(Block):
    """Two groups side by side on a desktop; cls "", "l" (3:2) or "s" (2:3)."""

    template: ClassVar[str] = "columns.html"
    left: Group
    right: Group
    cls: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A section's finding, its blocks and the note in the gutter."""

    finding: Line
    blocks: tuple[Block, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the report, found by folder; `build` returns None where the day has nothing for it.

    Attributes:
        order: place on the page; id: anchor; sub: a half section under the one before.
        short: its word in the list of contents.
    """

    order: int
    id: str
    number: str
    name: str
    build: Callable[[DailyFigures], Body | None]
    short: str = ""
    sub: bool = False
