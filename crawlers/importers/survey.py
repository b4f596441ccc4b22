"""A second look at a whole file, taken only where a date lacks its year: the dates round it tell it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

from crawlers.clean import parse_time
from crawlers.importers.choice import Chooser
from crawlers.importers.moments import as_of_name, kind_of
from crawlers.importers.reading import read_tables
from crawlers.importers.registry import Format
from crawlers.importers.row import Context, Row, RowError
from crawlers.importers.table import Line, Table
from crawlers.importers.years import LEAP_YEAR, DateColumn
from koubei.core.clock import day_of

Place = tuple[int, str]
"""Number of the table in the file, and the column."""


class MissingYears:
    """The years of one file's dates, read when the first of them is asked for."""

    def __init__(self, path: Path, chooser: Chooser, context: Context) -> None:
        self._path = path
        self._chooser = chooser
        self._context = context
        self._years: dict[Place, dict[int, int]] | None = None

    def year(self, table: int, row: int, column: str) -> int | None:
        """The year of the date in this cell, None where its neighbours do not tell."""
        if self._years is None:
            self._years = self._read()
        return self._years.get((table, column), {}).get(row)

    def _read(self) -> dict[Place, dict[int, int]]:
        years: dict[Place, dict[int, int]] = {}
        for number, table in enumerate(read_tables(self._path, self._chooser.accepts)):
            form = self._chooser.choose(table) if table.columns else None
            if form:
                not_after = day_of(self._latest(table))
                columns = self._survey(table, form)
                years |= {(number, name): column.years(not_after) for name, column in columns.items()}
        return years

    def _latest(self, table: Table) -> datetime:
        """After this moment nothing in the table can have been written."""
        told = self._context.as_of or as_of_name(table.name, self._context.fetched_at)
        return told.latest if told else self._context.fetched_at

    def _survey(self, table: Table, form: Format) -> dict[str, DateColumn]:
        columns: defaultdict[str, DateColumn] = defaultdict(DateColumn)
        for line in table.lines:
            if isinstance(line, Line):
                for name, text in self._times(form, line).items():
                    day, full = _day(text, self._context.fetched_at)
                    if day:
                        columns[name].add(line.number, day, full)
        return columns

    def _times(self, form: Format, line: Line) -> dict[str, str]:
        """The cells of the row that its format reads as times."""
        row = Row(self._chooser.rename(line.cells), self._context)
        try:
            form.read(row)
        except RowError:
            return {}
        return row.times


def _day(text: str, fetched_at: datetime) -> tuple[date | None, bool]:
    """The Beijing day a time stands for, and whether it says its year."""
    kind = kind_of(text)
    moment = parse_time(text, fetched_at)[0] if kind in ("absolute", "yearless") else None
    if not moment:
        return None, False
    day = day_of(moment)
    return (day, True) if kind == "absolute" else (day.replace(year=LEAP_YEAR), False)
