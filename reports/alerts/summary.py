"""An incident in one line: its worst level, when it began, was told and ended, how large it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from koubei.core.domain import Incident


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list or a back-test says of an incident; surge counts are None for other kinds.

    Attributes:
        peak_level: the gravest level it ever had, 1 to 4; a later reopening may have a lower one.
        roots: distinct negative voices from its start on.
        peak_roots, ratio: those of its largest window, and how many times the baseline they were.
        reopened: how often it came back under the same number.
    """

    number: str
    kind: str
    factor: str
    province: str
    peak_level: int
    started_at: datetime
    told_at: datetime
    ended_at: datetime | None
    roots: int | None
    peak_roots: int | None
    ratio: float | None
    reopened: int


def summary(incident: Incident) -> Summary:
    """The incident as it stands."""
    evidence, peak = incident.evidence, incident.evidence.get("peak") or {}
    levels = [step["level"] for step in evidence.get("levels", ())]
    largest, baseline = peak.get("negatives"), peak.get("baseline")
    return Summary(
        number=incident.number,
        kind=incident.key.kind,
        factor=incident.key.factor or evidence.get("factor") or "",
        province=incident.key.province or evidence.get("province") or "",
        peak_level=min([incident.level, *levels]),
        started_at=incident.started_at,
        told_at=incident.opened_at,
        ended_at=incident.resolved_at,
        roots=evidence.get("negatives_since_start"),
        peak_roots=largest,
        ratio=round(largest / baseline, 2) if largest and baseline else None,
        reopened=int(evidence.get("reopened", 0)),
    )
