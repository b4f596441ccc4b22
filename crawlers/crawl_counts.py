"""What happened in one crawl: counts, problems, and the run they make."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from koubei.core.domain import Run, RunStatus

MAX_FAILURES = 5
"""So many failed requests in a row and the site is down: asking on would be a storm."""
FINISHED = "finished"


@dataclass(slots=True)
class CrawlCounts:
    """Counts of one crawl of one source.

    Attributes:
        problems: why the run is degraded, first reason first; empty for a run without trouble.
        stopped: no further request may leave.
    """

    requested: int = 0
    collected: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    truncated: bool = False
    leftover: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    stopped: bool = False
    failures_in_row: int = 0

    def refuse(self, reason: str) -> None:
        """The site says no: stop at once."""
        self.refused += 1
        self.stop(f"被拒：{reason}")

    def stop(self, reason: str) -> None:
        """Stop at once for `reason`; what was collected is kept."""
        self.stopped = True
        self.problem(reason)

    def problem(self, reason: str) -> None:
        """Go on, but the run is not whole."""
        if reason not in self.problems:
            self.problems.append(reason)

    def fail(self, reason: str) -> None:
        """One request failed for good; too many in a row and the source is stopped."""
        self.failures_in_row += 1
        self.problem(reason)
        if self.failures_in_row >= MAX_FAILURES:
            self.stop(f"连不上：连续 {MAX_FAILURES} 次请求失败")

    def missing(self, what: str) -> None:
        """A field or selector that every page should have is not there: the site has changed."""
        self.leftover[what] += 1
        self.problem(f"页面变了：找不到 {what}")

    def run(self, started: Run, finished_at: datetime) -> Run:
        """`started` with everything that was counted."""
        status: RunStatus = "degraded" if self.problems else "ok"
        return dataclasses.replace(
            started,
            finished_at=finished_at,
            status=status,
            finish_reason="; ".join(self.problems[:3]) or FINISHED,
            requested=self.requested,
            collected=self.collected,
            dropped=dict(self.dropped),
            refused=self.refused,
            truncated=self.truncated,
            leftover=dict(self.leftover),
        )
