"""What was collected, with which words and model, and what may therefore be compared."""

from __future__ import annotations

from datetime import datetime

from reports.figures.frozen import Model


class Source(Model):
    """How the collection of one source went on the day."""

    source: str
    platform: str
    expected: int | None
    collected: int
    refused: int
    truncated: bool
    degraded: bool
    since: datetime | None
    reason: str


class Version(Model):
    """A keyword set or a model in use, with the time it came into use where the ledger knows it."""

    kind: str
    version: str
    since: datetime | None = None


class Health(Model):
    """Whether the day can be compared, and what was left out of comparisons."""

    comparable: bool
    reason: str
    excluded: tuple[str, ...]
    sources: tuple[Source, ...]
