"""What becomes of a firing: opened, escalated, ongoing, resolved, under one number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal, Protocol

from koubei.core.clock import Window, day_of
from koubei.core.config.schema import Alerts
from koubei.core.domain import Incident, IncidentKey
from reports.alerts.grouping import Group
from reports.alerts.levels import level_of
from reports.alerts.scope import HOUR, is_child, surge_key

_UNSETTLED = 24 * HOUR
"""How long a lost message is still worth sending."""

Event = Literal["opened", "escalated", "ongoing", "resolved"]
Evidence = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What a check did to an incident; `notify`: people are to be told (again, if the last try was lost)."""

    incident: Incident
    event: Event
    notify: bool


@dataclass(frozen=True, slots=True)
class Signal:
    """An incident's sign of life: how grave it is now, since when, up to when, and on what grounds."""

    key: IncidentKey
    level: int
    started_at: datetime
    fired_until: datetime
    evidence: Evidence


Explain = Callable[[Group, datetime], Evidence]
"""Builds the evidence of a group, counted from the given start on."""


class IncidentLedger(Protocol):
    """What the life cycle asks of `State.incidents`; a back-test keeps one in memory."""

    def put(self, incident: Incident) -> None:
        """Write the incident under its number."""
        ...

    def active(self) -> Sequence[Incident]:
        """Those not resolved."""
        ...

    def overlapping(self, window: Window) -> Sequence[Incident]:
        """Those whose time from start to all-clear touches the window."""
        ...

    def latest(self, key: IncidentKey) -> Incident | None:
        """The newest incident of that key."""
        ...

    def next_number(self, day: date) -> str:
        """A fresh number for an incident opened on that day."""
        ...


class Lifecycle:
    """Moves the incidents; every change is written to the ledger before it is returned."""

    def __init__(self, ledger: IncidentLedger, gates: Alerts) -> None:
        self._ledger, self._gates = ledger, gates

    def surges(self, groups: Sequence[Group], explain: Explain, now: datetime, blind: bool) -> list[Change]:
        """One step for negative surges.

        Args:
            blind: coverage is too poor to say that an incident is over; nothing resolves then.
        """
        active = {i.key: i for i in self._ledger.active() if i.key.kind == "surge"}
        changes, alive = [], set()
        for found in groups:
            home = self._home(found, active)
            if home is None and self._already_told(found):
                continue
            alive.update({found.key, *(part.candidate.key for part in found.parts)})
            if home is not None:
                alive.add(home.key)
            changes.append(self._advance(found, home, explain, now))
        if not blind:
            quiet = [i for key, i in active.items() if key not in alive]
            changes += self.resolve((i for i in quiet if self._is_quiet(i, now)), now)
        return changes

    def apply(self, signal: Signal, home: Incident | None, now: datetime) -> Change:
        """Open, reopen, escalate or carry on the incident `home` (None: none is active)."""
        if home is None:
            return self._open(signal, now)
        graver = signal.level < home.level
        incident = replace(
            home,
            key=signal.key,
            status="ongoing",
            level=min(home.level, signal.level),
            started_at=min(home.started_at, signal.started_at),
            updated_at=now,
            evidence=_carried(home, signal, now),
        )
        return self._save(incident, "escalated" if graver else "ongoing", notify=graver)

    def resolve(self, incidents: Iterable[Incident], now: datetime) -> list[Change]:
        """Close incidents; each gets its all-clear."""
        return [
            self._save(
                replace(i, status="resolved", updated_at=now, resolved_at=now), "resolved", notify=True
            )
            for i in incidents
        ]

    def unsettled(self, now: datetime, touched: Iterable[Change]) -> list[Change]:
        """Messages that an earlier check decided on and that never reached the outbox."""
        numbers = {change.incident.number for change in touched}
        recent = self._ledger.overlapping(Window(now - _UNSETTLED, now))
        waiting = [i for i in recent if i.evidence.get("pending") and i.number not in numbers]
        return [Change(i, i.evidence["pending"], notify=True) for i in waiting]

    def _home(self, found: Group, active: dict[IncidentKey, Incident]) -> Incident | None:
        """The active incident the event belongs to: its own, the brand's, or the part it grew out of."""
        brand = surge_key(found.key.brand_id)
        own = active.get(found.key) or active.get(brand)
        if own is not None or is_child(found.key):
            return own
        parts = [active[p.candidate.key] for p in found.parts if p.candidate.key in active]
        return min(parts, key=lambda i: (i.level, i.opened_at), default=None)

    def _advance(self, found: Group, home: Incident | None, explain: Explain, now: datetime) -> Change:
        window = found.lead.candidate.window
        if home is not None and is_child(found.key) and not is_child(home.key):
            kept = dict(home.evidence) | {"last_fired": window.end.isoformat()}
            return self._save(
                replace(home, status="ongoing", updated_at=now, evidence=kept), "ongoing", False
            )
        since, begun = found.lead.candidate.started_at, home or self._recent(found.key, now)
        since = since if begun is None else min(since, begun.started_at)
        signal = Signal(found.key, level_of(found.lead), since, window.end, explain(found, since))
        return self.apply(signal, home, now)

    def _open(self, signal: Signal, now: datetime) -> Change:
        past = self._recent(signal.key, now)
        if past is None:
            number = self._ledger.next_number(day_of(now))
            evidence = _noted(signal, [], now) | {"reopened": 0}
            incident = Incident(
                number, signal.key, "open", signal.level, signal.started_at, now, now, evidence=evidence
            )
        else:
            again = int(past.evidence.get("reopened", 0)) + 1
            evidence = _carried(past, signal, now) | {"reopened": again}
            incident = replace(
                past,
                status="ongoing",
                level=signal.level,
                updated_at=now,
                resolved_at=None,
                evidence=evidence,
            )
        return self._save(incident, "opened", notify=True)

    def _recent(self, key: IncidentKey, now: datetime) -> Incident | None:
        """The incident that `key` reopens: resolved within the cool-down, its own or the brand's about it."""
        own = self._ledger.latest(key)
        if own is not None and self._cooling(own, now):
            return own
        brand = self._ledger.latest(surge_key(key.brand_id)) if is_child(key) else None
        if brand is None or not self._cooling(brand, now):
            return None
        told = {brand.evidence.get("factor"), brand.evidence.get("province")}
        return brand if (key.factor or key.province) in told else None

    def _cooling(self, past: Incident, now: datetime) -> bool:
        resolved = past.resolved_at
        return resolved is not None and now - resolved <= self._gates.cooldown_hours * HOUR

    def _already_told(self, found: Group) -> bool:
        """Whether the firing window is one that a resolved incident of the same key has covered."""
        past = self._ledger.latest(found.key)
        return past is not None and found.lead.candidate.window.end <= last_fired(past)

    def _is_quiet(self, incident: Incident, now: datetime) -> bool:
        return now - last_fired(incident) >= self._gates.quiet_hours * HOUR

    def _save(self, incident: Incident, event: Event, notify: bool) -> Change:
        pending = event if notify else incident.evidence.get("pending", "")
        saved = replace(incident, evidence=dict(incident.evidence) | {"pending": pending})
        self._ledger.put(saved)
        shown: Event = pending or event
        return Change(saved, shown, notify=bool(pending))


def settle(ledger: IncidentLedger, change: Change) -> None:
    """Note that the change's message has been handed to the outbox; it is not asked for again."""
    ledger.put(replace(change.incident, evidence=dict(change.incident.evidence) | {"pending": ""}))


def last_fired(incident: Incident) -> datetime:
    """End of the last window in which the incident fired."""
    text = incident.evidence.get("last_fired")
    return datetime.fromisoformat(text) if text else incident.updated_at


def _carried(home: Incident, signal: Signal, now: datetime) -> Evidence:
    kept = {name: home.evidence[name] for name in ("reopened", "pending") if name in home.evidence}
    noted = _noted(signal, list(home.evidence.get("levels", [])), now)
    peak, before = noted["peak"], home.evidence.get("peak")
    return kept | noted | {"peak": max(peak, before or peak, key=lambda p: p.get("negatives", 0))}


def _noted(signal: Signal, levels: list[Evidence], now: datetime) -> Evidence:
    if not levels or signal.level < levels[-1]["level"]:
        levels = [*levels, {"at": now.isoformat(), "level": signal.level}]
    peak = {
        name: signal.evidence[name] for name in ("window", "negatives", "baseline") if name in signal.evidence
    }
    fired = {"last_fired": signal.fired_until.isoformat(), "levels": levels, "peak": peak}
    return signal.evidence | fired
