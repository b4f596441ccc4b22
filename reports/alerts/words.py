"""An incident in Chinese words: title, key line, facts and quotations, before any markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from koubei.core.config.schema import Settings
from koubei.core.domain import Incident
from koubei.core.urls import safe_url
from reports.alerts.levels import COLOURS
from reports.alerts.lifecycle import Change
from reports.figures.wording import clock_time, inert, moment, percent, roman

_EVENTS = {"opened": "新", "escalated": "升级", "ongoing": "持续", "resolved": "解除"}
_PARTS = {"factor": "要素", "province": "省份", "platform": "平台"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled line."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim words of a post with where they stand."""

    label: str
    text: str
    source: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Everything a message says, most important facts first.

    Attributes:
        lead: the one line that gives the numbers.
        caution: what limits them (coverage, 试运行), "" where nothing does.
        query: text that finds the same posts in the console, "" for a coverage incident.
        link: address of the incident in the console, None without one.
    """

    title: str
    lead: str
    caution: str
    facts: tuple[Fact, ...]
    quotes: tuple[Quote, ...]
    number: str
    link: str | None
    query: str


def notice(change: Change, settings: Settings) -> Notice:
    """The words for a change of an incident."""
    incident = change.incident
    console = safe_url(settings.reports.console_url)
    link = f"{console.rstrip('/')}/c/{incident.number}" if console else None
    grade = f"{COLOURS[incident.level]}|{roman(incident.level)}级·{_tag(change)}"
    title = f"【{grade}】{_subject(incident, settings)}"
    query = inert(str(incident.evidence.get("query", "")), 600)
    build = _coverage if incident.key.kind == "coverage" else _surge
    lead, caution, facts, quotes = build(incident, resolved=change.event == "resolved")
    return Notice(title, lead, caution, tuple(facts), tuple(quotes), incident.number, link, query)


_Parts = tuple[str, str, Sequence[Fact], Sequence[Quote]]


def _tag(change: Change) -> str:
    again = change.event == "opened" and change.incident.evidence.get("reopened", 0)
    return "重开" if again else _EVENTS[change.event]


def _subject(incident: Incident, settings: Settings) -> str:
    brand = next((b.name for b in settings.brands if b.id == incident.key.brand_id), incident.key.brand_id)
    if incident.key.kind == "coverage":
        return inert(f"{brand} 采集缺数", 60)
    e = incident.evidence
    where = [name for name in (e.get("province"), e.get("factor")) if name]
    what = "声量与负面同升" if e.get("boom") else "负面激增"
    return inert(" ".join([brand, *where, what]), 60)


def _surge(incident: Incident, resolved: bool) -> _Parts:
    e = incident.evidence
    facts = [_voices(e), *_concentration(e), _timing(incident, e)]
    if resolved:
        return _closing(incident), _caution(e), facts[:-1], ()
    facts += _volume(e) + _amplifiers(e)
    first = _quote("首条", e["first_post"])
    quotes = [_quote("原文", post) for post in e["snippets"] if post["post_id"] != e["first_post"]["post_id"]]
    return _numbers(e), _caution(e), facts, [first, *quotes]


def _numbers(e: Mapping[str, Any]) -> str:
    window = e["window"]
    span = f"{moment(_time(window['start']))}–{clock_time(_time(window['end']))}"
    line = f"{span} 负面 {e['negatives']}，同期基线 {e['baseline']:.1f}（{e['ratio']:.1f} 倍）"
    return f"{line}，连续 {e['hours']} 小时" if e["hours"] > 1 else line


def _closing(incident: Incident) -> str:
    end = incident.resolved_at or incident.updated_at
    e, peak = incident.evidence, incident.evidence["peak"]
    return (
        f"{moment(incident.started_at)} 起，至 {moment(_time(e['last_fired']))} 回到基线附近；"
        f"累计负面 {e['negatives_since_start']}，"
        f"最高时段 {peak['negatives']}（基线 {peak['baseline']:.1f}）；"
        f"{moment(end)} 解除"
    )


def _voices(e: Mapping[str, Any]) -> Fact:
    share = percent(e["copy_share"], 0)
    text = f"独立声音 {e['negatives']}，转发与重复 {e['copies']}（{share}%），作者 {e['authors']}"
    return Fact("放大" if e["amplified"] else "声音", text)


def _concentration(e: Mapping[str, Any]) -> list[Fact]:
    facts = []
    for part, label in _PARTS.items():
        rows = e["concentration"][part]
        if rows:
            shown = "、".join(
                f"{r['name']} {r['n']}（{percent(r['share'], 0)}%"
                + (f"，平常 {r['usual']:.1f}）" if r["usual"] is not None else "）")
                for r in rows
            )
            facts.append(Fact(f"累计集中在·{label}", inert(shown, 200)))
    return facts


def _timing(incident: Incident, e: Mapping[str, Any]) -> Fact:
    text = f"{moment(incident.started_at)} 起，累计负面 {e['negatives_since_start']}，走势{e['trend']}"
    return Fact("始于", f"{text}，超过该序列以往最高" if e["record"] else text)


def _volume(e: Mapping[str, Any]) -> list[Fact]:
    text = f"同时段全部声音 {e['everyone']}，平常 {e['usual_everyone']:.1f}"
    return [Fact("声量", f"{text}；负面占比未见抬升" if e["boom"] else text)]


def _amplifiers(e: Mapping[str, Any]) -> list[Fact]:
    rows = [f"{r['author'] or '匿名'}（{r['platform']}）{r['interactions']:,}" for r in e["amplifiers"]]
    return [Fact("互动最高", inert("、".join(rows), 160))] if rows else []


def _caution(e: Mapping[str, Any]) -> str:
    parts = []
    cover = e.get("coverage")
    if cover and cover["down"]:
        parts.append(_sources(cover))
    if e.get("trial"):
        parts.append("试运行：历史不足两周，基线尚不稳定")
    if not e.get("calendar_known", True):
        parts.append("本年放假安排尚未公布，节假日与调休按历法估计")
    return "；".join(parts)


def _sources(cover: Mapping[str, Any]) -> str:
    names = "、".join(str(row["source"]) for row in cover["down"])
    return f"采集 {cover['sources'] - len(cover['down'])}/{cover['sources']} 源正常；缺数：{inert(names, 80)}"


def _coverage(incident: Incident, resolved: bool) -> _Parts:
    e = incident.evidence
    if resolved:
        return f"采集恢复；{moment(incident.started_at)} 起缺数", "", (), ()
    muted = "突增告警已停，缺数不等于零" if e["muted"] else ""
    facts = [
        Fact(inert(row["source"], 40), _source_line(row)) for row in e["down"]
    ]  # a reason may quote a page: it is made harmless here
    return _sources(e) + f"；应采部分到位 {percent(e['share'], 0)}%", muted, facts, ()


def _source_line(row: Mapping[str, Any]) -> str:
    since = f"{moment(_time(row['since']))} 起，" if row["since"] else ""
    expected = "应有数未知" if row["expected"] is None else f"应有约 {row['expected']}"
    return inert(f"{since}采到 {row['collected']}，{expected}；{row['reason']}", 160)


def _quote(label: str, post: Mapping[str, Any]) -> Quote:
    source = f"{moment(_time(post['published_at']))} {inert(post['platform'], 20)}"
    return Quote(label, inert(post["text"], 80), source, safe_url(post["url"]))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
