"""What is waiting, what ran, what is open, what went out: one look at a running installation."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from koubei.app.context import AppContext
from koubei.core.clock import Window
from koubei.core.domain import Incident, Run
from koubei.core.errors import KoubeiError, StoreError, StoreUnavailableError
from koubei.core.query import Everything
from koubei.core.state import Delivery

LATEST_DELIVERIES = 10
RECENT = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Status:
    """A snapshot: counts of posts (waiting, unmatched), mentions (None: see trouble), quarantined rows.

    Attributes:
        trouble: why the store cannot be asked; what waits is shown all the more.
    """

    waiting: int
    oldest: datetime | None
    mentions: int | None
    unmatched: int
    quarantined: int
    runs: list[Run]
    incidents: list[Incident]
    deliveries: list[Delivery]
    trouble: KoubeiError | None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(replace(self, trouble=None)) | {"trouble": self.trouble and str(self.trouble)}


def status_of(app: AppContext) -> Status:
    """The snapshot as of now; runs of processes that died are marked failed first."""
    app.state.runs.abandoned()
    latest = [app.state.runs.latest(name) for name in _sources(app)]
    mentions, trouble = _mentions(app)
    return Status(
        waiting=app.spool.waiting(),
        oldest=app.spool.oldest(),
        mentions=mentions,
        unmatched=app.state.unmatched.count(),
        quarantined=app.quarantine.count(),
        runs=[run for run in latest if run],
        incidents=app.state.incidents.active(),
        deliveries=app.state.deliveries.latest(LATEST_DELIVERIES),
        trouble=trouble,
    )


def _sources(app: AppContext) -> list[str]:
    """Configured sources, then those that were imported or crawled by hand within RECENT."""
    now = app.clock.now()
    ran = (run.source for run in app.state.runs.between(Window(now - RECENT, now + timedelta(seconds=1))))
    return list(dict.fromkeys([*(source.name for source in app.settings.sources), *ran]))


def _mentions(app: AppContext) -> tuple[int | None, KoubeiError | None]:
    try:
        return app.store.count(Everything()), None
    except (StoreError, StoreUnavailableError) as error:
        return None, error
