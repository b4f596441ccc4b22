"""An incident: one surge, from the first message to the all-clear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

IncidentStatus = Literal["open", "ongoing", "resolved"]
IncidentKind = Literal["surge", "tripwire", "coverage"]


@dataclass(frozen=True, slots=True)
class IncidentKey:
    """What an incident is about; factor and province are "" for the whole brand."""

    brand_id: str
    kind: IncidentKind
    factor: str = ""
    province: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident as the state database keeps it.

    Attributes:
        number: "R-1118-01": day it opened (Beijing) and a running number.
        level: 1 (gravest) to 4.
        started_at: when the surge began (event time).
        opened_at, updated_at, resolved_at: when we noticed, last changed it, closed it.
        evidence: what the message and the report show: counts, baseline, window, concentration,
            first post, snippets, children. JSON types only, frozen with the incident.
    """

    number: str
    key: IncidentKey
    status: IncidentStatus
    level: int
    started_at: datetime
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None = None
    owner: str = ""
    due_at: datetime | None = None
    verdict: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
