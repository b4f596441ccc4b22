"""Voices by label, and comparisons between two such counts."""

from __future__ import annotations

from reports.figures.frozen import Model
from reports.figures.stats import MIN_N, wilson


class Counts(Model):
    """Independent voices of customers by label; a voice is a (root_id, label) pair."""

    neg: int = 0
    neu: int = 0
    pos: int = 0
    uncertain: int = 0
    unknown: int = 0

    @property
    def n(self) -> int:
        """The denominator of every share: neg + neu + pos."""
        return self.neg + self.neu + self.pos

    @property
    def share(self) -> float | None:
        """负面占比 in 0-1, None below 30 voices."""
        return self.neg / self.n if self.n >= MIN_N else None

    @property
    def net(self) -> float | None:
        """净情感 (pos - neg) / n in -1-1, None below 30 voices."""
        return (self.pos - self.neg) / self.n if self.n >= MIN_N else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the share."""
        return wilson(self.neg, self.n)

    def plus(self, other: Counts) -> Counts:
        """Both together, label by label."""
        mine, theirs = self.model_dump(), other.model_dump()
        return Counts(**{label: mine[label] + theirs[label] for label in mine})


class Change(Model):
    """A comparison: `value` in share points (0.054) or as a ratio minus one (0.369); None with a reason.

    Attributes:
        significant: after Benjamini-Hochberg within its family; None where no test was possible.
    """

    value: float | None = None
    p: float | None = None
    significant: bool | None = None
    reason: str = ""
