"""What a spider's callback yields besides requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from crawlers.times import Stamp, settle_together
from koubei.core.domain import RawPost

Mark = tuple[str, str, Any]
"""(section, key, value) of the cursor; value None removes the key."""


@dataclass(frozen=True, slots=True)
class PageResult:
    """What a callback found: posts, and what the cursor may say once they are durable.

    Attributes:
        again: posts an earlier crawl has put on disk; kept only where the ledger knows them otherwise
            (edited, other counts).
        moved: the same entries had other times when they were last asked for.
    """

    posts: Sequence[RawPost]
    marks: Sequence[Mark] = ()
    again: Sequence[RawPost] = ()
    moved: bool = False

    def believed(self) -> tuple[PageResult, dict[str, int]]:
        """The same with its times as the page as a whole shows them, and how many were wrong, by reason."""
        raws = [*self.posts, *self.again]
        if not raws:
            return self, {}
        read = [Stamp(raw.published_at, raw.time_precision) for raw in raws]
        stamps, wrong = settle_together(read, raws[0].fetched_at, self.moved)
        if stamps == read:
            return self, {}
        mended = [
            replace(raw, published_at=at, time_precision=of)
            for raw, (at, of) in zip(raws, stamps, strict=True)
        ]
        first = len(self.posts)
        changed = sum(old != new for old, new in zip(read, stamps, strict=True))
        return replace(self, posts=mended[:first], again=mended[first:]), {wrong: changed} if wrong else {}
