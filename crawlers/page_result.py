"""What a spider's callback yields besides requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from koubei.core.domain import RawPost

Mark = tuple[str, str, Any]
"""(section, key, value) of the cursor; value None removes the key."""


@dataclass(frozen=True, slots=True)
class PageResult:
    """What a callback found: posts, and what the cursor may say once they are durable.

    Attributes:
        again: posts an earlier crawl has put on disk; kept only where the ledger knows them otherwise
            (edited, other counts).
    """

    posts: Sequence[RawPost]
    marks: Sequence[Mark] = ()
    again: Sequence[RawPost] = ()
