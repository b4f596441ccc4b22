"""The ledger of a report's figures: ids in the order the report uses them."""

from __future__ import annotations

from collections.abc import Mapping

from koubei.core.query import Query, format_query
from reports.figures.figure import Figure


class Ledger:
    """Hands out figure ids in the order the report uses them."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []

    def number(self, title: str, query: Query, measure: str, value: int | None) -> str:
        """Enter one number; its id."""
        return self._enter(
            Figure(id="", title=title, query=format_query(query), measure=measure, value=value)
        )

    def row(
        self, title: str, query: Query, measure: str, by: tuple[str, ...], values: Mapping[str, int],
        complete: bool = True,
    ) -> str:  # fmt: skip
        """Enter a row of numbers; its id. Zero entries are left out, as stores leave out empty groups."""
        kept = {k: v for k, v in sorted(values.items()) if v}
        text = format_query(query)
        return self._enter(
            Figure(id="", title=title, query=text, measure=measure, by=by, values=kept, complete=complete)
        )

    def _enter(self, figure: Figure) -> str:
        figure_id = f"F{len(self.figures) + 1:02d}"
        self.figures.append(figure.model_copy(update={"id": figure_id}))
        return figure_id
