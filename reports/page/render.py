"""DailyFigures to what is read: the page, the mail, the chat card. Nothing here computes a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from koubei.core.urls import safe_url
from reports.figures import wording as w
from reports.figures.daily import DailyFigures
from reports.page.accuracy import beside_share
from reports.page.blocks import Body
from reports.page.findings import Lead, lead
from reports.page.lead import banner
from reports.page.sections import load
from reports.page.sections.s02_kpis import COUNTED, NAMES

CARD_BYTES = 4096
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_CSS_UNSAFE = re.compile(r"[^\w\s·（）()&.\-]")
_CLIP = re.compile(r"(?<=[#\"])clip-(\d+)(?=[)\"])")


@dataclass(frozen=True, slots=True)
class Built:
    """A section with what it built for the day."""

    id: str
    number: str
    name: str
    short: str
    sub: bool
    body: Body


def page(figures: DailyFigures) -> str:
    """The whole report as one self-contained HTML page; the same figures give the same bytes."""
    sections = []
    for section in load():
        body = section.build(figures)
        if body is not None:
            sections.append(Built(section.id, section.number, section.name, section.short, section.sub, body))
    return _environment().get_template("page.html").render(
        figures=figures, sections=sections, lead=lead(figures), health=banner(figures),
        weekday=w.weekday(figures.day), frozen=w.moment(figures.frozen_at),
    )  # fmt: skip


def subject(figures: DailyFigures) -> str:
    """The mail's subject: one line, no control or direction characters."""
    text = f"[口碑日报] {figures.brand.name} {w.day_text(figures.day)}：{_flat(lead(figures).headline)}"
    return w.inert(text, 120)


def mail(figures: DailyFigures) -> str:
    """The mail's HTML body: tables only, styles inlined, hex colours; the page goes as an attachment."""
    html = _environment().get_template("mail.html").render(
        figures=figures, lead=lead(figures), health=banner(figures), keys=_keys(figures),
        weekday=w.weekday(figures.day),
        frozen=w.moment(figures.frozen_at), link=report_link(figures),
    )  # fmt: skip
    inliner = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)
    return inliner.inline(html)


def report_link(figures: DailyFigures) -> str | None:
    """The report in the console, None without one."""
    if not figures.console_url:
        return None
    return safe_url(f"{figures.console_url.rstrip('/')}/reports/{figures.brand.id}/{figures.day}")


def case_link(figures: DailyFigures, number: str) -> str | None:
    """An incident in the console, None without one."""
    if not figures.console_url or not number:
        return None
    return safe_url(f"{figures.console_url.rstrip('/')}/incidents/{number}")


@dataclass(frozen=True, slots=True)
class Key:
    """A key figure in one line: name, number, interval, change; `note`: what else must stand beside it."""

    name: str
    number: str
    interval: str
    change: str
    note: str = ""


def _keys(figures: DailyFigures) -> list[Key]:
    if figures.state in ("empty", "silent"):
        return []
    return [_key(figures, kpi.key) for kpi in figures.kpis]


def _key(figures: DailyFigures, name: str) -> Key:
    kpi = figures.kpi(name)
    if kpi.value is None:
        return Key(NAMES[name], w.NOTHING, "", "")
    if name in COUNTED:
        number, between = w.short_text(kpi.value), ""
    elif name == "net":
        number, between = f"{w.signed(kpi.value * 100)} 点", f"{_point(kpi.low)} 至 {_point(kpi.high)}"
    else:
        number, between = f"{w.percent(kpi.value)}%", w.interval(kpi.low or 0, kpi.high or 0)
    change = kpi.yesterday
    note = beside_share(figures.gold) if name == "share" else ""
    if change.value is None:
        return Key(NAMES[name], number, between, change.reason, note)
    unit = "%" if name in COUNTED else " 点"
    sign = {True: f" {w.SIGNIFICANT}", False: f" {w.NOT_SIGNIFICANT}", None: ""}[change.significant]
    return Key(NAMES[name], number, between, f"{w.signed(change.value * 100)}{unit}{sign}", note)


def _point(value: float | None) -> str:
    return w.signed((value or 0) * 100)


def card(figures: DailyFigures) -> str:
    """The chat robot's card: plain markdown under 4096 bytes.

    Too long, it loses the key figures line by line, then the third to-do; never the banner or interval.
    """
    said = lead(figures)
    keys, todos = _card_keys(figures), len(said.todos)
    text = _card(figures, said, keys, todos)
    while len(text.encode()) >= CARD_BYTES and (keys or todos > 1):
        keys, todos = (keys[:-1], todos) if keys else (keys, todos - 1)
        text = _card(figures, said, keys, todos)
    return text


def _card_keys(figures: DailyFigures) -> list[str]:
    keys = [k for k in _keys(figures) if k.number != w.NOTHING]
    return [
        " ".join(p for p in (k.name, k.number, k.interval and f"（{k.interval}）", k.change, k.note) if p)
        for k in keys
    ]


def _card(figures: DailyFigures, said: Lead, keys: list[str], todos: int) -> str:
    health = banner(figures)
    parts = [
        f"### 口碑日报 {w.markdown(figures.brand.name)} {w.day_text(figures.day)} {w.weekday(figures.day)}",
        f"**{w.markdown(_flat(said.headline))}**",
        _spoken(said.changed.text), _spoken(said.sure.text),
        "> " + w.markdown("，".join(p for p in (health.title, health.text) if p), 300),
        "**今天要做**", *(_todos(figures, said, todos) or ["今日无待办"]),
    ]  # fmt: skip
    if keys:
        parts += ["**要数**（括号内为 95% 区间，其后为较昨日）", *(f"- {k}" for k in keys)]
    link = report_link(figures)
    tail = f"数据冻结 {w.moment(figures.frozen_at)}，运行 {figures.run_id}"
    parts.append(f"[看全文]({link}) {tail}" if link else tail)
    return "\n".join(parts) + "\n"


def _todos(figures: DailyFigures, said: Lead, count: int) -> list[str]:
    found = []
    for place, todo in enumerate(said.todos[:count], start=1):
        link = case_link(figures, todo.number)
        case = f" [{todo.number}]({link})" if link else f" {todo.number}" if todo.number else ""
        found.append(f"{place}. {w.markdown(_flat(todo.text))}{case}")
    return found


def _spoken(text: str) -> str:
    """Our own sentence on a card: bold stays, break marks go, the rest is escaped."""
    return _BOLD.sub(
        lambda m: f"**{m.group(1)}**", w.markdown(text.replace("|", ""), 400).replace(r"\*\*", "**")
    )


def _flat(text: str) -> str:
    return text.replace("|", "").replace("**", "")


def rich(text: str) -> Markup:
    """Our own sentence as HTML: escaped, `|` a place to break, `**…**` bold."""
    bold = _BOLD.sub(r"<b>\1</b>", str(escape(text)))
    return Markup(bold.replace("|", "<wbr>"))  # noqa: S704 - escaped on the line above


def _drawn(inside: str, name: str) -> Markup:
    """A chart's drawing, its ids made unique on the page."""
    return Markup(_CLIP.sub(rf"{name}-\1", inside))  # noqa: S704 - drawn by reports.charts, text escaped there


def _place(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports.page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    filters: dict[str, Any] = {
        "rich": rich, "drawn": _drawn, "place": _place, "inert": w.inert,
        "css_words": lambda text: _CSS_UNSAFE.sub("", text), "case": case_link,
    }  # fmt: skip
    environment.filters.update(filters)
    return environment
