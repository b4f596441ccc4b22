"""The daily report's figures, computed from the store and the state. Nothing is written here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from koubei.core.clock import BEIJING, Clock, Window, day_of, day_window, days_window
from koubei.core.config.schema import Brand, Settings
from koubei.core.domain import Incident
from koubei.core.errors import ConfigError
from koubei.core.folders import DataFolder
from koubei.core.language import _
from koubei.core.ports import MentionStore
from koubei.core.query import Term
from koubei.core.state import State
from reports.figures.breakdown import Segment
from reports.figures.collection import Version
from reports.figures.daily import BrandLine, Corrections, DailyFigures, DayRow, Event, manifest_kind
from reports.figures.evidence import Risk
from reports.figures.topics import Topic
from reports.figures.wording import roman
from reports.measure import breakdown, topics
from reports.measure.corrections import corrections, earlier_report
from reports.measure.evidence import Evidence, risks
from reports.measure.frame import HISTORY_DAYS, Frame
from reports.measure.gold_sample import gold
from reports.measure.health import health
from reports.measure.kpis import day_rows, enter_day_rows, enter_engagement, kpis
from reports.measure.ledger import Ledger
from reports.measure.queries import COUNT, VOICES, Scope, collected_later, thread_only, timeless
from reports.measure.rows import days_before, post_counts, read, voices
from reports.measure.verify import verify

__all__ = ["compute", "verify"]

Refs = dict[str, tuple[str, ...]]
EVER = datetime.fromtimestamp(0, UTC)
EVENT_KINDS = {"keywords": "关键词", "model": "模型"}
VERSION_FIELDS = {"keywords": "keyword_version", "model": "model_version"}


@dataclass(frozen=True, slots=True)
class Part:
    """Some fields of DailyFigures, and the ids of the figures behind each part of the page."""

    body: dict[str, Any]
    refs: Refs


def compute(store: MentionStore, state: State, settings: Settings, clock: Clock, day: date) -> DailyFigures:
    """The figures of the own brand's daily report of `day` (Beijing), frozen now.

    One narrow export of 29 days and all configured brands, the posts it quotes, and the state.
    """
    frozen_at = clock.now()
    frame = _frame(store, state, settings, day, frozen_at)
    evidence = Evidence(store)
    full, comparable = day_rows(frame), day_rows(frame, comparable=True)
    head = _headline(frame, store, full[-1])
    trend = _trend(frame, full, comparable)
    listed = risks(_incidents(state, day), frame.brand, day_window(day), evidence)
    parts = [head, trend, _segments(frame), _hot(frame, evidence)]
    body: dict[str, Any] = {
        "brand": _line(settings.own_brand, ()), "day": day, "frozen_at": frozen_at, "run_id": "",
        "number": _number(state, frame), "console_url": settings.reports.console_url,
        "kibana_url": settings.reports.kibana_url,
        "state": _state(full), "health": frame.health, "versions": _versions(frame, store, state),
        "days": full, "kpis": kpis(frame, full[-1], comparable), "risks": listed,
        "corrections": _corrections(state, frame), "events": _events(frame, state, listed),
        "samples": evidence.samples, "figures": tuple(frame.ledger.figures),
        "gold": gold(store, state, frame),
        "refs": {name: ids for part in parts for name, ids in part.refs.items()},
    }  # fmt: skip
    for part in parts:
        body |= part.body
    return _named(DailyFigures(**body))


def _named(figures: DailyFigures) -> DailyFigures:
    """With the run id: when it was frozen, and a digest of what it says."""
    digest = hashlib.sha256(figures.to_json().encode()).hexdigest()[:4]
    stamp = f"{figures.frozen_at.astimezone(BEIJING):%Y%m%d-%H%M}"
    return figures.model_copy(update={"run_id": f"r-{stamp}-{digest}"})


def _frame(store: MentionStore, state: State, settings: Settings, day: date, frozen_at: datetime) -> Frame:
    window = days_window(days_before(day, HISTORY_DAYS)[0], day)
    table = read(store, Scope(tuple(b.id for b in settings.brands), window, frozen_at))
    return Frame(settings, day, frozen_at, table, health(store, state, settings, day, frozen_at), Ledger())


def _headline(frame: Frame, store: MentionStore, today: DayRow) -> Part:
    """The day's single numbers."""
    enter, scope, counts = frame.ledger.number, frame.current, today.counts
    labels = tuple(
        enter(f"今日客户{name}声音", scope.labelled(label), VOICES, getattr(counts, label))
        for label, name in breakdown.NAMES.items()
    )
    posts = enter("声量：今日帖", scope.counted(), COUNT, today.posts)
    roots = enter("独立声音：今日", scope.counted(), VOICES, today.voices)
    thread_query, timeless_query = thread_only(scope), timeless(frame.brand, scope.window, frame.frozen_at)
    threads, undated = store.count(thread_query), store.count(timeless_query)
    later = store.count(collected_later(frame.brand, scope.window, frame.frozen_at))
    beside = (
        enter("仅因所在主题命中的回帖（不计入声量）", thread_query, COUNT, threads),
        enter("发布时间未知（当日归档，不计入任何一天）", timeless_query, COUNT, undated),
    )
    every = post_counts(frame.rows([frame.day]))
    ids = tuple(
        enter(f"全部帖中{name}", scope.counted(Term("label", label)), COUNT, getattr(every, label))
        for label, name in breakdown.NAMES.items()
    )
    refs = {"head": labels, "posts": (posts,), "voices": (roots,), "beside": beside, "all_posts": ids}
    body = {"counts": counts, "thread_posts": threads, "timeless": undated, "all_posts": every,
        "collected_later": later,
    }  # fmt: skip
    return Part(body, refs)


def _trend(frame: Frame, full: tuple[DayRow, ...], comparable: tuple[DayRow, ...]) -> Part:
    """29 days: everything, and once more without the sources that are left out of comparisons."""
    refs: Refs = {"trend": _flat(enter_day_rows(frame, full, comparable=False))}
    refs["interactions"] = enter_engagement(frame, comparable=False)
    if frame.excluded:
        refs["compared"] = _flat(enter_day_rows(frame, comparable, comparable=True))
        refs["compared"] += enter_engagement(frame, comparable=True)
    found, refs["hours"] = breakdown.hours(frame)
    return Part({"hours": found}, refs)


def _flat(refs: Refs) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i for ids in refs.values() for i in ids))


def _segments(frame: Frame) -> Part:
    """要素, 平台, 省份, 品牌, roles, stages and the cells that carry the change."""
    rows = frame.rows(frame.days)
    body: dict[str, Any] = {}
    refs: Refs = {}
    for name, dimension in (("platforms", breakdown.PLATFORM), ("factors", breakdown.FACTOR)):
        body[name] = breakdown.split(frame, dimension, rows)
        refs[name] = breakdown.enter_split(frame, dimension, frame.whole, rows)
    body["roles"], refs["roles"] = breakdown.roles(frame)
    body["stages"], refs["stages"] = breakdown.stages(frame)
    body["drivers"], refs["drivers"] = breakdown.drivers(frame)
    body["provinces"] = breakdown.placed(frame, rows)
    refs["provinces"] = breakdown.enter_split(frame, breakdown.PROVINCE, frame.whole, rows)
    refs["provinces"] += breakdown.enter_unplaced(frame, [r for r in rows if not r.province])
    body["rivals"], refs["rivals"] = _rivals(frame)
    return Part(body, refs)


def _rivals(frame: Frame) -> tuple[tuple[Segment, ...], tuple[str, ...]]:
    """Every configured brand in the config's order, with the figures of their voices by day."""
    rows = [row for brand in frame.brands for row in frame.table.over(brand, frame.days)]
    scope = Scope(frame.brands, frame.whole.window, frame.frozen_at)
    found = {segment.name: segment for segment in breakdown.split(frame, breakdown.BRAND, rows)}
    ids = breakdown.enter_split(frame, breakdown.BRAND, scope, rows)
    for without in dict.fromkeys(((), frame.excluded)):
        daily = {
            f"{day}|{brand}": voices(frame.table.of(brand, day, without))
            for day in frame.days
            for brand in frame.brands
        }
        title = "各品牌逐日独立声音" + (f"（不含{'、'.join(without)}）" if without else "")
        query = scope.leaving_out(without).counted()
        ids += (frame.ledger.row(title, query, VOICES, ("day", "brand"), daily),)
    return tuple(found.get(brand, Segment(name=brand)) for brand in frame.brands), ids


def _hot(frame: Frame, evidence: Evidence) -> Part:
    """Topics and words of the own brand, and the rivals' first topic."""
    odds = topics.word_odds(frame, frame.brand)
    shown: list[Topic] = []
    for topic, rows in topics.topics(frame, odds):
        quoted = (evidence.quote(row.mention_id) for row in rows)
        shown.append(topic.model_copy(update={"samples": tuple(q for q in quoted if q)}))
    words, ref = topics.words(frame, odds)
    lines = tuple(_line(b, topics.leading_words(frame, b.id)) for b in frame.settings.brands)
    refs = {"topics": tuple(t.ref for t in shown), "words": (ref,) if ref else ()}
    return Part({"topics": tuple(shown), "words": words, "brands": lines}, refs)


def _line(brand: Brand, topic: tuple[str, ...]) -> BrandLine:
    words = len(brand.include) + len(brand.context) + len(brand.subjects)
    return BrandLine(id=brand.id, name=brand.name, keywords=words, topic=topic)


def _state(days: tuple[DayRow, ...]) -> str:
    """empty: nothing in 29 days; silent: nothing today; first: no earlier day; normal."""
    earlier = any(d.seen for d in days[:-1])
    if not days[-1].posts:
        return "silent" if earlier or days[-1].seen else "empty"
    return "normal" if earlier else "first"


def _number(state: State, frame: Frame) -> int:
    """The issue number: the one this day already has, else the next."""
    kind = manifest_kind(frame.brand)
    known = state.manifests.get(kind, frame.day)
    if known is not None:
        return known.number
    latest = state.manifests.latest(kind)
    return latest.number + 1 if latest is not None else 1


def _incidents(state: State, day: date) -> list[Incident]:
    """Incidents of the day, and older ones still open."""
    return [*state.incidents.overlapping(day_window(day)), *state.incidents.active()]


def _versions(frame: Frame, store: MentionStore, state: State) -> tuple[Version, ...]:
    """The keyword sets and models that today's mentions carry, and since when they are in use."""
    ever = Window(EVER, frame.frozen_at)
    since: dict[tuple[str, str], datetime] = {
        (kind, version): at for kind, version, at in state.versions.between(ever)
    }
    query = frame.current.counted()
    return tuple(
        Version(kind=kind, version=row.value, since=since.get((kind, row.value)))
        for kind, field in VERSION_FIELDS.items()
        for row in store.facet(query, field)
    )


def _corrections(state: State, frame: Frame) -> Corrections | None:
    manifest = state.manifests.get(manifest_kind(frame.brand), frame.previous)
    if manifest is None:
        return None
    saved = DataFolder(frame.settings.storage.data).reports / manifest.figures_path
    earlier = earlier_report(saved)
    return corrections(frame, earlier) if earlier is not None else None


def _events(frame: Frame, state: State, listed: tuple[Risk, ...]) -> tuple[Event, ...]:
    """What the trend marks: campaigns of the config, new keyword sets and models, the day's alerts."""
    found = [_campaign(event) for event in frame.settings.reports.events]
    found += [
        Event(day=day_of(at), text=f"{EVENT_KINDS.get(kind, kind)} {version}")
        for kind, version, at in _switches(state, frame)
    ]
    found += [
        Event(day=day_of(r.started_at), text=f"{r.province}{r.factor}{roman(r.level)} 级预警", urgent=True)
        for r in listed
        if r.kind == "surge" and r.verdict != "false"
    ]
    inside = [e for e in found if frame.history[0] <= e.day <= frame.day]
    return tuple(sorted(inside, key=lambda e: (e.day, e.urgent, e.text)))


def _switches(state: State, frame: Frame) -> Iterator[tuple[str, str, datetime]]:
    """Changes of keyword set and model; the first ever of a kind changes nothing."""
    known: set[str] = set()
    for kind, version, at in state.versions.between(Window(EVER, frame.frozen_at)):
        if kind in known:
            yield kind, version, at
        known.add(kind)


def _campaign(event: dict[str, str]) -> Event:
    try:
        return Event(day=date.fromisoformat(event["date"]), text=event["name"])
    except (KeyError, ValueError) as error:
        raise ConfigError(
            _("reports.events 中的 {event}", event=event),
            '{ date = "2026-11-16", name = "活动名" }',
            _("改正该项的日期或名称"),
        ) from error
