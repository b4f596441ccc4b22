"""Figures as table cells, comparisons and folded tables: how a section writes a number down."""

from __future__ import annotations

from collections.abc import Sequence

from reports.figures import wording as w
from reports.figures.breakdown import Segment
from reports.figures.counts import Change, Counts
from reports.figures.evidence import Sample
from reports.figures.stats import MIN_N
from reports.page.blocks import Cell, Column, Data, Table, TableRow
from reports.page.drawn import Dots, Quote, Ref

QUOTE_CHARS = 90


def mark(change: Change) -> str:
    """● significant, ○ not, "" where no test was possible."""
    if change.significant is None:
        return ""
    return w.SIGNIFICANT if change.significant else w.NOT_SIGNIFICANT


def change_cell(change: Change, label: str = "较昨日") -> Cell:
    """A change of a share in points; without one, the reason."""
    if change.value is None:
        return Cell(change.reason or w.NOTHING, "r nc", label=label)
    cls = "r" if change.significant else "r ns"
    return Cell(w.signed(change.value * 100), cls, mark=mark(change), label=label)


def share_cell(counts: Counts) -> Cell:
    """A negative share in per cent with its half interval; below 30 voices, n."""
    share = counts.share
    if share is None:
        return Cell(few(counts), "r nc", label="负面占比 %")
    return Cell(w.percent(share), "r", iv=half(counts), label="负面占比 %")


def half(counts: Counts) -> str:
    """Half the width of the Wilson interval: "±1.1"."""
    low, high = counts.interval
    return f"±{w.percent((high - low) / 2)}"


def few(counts: Counts) -> str:
    """Why there is no share."""
    return f"n = {counts.n} < {MIN_N}" if counts.n else w.NOTHING


def rose(segment: Segment) -> bool:
    """Whether a share rose significantly and stands above its own 4-week median: what is painted red."""
    up = bool(segment.change.significant) and (segment.change.value or 0) > 0
    return up and (segment.median is None or segment.counts.interval[0] > segment.median)


def dots(segment: Segment, top: float, hot: bool = False) -> Dots | None:
    """A segment's share on an axis from 0 to `top` (share); None below 30 voices."""
    share = segment.counts.share
    if share is None:
        return None
    low, high = segment.counts.interval
    middle = segment.median / top * 100 if segment.median is not None else None
    return Dots(clip(share / top), clip(low / top), clip(high / top), middle, hot)


def clip(ratio: float) -> float:
    """A ratio as a position in per cent, kept on the axis, two decimals."""
    return round(min(max(ratio, 0.0), 1.0) * 100, 2)


def axis_top(segments: Sequence[Segment], least: float = 0.5) -> float:
    """The upper end of a shared axis: the highest interval end, in steps of ten points."""
    highs = [c.counts.interval[1] for c in segments if c.counts.share is not None]
    return min(1.0, max([least, *(-(-h * 10 // 1) / 10 for h in highs)]))


def axis(top: float) -> tuple[str, str, str]:
    """Three tick words for an axis from 0 to top."""
    return "0", f"{top * 50:g}", f"{top * 100:g}%"


def columns(*heads: str) -> tuple[Column, ...]:
    """Table heads: the first on the left, the others on the right."""
    return tuple(Column(text, "" if i == 0 else "r") for i, text in enumerate(heads))


def data(summary: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Data:
    """A folded table of plain values."""
    cells = (
        TableRow(tuple(Cell(v, "" if i == 0 else "r", head=i == 0) for i, v in enumerate(row)))
        for row in rows
    )
    return Data(summary, Table(columns(*heads), tuple(cells)))


def hits(segment: Segment, named: Sequence[str]) -> str:
    """The class of a row that the finding names."""
    return "hit" if segment.name in named else ""


def quote(sample: Sample, limit: int = QUOTE_CHARS) -> Quote:
    """A post's words, segment to `limit` characters, and where it stands."""
    full = "（该帖已删除）" if sample.deleted else sample.text or sample.title
    text = w.plain(full, limit)
    return Quote(sample, text, cut=text != full or full.endswith("…"), where=where(sample))


def where(sample: Sample) -> str:
    """Platform, author, province, time of a post."""
    when = w.moment(sample.published_at) if sample.published_at else "时间未知"
    parts = [w.platform(sample.platform), sample.author, sample.province or "属地未知", when]
    return " · ".join(p for p in parts if p)


def ref(figure_id: str, text: str = "") -> Ref:
    """A source mark."""
    return Ref(figure_id, text or figure_id)
