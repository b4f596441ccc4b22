"""The blocks that are drawn: strips, bars, charts, heat, tiles, topics; positions are per cent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from reports.figures.evidence import Sample


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
