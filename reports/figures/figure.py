"""One number of a report, with the query that gives it again."""

from __future__ import annotations

from pydantic import Field

from reports.figures.frozen import Model


class Figure(Model):
    """One number, or one row of numbers, with the query anybody can run to get it again.

    Attributes:
        measure: "count" (mentions), "distinct root_id" (independent voices) or "sum FIELD".
        by: () for one number; ("day",), ("hour",), (FIELD,) or ("day", FIELD) for a row of them.
        value: the number, None where nothing was observed (a sum over no known values).
        values: the row, "2026-11-18|资费套餐" -> number; keys join the parts of `by`, Beijing time.
        complete: False where the row holds only the groups the page shows.
    """

    id: str
    title: str
    query: str
    measure: str
    by: tuple[str, ...] = ()
    value: int | None = None
    values: dict[str, int] = Field(default_factory=dict)
    complete: bool = True

    @property
    def hits(self) -> int | None:
        """The number the appendix shows: the value, or the sum of the row."""
        return sum(self.values.values()) if self.by else self.value
