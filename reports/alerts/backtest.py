"""What the detector would have said: a window replayed hour by hour, in memory, nothing delivered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from koubei.core.clock import Window
from koubei.core.config.schema import Settings
from koubei.core.domain import Incident, IncidentKey
from koubei.core.ports import MentionStore
from reports.alerts.check import LOOKBACK_HOURS, Reader, hours_judged
from reports.alerts.detector import Detector, firings
from reports.alerts.evidence import surge_evidence
from reports.alerts.grouping import Group, group
from reports.alerts.lifecycle import Change, Evidence, Lifecycle, settle
from reports.alerts.scope import HOUR, floor_hour
from reports.alerts.series import load
from reports.alerts.usual import history_of

Progress = Callable[[int, int], None]
"""Called with (hours done, hours in all)."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a back-test found.

    Attributes:
        incidents: in the order of their numbers, as they stood at the end.
        changes: every opening, escalation and all-clear, in time order.
        hours: hours evaluated; `trial_hours`: of these, with under two weeks of history.
    """

    incidents: Sequence[Incident]
    changes: Sequence[Change]
    hours: int
    trial_hours: int

    @property
    def per_week(self) -> float:
        """Incidents a week of replayed time."""
        return len(self.incidents) / (self.hours / (7 * 24)) if self.hours else 0.0


@dataclass(slots=True)
class MemoryLedger:
    """An incident ledger that forgets when the replay ends."""

    kept: dict[str, Incident] = field(default_factory=dict)

    def put(self, incident: Incident) -> None:
        """Keep the incident under its number."""
        self.kept[incident.number] = incident

    def active(self) -> Sequence[Incident]:
        """Those not resolved."""
        return [i for i in self.kept.values() if i.status != "resolved"]

    def overlapping(self, window: Window) -> Sequence[Incident]:
        """Those whose time from start to all-clear touches the window."""
        return [
            i
            for i in self.kept.values()
            if i.started_at < window.end and (i.resolved_at is None or i.resolved_at >= window.start)
        ]

    def latest(self, key: IncidentKey) -> Incident | None:
        """The last opened incident of that key."""
        return next((i for i in reversed(self.kept.values()) if i.key == key), None)

    def next_number(self, day: date) -> str:
        """R-MMDD-nn, counted within the replay."""
        prefix = f"R-{day:%m%d}-"
        return f"{prefix}{sum(n.startswith(prefix) for n in self.kept) + 1:02d}"


def backtest(
    store: MentionStore, settings: Settings, window: Window, progress: Progress | None = None
) -> Replay:
    """Replay `window` with the time of publication as the time of arrival: a check at the end of each hour.

    Six histograms are read once; posts only of windows that stand out. The coverage and back-fill gates
    do not apply: what was collected late is taken as if it had come in time. Each hour sees only the
    history before it, and looks as far back as a check does.
    """
    gates = settings.alerts
    first, last = floor_hour(window.start), floor_hour(window.end)
    history = Window(history_of(first + HOUR, (LOOKBACK_HOURS - 1) * HOUR).start, last)
    detector = Detector(load(store, settings.own_brand.id, history), gates)
    reader, ledger = Reader(store), MemoryLedger()
    life = Lifecycle(ledger, gates)

    def explain(one: Group, since: datetime) -> Evidence:
        return surge_evidence(one, since, detector, reader, gates.storm_share)

    hours, changes, trial = (last - first) // HOUR, [], 0
    for hour in range(1, hours + 1):
        end = first + hour * HOUR
        found = firings(detector, hours_judged(end), reader, gates, live=False)
        active = {i.key for i in ledger.active()}
        told = [c for c in life.surges(group(found, active), explain, end, blind=False) if c.notify]
        for change in told:
            settle(ledger, change)
        changes += told
        trial += detector.trial_at(end)
        if progress is not None:
            progress(hour, hours)
    return Replay(list(ledger.kept.values()), changes, hours, trial)
