"""What the server asks a site and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Question:
    """One GET request. Nothing later than `now` is shown; `empty`: answer with an empty list, total kept."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    now: datetime
    origin: str
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One response."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Site(Protocol):
    """One wire format; None where the path is not its own."""

    def answer(self, question: Question) -> Answer | None:
        """The page, or None."""
        ...


def number(text: str | None, default: int = 1) -> int:
    """A page number from a query, or the default."""
    return int(text) if text and text.isdecimal() else default
