"""The demo's acts: the history in one back-fill, the last day in slices as if live, the morning report."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from crawlers.sandbox import SandboxServer, World
from koubei.app.context import AppContext
from koubei.app.demo.stage import Stage, set_up
from koubei.app.ingest import Ingested
from koubei.app.jobs import Reported, check_alerts, crawl_sources, daily_report, drain, import_posts
from koubei.core.clock import FixedClock, SystemClock, day_of, day_window
from koubei.core.config import load_settings
from koubei.core.domain import Incident, Run
from koubei.core.errors import DegradedError, InputError
from koubei.core.language import _, strerror
from koubei.core.query import Term
from reports.alerts import Change

SLICE_HOURS = (6, 10, 12, 14, 15, 16, 17, 18, 20, 22, 24)
"""Beijing hours at which the last day is looked at; closer together where the story happens."""
EXPORT_HOURS = (12, 18, 24)
ORIGIN_VARIABLE = "KOUBEI_SANDBOX_ORIGIN"
PLAYED = "demo.played_until"

Step = Callable[[str, int, int | None], None]
"""Called with a title, how much is done and of how much."""


@dataclass(slots=True)
class Shown:
    """What the demo did, for the last words.

    Attributes:
        sent: when a message went out, and the change it tells.
        incidents: every incident of the world's last day, whatever run found it.
        seconds: wall clock of this run.
    """

    stage: Stage
    runs: list[Run] = field(default_factory=list)
    ingested: Ingested = field(default_factory=Ingested)
    sent: list[tuple[str, Change]] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    report: Reported | None = None
    stored: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def play(folder: Path, step: Step) -> Shown:
    """Play the demo in `folder`; a second run continues or repeats it without counting anything twice.

    Raises:
        InputError: the folder or its port cannot be used.
        DegradedError: a crawl failed; what was collected is kept.
    """
    began = time.monotonic()
    stage = set_up(folder, SystemClock())
    clock = FixedClock(stage.anchor)
    shown = Shown(stage)
    step(_("生成样例世界"), 0, None)
    world = World.make(stage.anchor, stage.seed)
    os.environ[ORIGIN_VARIABLE] = stage.origin  # the one origin that may be crawled without a pause
    with _site(world, clock, stage), AppContext(load_settings(stage.config), clock) as app:
        warm = threading.Thread(target=lambda: app.scorer, daemon=True)
        warm.start()
        for moment in _moments(app, stage):
            clock.set(moment)
            _look(app, world, shown, warm, step)
            app.state.facts.put(PLAYED, moment.isoformat())
        step(_("统计与绘图"), 0, None)
        shown.report = daily_report(app)
        window = day_window(shown.report.day)
        shown.incidents = app.state.incidents.overlapping(window)
        _count_stored(app, shown)
    shown.seconds = time.monotonic() - began
    return shown


@contextmanager
def _site(world: World, clock: FixedClock, stage: Stage) -> Iterator[None]:
    try:
        with SandboxServer(world, clock, stage.port):
            yield
    except OSError as error:
        raise InputError(
            _("端口 {port} 被占用（{reason}）", port=stage.port, reason=strerror(error)),
            _("演示上次用的端口空着"),
            _("停掉占用它的程序，或用 --folder 换一处"),
        ) from error


def _yesterday(stage: Stage) -> datetime:
    return day_window(day_of(stage.anchor) - timedelta(days=1)).start


def _export_times(stage: Stage) -> set[datetime]:
    """When somebody exports: before the last day, three times during it, and the morning after."""
    start = _yesterday(stage)
    return {start, *(start + timedelta(hours=h) for h in EXPORT_HOURS), stage.anchor}


def _moments(app: AppContext, stage: Stage) -> list[datetime]:
    """The instants still to be played: the back-fill, the slices of the last day, the morning after."""
    start = _yesterday(stage)
    everything = [start, *(start + timedelta(hours=h) for h in SLICE_HOURS), stage.anchor]
    played = app.state.facts.get(PLAYED)
    return [m for m in everything if not played or m > datetime.fromisoformat(played)] or [stage.anchor]


def _look(app: AppContext, world: World, shown: Shown, warm: threading.Thread, step: Step) -> None:
    """One look at the world as of now: crawl, import, ingest, check for surges."""
    now = app.clock.now()
    title = f"{now.astimezone(shown.stage.anchor.tzinfo):%m-%d %H:%M}"
    _crawl(app, shown, step, title)
    if now in _export_times(shown.stage):
        _import(app, world, shown)
    warm.join()
    done = drain(app, lambda n, total: step(_("{title} 入库", title=title), n, total))
    shown.ingested.posts += done.posts
    shown.ingested.mentions.update(done.mentions)
    shown.ingested.dropped.update(done.dropped)
    shown.ingested.by_source.update(done.by_source)
    checked = check_alerts(app)
    app.outbox.printed.clear()
    for change in checked.changes:
        if change.notify:
            shown.sent.append((title, change))


def _crawl(app: AppContext, shown: Shown, step: Step, title: str) -> None:
    """Crawl every source on the simulated clock; what each collected so far is the progress."""
    counts: Counter[str] = Counter()

    def collected(source: str, posts: int) -> None:
        counts[source] = posts
        step(_("{title} 采集", title=title), counts.total(), None)

    step(_("{title} 采集", title=title), 0, None)
    runs = crawl_sources(app, app.settings.sources, collected)
    shown.runs += runs
    for run in runs:
        if run.status != "ok":
            raise DegradedError(
                _("{source} 没采完：{finish_reason}", source=run.source, finish_reason=run.finish_reason),
                fix=_("重新运行 koubei demo"),
            )


def _import(app: AppContext, world: World, shown: Shown) -> None:
    """The weibo export as of now, in the two shapes an analyst may hold; most posts stand in both."""
    exports = shown.stage.folder / "exports"
    exports.mkdir(exist_ok=True)
    now, excel, text = app.clock.now(), exports / "weibo.xlsx", exports / "weibo.csv"
    world.export_xlsx(excel, now)
    world.export_csv(text, now)
    shown.runs += [import_posts(app, path, "weibo") for path in (excel, text)]


def _count_stored(app: AppContext, shown: Shown) -> None:
    for source in [s.name for s in app.settings.sources] + ["weibo"]:
        shown.stored[source] = app.store.distinct(Term("source", source), "post_id")
