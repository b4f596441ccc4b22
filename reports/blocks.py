"""What a section may return: plain values that templates draw. No HTML here.

In texts that we write, `|` marks where a line may break and `**…**` is bold (templates/macros).
Words of posts are carried in fields named `quote` and are never read as markup.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from reports.figures import Figures, Sample


@dataclass(frozen=True, slots=True)
class Ref:
    """A source mark: the id in section 14 it jumps to, and its words ("F01 · 5,627 条")."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and where it comes from."""

    text: str
    refs: tuple[Ref, ...] = ()


class Block:
    """Anything a template can draw; `template` names its file."""

    template: ClassVar[str]


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
class Dots(Block):
    """A share with its interval on an axis; positions in per cent of the width."""

    template: ClassVar[str] = "dots.html"
    middle: float
    low: float
    high: float
    median: float | None
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Bar(Block):
    """A bar with its number; width in per cent."""

    template: ClassVar[str] = "bar.html"
    width: float
    text: str
    own: bool


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
class Strip:
    """28 days as ticks, the usual band, today; positions in per cent."""

    label: str
    ticks: tuple[float, ...]
    band: tuple[float, float] | None
    today: float | None
    span: tuple[float, float] | None
    hot: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line under a key figure; mark ● ○ or "" (then the words say why)."""

    name: str
    text: str
    mark: str


@dataclass(frozen=True, slots=True)
class Part:
    """A brand's bar inside the voice-share card; width in per cent."""

    name: str
    width: float
    text: str
    own: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A key figure; size "big", "two" or ""; `info` are small lines below the number."""

    name: str
    number: str
    unit: str
    info: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    strip: Strip | None
    size: str = ""
    top: bool = False
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Cards(Block):
    """The key figures."""

    template: ClassVar[str] = "cards.html"
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Correction(Block):
    """What late arrivals changed, in one line."""

    template: ClassVar[str] = "correction.html"
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG that a chart function drew: its inside and the size of its viewBox (px)."""

    inside: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart(Block):
    """A drawing at two widths. The title is the finding, the description says what is drawn."""

    template: ClassVar[str] = "chart.html"
    id: str
    title: str
    description: str
    wide: Drawing
    narrow: Drawing
    events: tuple[tuple[str, str], ...] = ()
    spelled: bool = False


@dataclass(frozen=True, slots=True)
class StackRow:
    """One bar of three parts (per cent of the width), or the reason why there is none."""

    name: str
    parts: tuple[float, float, float] | None
    label: str
    share: str
    iv: str
    change: str
    mark: str


@dataclass(frozen=True, slots=True)
class Stack(Block):
    """Negative, neutral and positive side by side."""

    template: ClassVar[str] = "stack.html"
    rows: tuple[StackRow, ...]


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A share in a heat table; level 0 is n < 30, 1-5 the cuts at 10 20 30 50 %."""

    text: str
    level: int
    title: str
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Heat(Block):
    """A table whose cells are shaded."""

    template: ClassVar[str] = "heat.html"
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[HeatCell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Multiple:
    """A sparkline: path points in a 100 × 50.5 box, one list a run of days; heights of median and today."""

    name: str
    value: str
    label: str
    runs: tuple[str, ...]
    median: float | None
    today: float | None
    hot: bool


@dataclass(frozen=True, slots=True)
class Multiples(Block):
    """Sparklines on one scale."""

    template: ClassVar[str] = "multiples.html"
    items: tuple[Multiple, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A post's own words (never markup), cut with … where `cut`, and where it stands."""

    sample: Sample
    quote: str
    cut: bool
    where: str


@dataclass(frozen=True, slots=True)
class TopicItem:
    """One hot topic: widths of posts and voices in per cent of the largest."""

    rank: int
    title: str
    chips: tuple[tuple[str, str], ...]
    voices: str
    posts: str
    facts: str
    posts_width: float
    voices_width: float
    quotes: tuple[Quote, ...]
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class TopicList(Block):
    """The day's topics."""

    template: ClassVar[str] = "topics.html"
    items: tuple[TopicItem, ...]


@dataclass(frozen=True, slots=True)
class WordItem:
    """A word, its log-odds interval (positions in per cent), its voices."""

    word: str
    middle: float
    low: float
    high: float
    voices: str
    praise: bool


@dataclass(frozen=True, slots=True)
class Words(Block):
    """Words that stand out, on one axis."""

    template: ClassVar[str] = "words.html"
    items: tuple[WordItem, ...]
    axis: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A province in the grid; state "level", "few" (n < 30) or "none" (no voice)."""

    name: str
    column: int
    row: int
    text: str
    state: str
    level: int = 0
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Tiles(Block):
    """34 provincial units as a grid, not a map."""

    template: ClassVar[str] = "tiles.html"
    title: str
    description: str
    tiles: tuple[Tile, ...]


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
    build: Callable[[Figures], Body | None]
    short: str = ""
    sub: bool = False
