"""The jobs: where collecting, indexing, reporting and alerting meet.

Command line, scheduler and demo call these and assemble nothing themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from crawlers.importers import import_file
from crawlers.importers.moments import AsOf
from koubei.app.consistency import check_store
from koubei.app.context import AppContext
from koubei.app.ingest import Ingested, Progress, ingest
from koubei.core.clock import Window, day_of
from koubei.core.config import Source
from koubei.core.domain import Run
from koubei.core.errors import InputError
from koubei.core.language import _
from koubei.core.query import Range
from koubei.core.state import Delivery
from reports import archive
from reports.alerts import Change, Replay, backtest, check, notify
from reports.delivery import Attachment, Message
from reports.figures.wording import without_markdown
from reports.measure import daily
from reports.measure.verify import Mismatch
from reports.page import render

CrawlProgress = Callable[[str, int], None]
"""Called with (source name, posts collected so far)."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A daily report that was written, and where it went.

    Attributes:
        collected_later: posts of the day collected after `frozen_at`, which it therefore leaves out.
    """

    day: date
    frozen_at: datetime
    collected_later: int
    page: Path
    figures: Path
    deliveries: Sequence[Delivery]


@dataclass(frozen=True, slots=True)
class Purged:
    """What the nightly retention removed."""

    unmatched: int
    mentions: int


def crawl_sources(
    app: AppContext, sources: Sequence[Source], progress: CrawlProgress | None = None
) -> list[Run]:
    """Crawl in this process, into the spool; runs whose process died are marked first."""
    from crawlers.run import crawl  # Scrapy must not be imported by scheduler and console

    app.state.runs.abandoned()
    return crawl(app.settings, app.folder, sources, app.clock, progress)


def import_posts(
    app: AppContext,
    path: Path,
    source: str,
    mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    platform: str | None = None,
    as_of: AsOf | None = None,
) -> Run:
    """Read an exported file into the spool. `platform` is for rows that do not name theirs, `as_of` is when
    the file was exported: what its relative times count from."""
    configured = app.settings.source(source)
    return import_file(
        path,
        source=source,
        mapping=mapping,
        settings_platform=platform or (configured.platform_id if configured else None),
        factory=app.factory,
        spool=app.spool,
        quarantine=app.quarantine,
        state=app.state,
        clock=app.clock,
        progress=progress,
        as_of=as_of,
    )


def drain(app: AppContext, progress: Progress | None = None) -> Ingested:
    """Move what waits in the spool into the store."""
    return ingest(app, progress)


def daily_report(
    app: AppContext, day: date | None = None, deliver: bool = True, again: bool = False
) -> Reported:
    """Compute, save and deliver the report of `day` (default: yesterday).

    A channel that has had the day's report is left alone when it is made once more, unless `again`.

    Raises:
        InputError: the day is not over yet.
        DegradedError: the page cannot be written.
    """
    chosen = _finished_day(app, day)
    check_store(app)
    figures = daily.compute(app.store, app.state, app.settings, app.clock, chosen)
    saved = archive.save(figures, app.folder, app.state)
    deliveries = app.outbox.send(report_message(saved, again)) if deliver else []
    return Reported(chosen, figures.frozen_at, figures.collected_later, saved.page, saved.figures, deliveries)


def redraw_report(app: AppContext, day: date | None = None) -> Path:
    """Draw a saved report again from its figures; the page's path.

    Raises:
        InputError: there is no report of that day.
    """
    return archive.redraw(app.folder, app.settings.own_brand.id, _finished_day(app, day)).page


def verify_report(app: AppContext, day: date | None = None) -> tuple[int, list[Mismatch]]:
    """Ask the store every figure of a saved report again: how many there are, and which differ.

    Raises:
        InputError: there is no report of that day.
    """
    figures = archive.load(app.folder, app.settings.own_brand.id, _finished_day(app, day))
    return len(figures.figures), daily.verify(figures, app.store)


def _finished_day(app: AppContext, day: date | None) -> date:
    today = day_of(app.clock.now())
    chosen = day or today - timedelta(days=1)
    if chosen >= today:
        raise InputError(
            _("{chosen} 还没有结束", chosen=chosen),
            _("{today} 以前的日期", today=today),
            _("日报统计完整的一天（00:00-24:00）"),
        )
    return chosen


def report_message(saved: archive.Saved, again: bool = False) -> Message:
    """The report as it is delivered: a card for robots, a mail body, the page attached.

    It is the same message however often the day's report is made; `again` makes it a new one.
    """
    figures = saved.content
    page = Attachment(saved.page.name, "text/html", saved.page.read_bytes())
    card = render.card(figures)
    return Message(
        kind="report",
        ref=f"daily/{figures.brand.id}/{figures.day}",
        title=render.subject(figures),
        markdown=card,
        text=without_markdown(card),
        html=render.mail(figures),
        attachments=(page,),
        identity=figures.run_id if again else str(figures.day),
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """What an alert check changed, and what it sent."""

    changes: Sequence[Change]
    deliveries: Sequence[Delivery]


def check_alerts(app: AppContext, as_of: datetime | None = None) -> Checked:
    """Look for surges up to `as_of` (default: now); deliver what people must know.

    Raises:
        StoreUnavailableError: the store cannot be read; nothing was changed.
    """
    again = app.outbox.retry_unfinished()
    changes = check(app.store, app.state, app.settings, as_of or app.clock.now())
    return Checked(changes, again + notify(changes, app.state, app.settings, app.outbox))


def backtest_alerts(app: AppContext, window: Window, progress: Progress | None = None) -> Replay:
    """What the detector would have said, hour by hour; nothing is delivered or kept."""
    return backtest(app.store, app.settings, window, progress)


def retention(app: AppContext) -> Purged:
    """Forget unmatched posts and, where configured, mentions that are too old."""
    storage, now = app.settings.storage, app.clock.now()
    unmatched = app.state.unmatched.purge(now - timedelta(days=storage.keep_unmatched_days))
    mentions = 0
    if storage.keep_mentions_days:
        limit = now - timedelta(days=storage.keep_mentions_days)
        mentions = app.store.delete(Range("filed_at", None, limit, high_open=True))
    return Purged(unmatched, mentions)
