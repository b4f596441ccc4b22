"""One crawl or import of one source, as the ledger keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

RunStatus = Literal["running", "ok", "degraded", "failed"]


@dataclass(frozen=True, slots=True)
class Run:
    """What one run did.

    Attributes:
        run_id: unique, starts with the time it began.
        status: degraded = refused or stopped early; what was collected is kept.
        finish_reason: in words ("finished", "refused: 403 …", "unreadable: …").
        requested: HTTP requests made, or rows read.
        collected: posts put into the spool.
        dropped: reason -> count (duplicate, unreadable, off_window …).
        refused: refusals met.
        truncated: true where the source cut its list off before we reached what we knew.
        leftover: audit of fields nobody read: "path" -> count.
    """

    run_id: str
    source: str
    started_at: datetime
    finished_at: datetime | None = None
    status: RunStatus = "running"
    finish_reason: str = ""
    requested: int = 0
    collected: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    refused: int = 0
    truncated: bool = False
    leftover: Mapping[str, int] = field(default_factory=dict)

    @property
    def value_notes(self) -> Mapping[str, int]:
        """Of the leftover, the remarks (in brackets) on values that were read; the rest is unread fields."""
        return {key: count for key, count in self.leftover.items() if "（" in key}
