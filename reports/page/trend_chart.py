"""The trend: negative share with intervals above, posts and voices below, events as dotted rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import altair as alt

from reports.page.charts import HEX, Size, chart_of, quiet_axis, svg, x_channel

WIDE = Size(830, 190, 86, 12, True)
NARROW = Size(262, 160, 74, 11.5, False)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the trend; None where it was not observed or n < 30. Shares in per cent."""

    label: str
    share: float | None
    low: float | None
    high: float | None
    posts: int | None
    voices: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """An event on the trend: which day (index), its letter, its words."""

    index: int
    letter: str
    text: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """What the trend chart shows; `band` is the usual range in per cent, `hot` paints today in alarm."""

    days: Sequence[Day]
    band: tuple[float, float] | None
    marks: Sequence[Mark]
    hot: bool


def trend(data: Trend, size: Size) -> str:
    """Negative share with intervals above, posts and voices below; one SVG element's inside and viewBox."""
    panels = [_share_panel(data, size), _volume_panel(data, size)]
    return svg(alt.vconcat(*panels, spacing=14))


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot: its x and y channels, shared by every layer so that scales and axes agree."""

    x: Any
    scale: Any
    axis: Any
    size: Size
    count: int

    def y(self, field: str) -> Any:
        """A y channel on the panel's scale."""
        return alt.Y(f"{field}:Q", scale=self.scale, axis=self.axis)


def _share_panel(data: Trend, size: Size) -> Any:
    count, (low, high) = len(data.days), _domain(data)
    step = 5 if high - low <= 25 else 10 if high - low <= 50 else 20
    ticks = [tick for tick in range(0, 101, step) if low <= tick <= high]
    scale = alt.Scale(domain=[low, high], nice=False, padding=0, zero=False)
    axis = quiet_axis(size=size, grid=True, values=ticks, labelExpr="datum.value + '%'")
    panel = Panel(x_channel(-0.5, count - 0.5), scale, axis, size, count)
    rows = [
        {"x": i, "y": d.share, "low": d.low, "high": d.high}
        for i, d in enumerate(data.days)
        if d.share is not None
    ]
    layers = [*_band(data, panel), *_rules(data, panel), *_line(rows, panel)]
    layers += _today(data, rows, panel) + _event_words(data, panel)
    return alt.layer(*layers).properties(width=size.width, height=size.upper)


def _line(rows: Sequence[dict[str, Any]], panel: Panel) -> list[Any]:
    """The line, its points and the interval of each day; a missing day breaks the line."""
    past, width = chart_of(rows), panel.size.width / panel.count * 0.24
    pieces: list[list[dict[str, Any]]] = []
    for row in rows:
        if pieces and pieces[-1][-1]["x"] == row["x"] - 1:
            pieces[-1].append(row)
        else:
            pieces.append([row])
    lines = [
        chart_of(piece).mark_line(strokeWidth=1.8, color=HEX["neg"]).encode(x=panel.x, y=panel.y("y"))
        for piece in pieces
        if len(piece) > 1
    ]
    return [
        past.mark_rule(strokeWidth=width, color=HEX["copy"]).encode(x=panel.x, y=panel.y("low"), y2="high:Q"),
        *lines,
        past.mark_point(size=11, filled=True, opacity=1, color=HEX["neg"]).encode(x=panel.x, y=panel.y("y")),
    ]


def _domain(data: Trend) -> tuple[float, float]:
    """A cut axis in steps of five points that holds every interval and the band."""
    values = [v for d in data.days for v in (d.low, d.high) if v is not None] + list(data.band or ())
    if not values:
        return 0.0, 100.0
    return max(0.0, (min(values) - 1) // 5 * 5), min(100.0, -(-(max(values) + 1) // 5) * 5)


def _band(data: Trend, panel: Panel) -> list[Any]:
    if data.band is None:
        return []
    low, high = data.band
    band = chart_of([{"x": -0.5, "x2": panel.count - 0.5, "low": low, "high": high}])
    rect = band.mark_rect(color=HEX["band"], opacity=1)
    words = _spread(data, (low + high) / 2, panel)
    return [
        rect.encode(x=panel.x, x2="x2:Q", y=panel.y("low"), y2="high:Q"),
        *_right(panel, words, ["4 周常态", f"{low:.1f}–{high:.1f}"]),
    ]


def _spread(data: Trend, middle: float, panel: Panel) -> float:
    """Where the band's words stand: beside the band, moved off today's words where they would meet."""
    today = data.days[-1].share if data.days else None
    low, high = _domain(data)
    gap = (high - low) * 36 / panel.size.upper
    if today is None or abs(today - middle) >= gap:
        return middle
    return today - gap if today - gap > low + gap / 2 else today + gap


def _right(
    panel: Panel, y: float, lines: Sequence[str], colour: str = "ink3", bold: bool = False
) -> list[Any]:
    """Words beside the plot's right edge at a value; the first line may be bold."""
    found = []
    for i, line in enumerate(lines):
        strong = bold and i == 0
        mark = chart_of([{"x": panel.count - 0.5, "y": y, "t": line}]).mark_text(
            align="left", dx=9, dy=(i - (len(lines) - 1) / 2) * 15, clip=False, baseline="middle",
            fontSize=panel.size.font + (2 if strong else 0), fontWeight=600 if strong else 400,
            color=HEX[colour if i == 0 else "ink3"],
        )  # fmt: skip
        found.append(mark.encode(x=panel.x, y=panel.y("y"), text="t:N"))
    return found


def _rules(data: Trend, panel: Panel) -> list[Any]:
    if not data.marks:
        return []
    rows = chart_of([{"x": m.index} for m in data.marks])
    return [rows.mark_rule(strokeDash=[2, 3], strokeWidth=1, color=HEX["ink3"]).encode(x=panel.x)]


def _today(data: Trend, rows: Sequence[dict[str, Any]], panel: Panel) -> list[Any]:
    last = rows[-1] if rows and rows[-1]["x"] == panel.count - 1 else None
    if last is None:
        return []
    base, colour = chart_of([last]), "alarm" if data.hot else "ink"
    words = [f"{last['y']:.1f}%", f"{last['low']:.1f}–{last['high']:.1f}"]
    rule = base.mark_rule(strokeWidth=3.4, color=HEX[colour])
    point = base.mark_point(size=46, filled=True, opacity=1, color=HEX[colour])
    return [
        rule.encode(x=panel.x, y=panel.y("low"), y2="high:Q"),
        point.encode(x=panel.x, y=panel.y("y")),
        *_right(panel, last["y"], words, colour, bold=True),
    ]


def _event_words(data: Trend, panel: Panel) -> list[Any]:
    """Above the plot: words where there is room for all of them, letters otherwise."""
    spelled = panel.size.words and fits(data.marks, panel.size.width / max(panel.count, 1), panel.count)
    found = []
    for mark in data.marks:
        words = chart_of([{"x": mark.index, "t": mark.text if spelled else mark.letter}]).mark_text(
            align="right" if spelled and _late(mark, panel.count) else "center", baseline="bottom",
            fontSize=panel.size.font, fontWeight=600 if mark.urgent else 400, clip=False,
            color=HEX["alarm" if mark.urgent and data.hot else "ink2"],
        )  # fmt: skip
        found.append(words.encode(x=panel.x, y=alt.value(-6), text="t:N"))
    return found


def _late(mark: Mark, count: int) -> bool:
    return mark.index > count * 0.85


def fits(marks: Sequence[Mark], step: float, count: int) -> bool:
    """Whether the words of all events fit side by side at `step` px a day."""
    ends = []
    for mark in marks:
        width = sum(12 if ord(c) > 255 else 7 for c in mark.text)
        left = mark.index * step - (width if _late(mark, count) else width / 2)
        ends.append((left, left + width))
    apart = all(b[0] - a[1] > 12 for a, b in pairwise(ends))
    return apart and (not ends or ends[0][0] > -30)


def _volume_panel(data: Trend, size: Size) -> Any:
    count = len(data.days)
    ticks = [i for i in range(count) if (count - 1 - i) % 7 == 0]
    names = " : ".join(f"datum.value == {i} ? '{data.days[i].label}'" for i in ticks) + " : ''"
    rows = [
        {"x": i, "posts": d.posts, "voices": d.voices} for i, d in enumerate(data.days) if d.posts is not None
    ]
    top = max([float(d.posts) for d in data.days if d.posts is not None] + [4.0])
    tens = "datum.value >= 10000 ? datum.value / 10000 + ' 万' : format(datum.value, ',')"
    panel = Panel(
        x_channel(
            -0.5, count - 0.5, quiet_axis(size=size, values=ticks, labelExpr=names, labelPadding=6)
        ),
        alt.Scale(domain=[0, top * 1.05], nice=False, padding=0),
        quiet_axis(size=size, grid=True, tickCount=2, labelExpr=tens), size, count,
    )  # fmt: skip
    bar, base = size.width / count * 0.54, chart_of(rows)
    layers = [
        *_rules(data, panel),
        base.mark_bar(size=bar, color=HEX["copy"]).encode(x=panel.x, y=panel.y("posts")),
        base.mark_bar(size=bar, color=HEX["vox"]).encode(x=panel.x, y=panel.y("voices")),
        *_volume_words(rows, top, panel),
    ]
    return alt.layer(*layers).properties(width=size.width, height=size.lower)


def _volume_words(rows: Sequence[dict[str, Any]], top: float, panel: Panel) -> list[Any]:
    """Today's posts and voices beside their bars, kept apart where the two are close."""
    if not rows or rows[-1]["x"] != panel.count - 1:
        return []
    last, gap = rows[-1], top * 17 / panel.size.lower
    upper = max(last["posts"], last["voices"] + gap)
    return [
        *_right(panel, upper, [f"{last['posts']:,} 帖"]),
        *_right(panel, last["voices"], [f"{last['voices']:,} 声音"], "ink", bold=False),
    ]
