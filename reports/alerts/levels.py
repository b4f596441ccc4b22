"""How grave an incident is: Ⅰ (red) to Ⅳ (blue), from its size, its ratio and its reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from koubei.core.records import Record
from reports.alerts.detector import Firing

LOWEST = 4
BOOM_LIMIT = 3
"""A rise of all mentions together is never graver than this."""

COLOURS = {1: "红色", 2: "橙色", 3: "黄色", 4: "蓝色"}


@dataclass(frozen=True, slots=True)
class Step:
    """What an incident must reach for a level; `record` = more than the series' own past bursts."""

    level: int
    roots: int
    ratio: float
    record: bool


STEPS = (
    Step(1, roots=200, ratio=8.0, record=True),
    Step(2, roots=50, ratio=4.0, record=True),
    Step(3, roots=20, ratio=3.0, record=False),
)
"""Gravest first. Sizes are distinct negative root posts in the firing window (1, 3 or 6 hours)."""

REACH_REPOSTS = 10_000
REACH_VIEWS = 100_000
"""One post with more reposts or views makes an incident Ⅰ: the threshold of a central-SOE response plan."""


def level_of(firing: Firing) -> int:
    """1 (gravest) to 4."""
    size = next((step.level for step in STEPS if _reached(step, firing)), LOWEST)
    if firing.boom:
        size = max(size, BOOM_LIMIT)
    return 1 if _widely_seen(firing.posts) else size


def coverage_level(share: float, least: float) -> int:
    """Ⅱ where spike alerts had to stop, Ⅲ where over a fifth is missing, else Ⅳ.

    Args:
        share: share of the expected posts that sound sources bring; least: the coverage gate.
    """
    if share < least:
        return 2
    return 3 if share < 0.8 else LOWEST


def _reached(step: Step, firing: Firing) -> bool:
    large = firing.roots >= step.roots and firing.ratio >= step.ratio
    return large and (firing.candidate.record or not step.record)


def _widely_seen(posts: Sequence[Record]) -> bool:
    return any((p["reposts"] or 0) > REACH_REPOSTS or (p["views"] or 0) > REACH_VIEWS for p in posts)
