"""What a query means, whichever text or program it came from. Stores translate these nodes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches all mentions."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A term or phrase in the folded title and text: consecutive tokens, never an OR of bigrams."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """A Latin word that begins so, in the folded title and text: volt finds VoLTE."""

    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """A field holds exactly this value (for `keywords` fields: one of its values is this)."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Range:
    """low <= field <= high (both inclusive, None = open); `high_open` makes the upper end exclusive."""

    field: str
    low: datetime | float | str | None
    high: datetime | float | str | None
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """The field is not null."""

    field: str


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts match."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the parts matches."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not match."""

    part: Query


Query = Everything | Keyword | Prefix | Term | Range | Exists | And | Or | Not
