"""The alert check: what the latest hours say, and what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from koubei.core.clock import Window
from koubei.core.config.schema import Settings
from koubei.core.domain import IncidentKey
from koubei.core.ports import MentionStore
from koubei.core.records import Record
from koubei.core.state import State
from reports.alerts.detector import Detector, firings
from reports.alerts.evidence import surge_evidence
from reports.alerts.grouping import Group, group
from reports.alerts.levels import coverage_level
from reports.alerts.lifecycle import Change, Evidence, Lifecycle, Signal, last_fired
from reports.alerts.scope import HOUR, floor_hour, negatives
from reports.alerts.series import load
from reports.alerts.usual import history_of
from reports.measure.coverage import SourceCoverage, coverage, share_collected

LOOKBACK_HOURS = 6
"""Windows that ended this many hours ago are looked at again: missed checks and late posts."""

_GATE = timedelta(hours=6)
_STEADY = timedelta(hours=2)
"""Sources must be in order for so long before their incident is over: one that flaps is one incident."""

EVIDENCE_FIELDS = (
    "post_id", "root_id", "author_key", "author_name", "url", "platform", "published_at",
    "first_collected_at", "primary_factor", "province", "severity", "likes", "comments", "reposts",
    "views", "title", "text",
)  # fmt: skip


def check(store: MentionStore, state: State, settings: Settings, as_of: datetime) -> list[Change]:
    """Evaluate the complete hours up to `as_of` and move the incidents; may be repeated at any time.

    The state is written before this returns. A change with `notify` is returned again by every later
    check until `settle` says that its message has been handed over.

    Raises:
        StoreUnavailableError: the store cannot be read; nothing was changed.
    """
    gates, end = settings.alerts, floor_hour(as_of)
    life = Lifecycle(state.incidents, gates)
    rows = coverage(store, state, settings, Window(as_of - _GATE, as_of), as_of)
    share = share_collected(rows)
    changes = _coverage_changes(life, state, settings, rows, share, as_of)
    blind = share < gates.min_coverage
    reader = Reader(store)
    history = history_of(end, (LOOKBACK_HOURS - 1) * HOUR)
    detector = Detector(load(store, settings.own_brand.id, history), gates)
    found = firings(detector, [] if blind else hours_judged(end), reader, gates)
    groups = group(found, {i.key for i in state.incidents.active()})

    def explain(one: Group, since: datetime) -> Evidence:
        evidence = surge_evidence(one, since, detector, reader, gates.storm_share)
        return evidence | {"coverage": coverage_note(rows, share)}

    changes += life.surges(groups, explain, as_of, blind)
    return changes + life.unsettled(as_of, changes)


def hours_judged(end: datetime) -> list[datetime]:
    """The ends of the hours a check at `end` looks at."""
    return [end - back * HOUR for back in range(LOOKBACK_HOURS)]


class Reader:
    """Reads the negative mentions of a series in a window, each window once."""

    def __init__(self, store: MentionStore) -> None:
        self._store = store
        self._read: dict[tuple[IncidentKey, Window], Sequence[Record]] = {}

    def __call__(self, key: IncidentKey, window: Window) -> Sequence[Record]:
        """Narrow rows (EVIDENCE_FIELDS), oldest first."""
        if (key, window) not in self._read:
            self._read[key, window] = list(self._store.export(negatives(key, window), EVIDENCE_FIELDS))
        return self._read[key, window]


def coverage_note(rows: Sequence[SourceCoverage], share: float) -> Evidence:
    """The state of collection as evidence: share of what was expected, sources in order / all / down."""
    down = [
        {
            "source": row.source,
            "platform": row.platform,
            "since": row.since.isoformat() if row.since else None,
            "reason": row.reason,
            "expected": row.expected,
            "collected": row.collected,
        }
        for row in rows
        if row.degraded
    ]
    return {"share": round(share, 3), "sources": len(rows), "down": down}


def _coverage_changes(
    life: Lifecycle,
    state: State,
    settings: Settings,
    rows: Sequence[SourceCoverage],
    share: float,
    as_of: datetime,
) -> list[Change]:
    """The incident of sources that are down: one for the brand, it lists them all.

    A source that was never crawled is the report's business: nothing has broken down yet.
    """
    key = IncidentKey(settings.own_brand.id, "coverage")
    home = next((i for i in state.incidents.active() if i.key == key), None)
    down = [row for row in rows if row.degraded and state.runs.latest(row.source) is not None]
    if not down:
        return life.resolve([home] if home and as_of - last_fired(home) >= _STEADY else [], as_of)
    since = min(row.since or as_of for row in down)
    least = settings.alerts.min_coverage
    evidence = coverage_note(rows, share) | {"started_at": since.isoformat(), "muted": share < least}
    change = life.apply(Signal(key, coverage_level(share, least), since, as_of, evidence), home, as_of)
    return [change]
