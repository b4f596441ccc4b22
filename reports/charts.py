"""The charts that Altair draws, as inline SVG: colours are CSS variables, the same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import altair as alt
import vl_convert

TOKENS = {
    "#1c1e21": "ink", "#4b5057": "ink2", "#676d74": "ink3", "#d8d5cd": "rule", "#ebe8e1": "rule2",
    "#1d4f86": "accent", "#b3321b": "alarm", "#41464c": "neg", "#d5d2ca": "neu", "#6c94bf": "pos",
    "#737a82": "vox", "#c2c6cb": "copy", "#e8e5dd": "band", "#fbfaf7": "paper",
}  # fmt: skip
"""Light hex of each colour token; in the page it becomes var(--token)."""

_HEX = {name: code for code, name in TOKENS.items()}
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_ID = re.compile(r'id="([A-Za-z_]+\d+)"')


@dataclass(frozen=True, slots=True)
class Size:
    """How large a chart is drawn: plot width, heights of its panels, label size (px)."""

    width: int
    upper: int
    lower: int
    font: float
    words: bool


WIDE = Size(830, 190, 86, 12, True)
NARROW = Size(262, 160, 74, 11.5, False)
HOURS_WIDE = Size(838, 120, 0, 12, True)
HOURS_NARROW = Size(300, 110, 0, 11.5, False)


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


def hours(values: Sequence[tuple[int, int, float | None, bool]], size: Size) -> str:
    """Negative voices by hour as bars, the usual number as a tick: (hour, voices, usual, hot)."""
    rows = [{"x": h + 0.5, "neg": n, "usual": u, "hot": hot} for h, n, u, hot in values]
    top = max([n for _, n, _, _ in values] + [u or 0 for _, _, u, _ in values] + [4])
    x = _x(0, 24, axis=_axis(values=[0, 6, 12, 18, 24], labelExpr="datum.value + ' 时'", size=size))
    y = alt.Y("neg:Q", scale=alt.Scale(domain=[0, top * 1.08], padding=0, nice=False),
              axis=_axis(size=size, tickCount=3, grid=True, format="d"))  # fmt: skip
    bar = size.width / 24 * 0.62
    colour = alt.condition("datum.hot", alt.value(_HEX["alarm"]), alt.value(_HEX["neg"]))
    base = _data(rows)
    layers = [
        base.mark_bar(size=bar).encode(x=x, y=y, color=colour),
        base.mark_tick(thickness=2, size=bar + 5, color=_HEX["ink3"], orient="horizontal").encode(
            x=x, y="usual:Q"
        ),
    ]
    return svg(alt.layer(*layers).properties(width=size.width, height=size.upper))


def svg(chart: Any) -> str:
    """Draw, then make it part of the page: colours to variables, fixed ids, no font, no fixed size."""
    chart = chart.configure(background="transparent", aria=False).configure_view(stroke=None)
    chart = chart.configure_axis(domain=False, ticks=False)
    text = vl_convert.vegalite_to_svg(
        chart.to_dict(validate=False), vl_version=".".join(alt.SCHEMA_VERSION[1:].split(".")[:2])
    )
    return clean(text)


def clean(text: str) -> str:
    """An SVG of vl-convert as the page carries it; ids are renumbered from 1 in each chart."""
    for code, name in TOKENS.items():
        text = text.replace(f'"{code}"', f'"var(--{name})"')
    text = re.sub(r' font-family="[^"]*"', "", text)
    text = re.sub(r' (?:class|aria-[a-z]+|role)="[^"]*"', "", text)
    text = re.sub(r' xmlns(?::\w+)?="[^"]*"| version="[^"]*"', "", text)
    text = _NUMBER.sub(lambda m: f"{float(m.group()):.2f}", text)
    for number, old in enumerate(dict.fromkeys(_ID.findall(text)), start=1):
        text = re.sub(rf"(?<=[#\"]){re.escape(old)}(?=[)\"])", f"clip-{number}", text)
    return text


def box(text: str) -> tuple[float, float]:
    """The width and height of a cleaned SVG's viewBox."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)
    if found is None:
        raise ValueError("the drawing has no viewBox")
    return float(found.group(1)), float(found.group(2))


def inside(text: str) -> str:
    """What stands between the outer svg tags."""
    return text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]


def _data(rows: Sequence[dict[str, Any]]) -> Any:
    values: Any = alt.Data  # altair ships the class without types
    return alt.Chart(values(values=list(rows)))


def _axis(size: Size, **more: Any) -> Any:
    return alt.Axis(
        **{
            "title": None, "grid": False, "gridColor": _HEX["rule2"], "labelColor": _HEX["ink3"],
            "labelFontSize": size.font, "labelPadding": 8, "labelOverlap": False, **more,
        }
    )  # fmt: skip


def _x(low: float, high: float, axis: Any = None) -> Any:
    return alt.X("x:Q", scale=alt.Scale(domain=[low, high], padding=0, nice=False), axis=axis)


@dataclass(frozen=True, slots=True)
class _Panel:
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
    axis = _axis(size=size, grid=True, values=ticks, labelExpr="datum.value + '%'")
    panel = _Panel(_x(-0.5, count - 0.5), scale, axis, size, count)
    rows = [
        {"x": i, "y": d.share, "low": d.low, "high": d.high}
        for i, d in enumerate(data.days)
        if d.share is not None
    ]
    layers = [*_band(data, panel), *_rules(data, panel), *_line(rows, panel)]
    layers += _today(data, rows, panel) + _event_words(data, panel)
    return alt.layer(*layers).properties(width=size.width, height=size.upper)


def _line(rows: Sequence[dict[str, Any]], panel: _Panel) -> list[Any]:
    """The line, its points and the interval of each day; a missing day breaks the line."""
    past, width = _data(rows), panel.size.width / panel.count * 0.24
    pieces: list[list[dict[str, Any]]] = []
    for row in rows:
        if pieces and pieces[-1][-1]["x"] == row["x"] - 1:
            pieces[-1].append(row)
        else:
            pieces.append([row])
    lines = [
        _data(piece).mark_line(strokeWidth=1.8, color=_HEX["neg"]).encode(x=panel.x, y=panel.y("y"))
        for piece in pieces
        if len(piece) > 1
    ]
    return [
        past.mark_rule(strokeWidth=width, color=_HEX["copy"]).encode(
            x=panel.x, y=panel.y("low"), y2="high:Q"
        ),
        *lines,
        past.mark_point(size=11, filled=True, opacity=1, color=_HEX["neg"]).encode(x=panel.x, y=panel.y("y")),
    ]


def _domain(data: Trend) -> tuple[float, float]:
    """A cut axis in steps of five points that holds every interval and the band."""
    values = [v for d in data.days for v in (d.low, d.high) if v is not None] + list(data.band or ())
    if not values:
        return 0.0, 100.0
    return max(0.0, (min(values) - 1) // 5 * 5), min(100.0, -(-(max(values) + 1) // 5) * 5)


def _band(data: Trend, panel: _Panel) -> list[Any]:
    if data.band is None:
        return []
    low, high = data.band
    band = _data([{"x": -0.5, "x2": panel.count - 0.5, "low": low, "high": high}])
    rect = band.mark_rect(color=_HEX["band"], opacity=1)
    words = _spread(data, (low + high) / 2, panel)
    return [
        rect.encode(x=panel.x, x2="x2:Q", y=panel.y("low"), y2="high:Q"),
        *_right(panel, words, ["4 周常态", f"{low:.1f}–{high:.1f}"]),
    ]


def _spread(data: Trend, middle: float, panel: _Panel) -> float:
    """Where the band's words stand: beside the band, moved off today's words where they would meet."""
    today = data.days[-1].share if data.days else None
    low, high = _domain(data)
    gap = (high - low) * 36 / panel.size.upper
    if today is None or abs(today - middle) >= gap:
        return middle
    return today - gap if today - gap > low + gap / 2 else today + gap


def _right(
    panel: _Panel, y: float, lines: Sequence[str], colour: str = "ink3", bold: bool = False
) -> list[Any]:
    """Words beside the plot's right edge at a value; the first line may be bold."""
    found = []
    for i, line in enumerate(lines):
        strong = bold and i == 0
        mark = _data([{"x": panel.count - 0.5, "y": y, "t": line}]).mark_text(
            align="left", dx=9, dy=(i - (len(lines) - 1) / 2) * 15, clip=False, baseline="middle",
            fontSize=panel.size.font + (2 if strong else 0), fontWeight=600 if strong else 400,
            color=_HEX[colour if i == 0 else "ink3"],
        )  # fmt: skip
        found.append(mark.encode(x=panel.x, y=panel.y("y"), text="t:N"))
    return found


def _rules(data: Trend, panel: _Panel) -> list[Any]:
    if not data.marks:
        return []
    rows = _data([{"x": m.index} for m in data.marks])
    return [rows.mark_rule(strokeDash=[2, 3], strokeWidth=1, color=_HEX["ink3"]).encode(x=panel.x)]


def _today(data: Trend, rows: Sequence[dict[str, Any]], panel: _Panel) -> list[Any]:
    last = rows[-1] if rows and rows[-1]["x"] == panel.count - 1 else None
    if last is None:
        return []
    base, colour = _data([last]), "alarm" if data.hot else "ink"
    words = [f"{last['y']:.1f}%", f"{last['low']:.1f}–{last['high']:.1f}"]
    rule = base.mark_rule(strokeWidth=3.4, color=_HEX[colour])
    point = base.mark_point(size=46, filled=True, opacity=1, color=_HEX[colour])
    return [
        rule.encode(x=panel.x, y=panel.y("low"), y2="high:Q"),
        point.encode(x=panel.x, y=panel.y("y")),
        *_right(panel, last["y"], words, colour, bold=True),
    ]


def _event_words(data: Trend, panel: _Panel) -> list[Any]:
    """Above the plot: words where there is room for all of them, letters otherwise."""
    spelled = panel.size.words and fits(data.marks, panel.size.width / max(panel.count, 1), panel.count)
    found = []
    for mark in data.marks:
        words = _data([{"x": mark.index, "t": mark.text if spelled else mark.letter}]).mark_text(
            align="right" if spelled and _late(mark, panel.count) else "center", baseline="bottom",
            fontSize=panel.size.font, fontWeight=600 if mark.urgent else 400, clip=False,
            color=_HEX["alarm" if mark.urgent and data.hot else "ink2"],
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
    panel = _Panel(
        _x(-0.5, count - 0.5, axis=_axis(size=size, values=ticks, labelExpr=names, labelPadding=6)),
        alt.Scale(domain=[0, top * 1.05], nice=False, padding=0),
        _axis(size=size, grid=True, tickCount=2, labelExpr=tens), size, count,
    )  # fmt: skip
    bar, base = size.width / count * 0.54, _data(rows)
    layers = [
        *_rules(data, panel),
        base.mark_bar(size=bar, color=_HEX["copy"]).encode(x=panel.x, y=panel.y("posts")),
        base.mark_bar(size=bar, color=_HEX["vox"]).encode(x=panel.x, y=panel.y("voices")),
        *_volume_words(rows, top, panel),
    ]
    return alt.layer(*layers).properties(width=size.width, height=size.lower)


def _volume_words(rows: Sequence[dict[str, Any]], top: float, panel: _Panel) -> list[Any]:
    """Today's posts and voices beside their bars, kept apart where the two are close."""
    if not rows or rows[-1]["x"] != panel.count - 1:
        return []
    last, gap = rows[-1], top * 17 / panel.size.lower
    upper = max(last["posts"], last["voices"] + gap)
    return [
        *_right(panel, upper, [f"{last['posts']:,} 帖"]),
        *_right(panel, last["voices"], [f"{last['voices']:,} 声音"], "ink", bold=False),
    ]
