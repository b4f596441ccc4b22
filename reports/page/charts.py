"""The charts that Altair draws, as inline SVG: colours are CSS variables, the same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert

TOKENS = {
    "#1c1e21": "ink", "#4b5057": "ink2", "#676d74": "ink3", "#d8d5cd": "rule", "#ebe8e1": "rule2",
    "#1d4f86": "accent", "#b3321b": "alarm", "#41464c": "neg", "#d5d2ca": "neu", "#6c94bf": "pos",
    "#737a82": "vox", "#c2c6cb": "copy", "#e8e5dd": "band", "#fbfaf7": "paper",
}  # fmt: skip
"""Light hex of each colour token; in the page it becomes var(--token)."""

HEX = {name: code for code, name in TOKENS.items()}
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


HOURS_WIDE = Size(838, 120, 0, 12, True)
HOURS_NARROW = Size(300, 110, 0, 11.5, False)


def hours(values: Sequence[tuple[int, int, float | None, bool]], size: Size) -> str:
    """Negative voices by hour as bars, the usual number as a tick: (hour, voices, usual, hot)."""
    rows = [{"x": h + 0.5, "neg": n, "usual": u, "hot": hot} for h, n, u, hot in values]
    top = max([n for _, n, _, _ in values] + [u or 0 for _, _, u, _ in values] + [4])
    x = x_channel(
        0, 24, axis=quiet_axis(values=[0, 6, 12, 18, 24], labelExpr="datum.value + ' 时'", size=size)
    )
    y = alt.Y("neg:Q", scale=alt.Scale(domain=[0, top * 1.08], padding=0, nice=False),
              axis=quiet_axis(size=size, tickCount=3, grid=True, format="d"))  # fmt: skip
    bar = size.width / 24 * 0.62
    colour = alt.condition("datum.hot", alt.value(HEX["alarm"]), alt.value(HEX["neg"]))
    base = chart_of(rows)
    layers = [
        base.mark_bar(size=bar).encode(x=x, y=y, color=colour),
        base.mark_tick(thickness=2, size=bar + 5, color=HEX["ink3"], orient="horizontal").encode(
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


def chart_of(rows: Sequence[dict[str, Any]]) -> Any:
    """A chart over plain rows."""
    values: Any = alt.Data  # altair ships the class without types
    return alt.Chart(values(values=list(rows)))


def quiet_axis(size: Size, **more: Any) -> Any:
    """An axis without line, ticks or title."""
    return alt.Axis(
        **{
            "title": None, "grid": False, "gridColor": HEX["rule2"], "labelColor": HEX["ink3"],
            "labelFontSize": size.font, "labelPadding": 8, "labelOverlap": False, **more,
        }
    )  # fmt: skip


def x_channel(low: float, high: float, axis: Any = None) -> Any:
    """The x channel over [low, high], without an axis unless one is given."""
    return alt.X("x:Q", scale=alt.Scale(domain=[low, high], padding=0, nice=False), axis=axis)
