"""One event, one incident: which firings belong together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from koubei.core.domain import IncidentKey
from reports.alerts.detector import Firing
from reports.alerts.scope import is_child

_SAME_EVENT = 0.5
"""From this share of common roots on, two parts tell of the same event."""


@dataclass(frozen=True, slots=True)
class Group:
    """The firing that speaks for an event, and the parts it inhibits and lists."""

    lead: Firing
    parts: tuple[Firing, ...]

    @property
    def key(self) -> IncidentKey:
        """The lead's key."""
        return self.lead.candidate.key


def group(firings: Sequence[Firing], active: Collection[IncidentKey]) -> list[Group]:
    """The brand's firing takes in all parts; without one, parts that share most roots stay together.

    Args:
        active: keys with an incident under way: they lead, so that a running incident is kept.
    """
    brand = next((f for f in firings if not is_child(f.candidate.key)), None)
    if brand is not None:
        return [Group(brand, tuple(f for f in firings if f is not brand))]
    leads: list[tuple[Firing, list[Firing]]] = []
    for firing in sorted(firings, key=lambda f: (f.candidate.key not in active, f.tail)):
        home = next((parts for lead, parts in leads if _same_event(lead, firing)), None)
        if home is None:
            leads.append((firing, []))
        else:
            home.append(firing)
    return [Group(lead, tuple(parts)) for lead, parts in leads]


def _same_event(one: Firing, other: Firing) -> bool:
    a, b = ({post["root_id"] for post in firing.posts} for firing in (one, other))
    return len(a & b) >= _SAME_EVENT * min(len(a), len(b))
