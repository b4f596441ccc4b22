"""One row of an export, with the accessors formats read it by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawlers.clean import html_to_text, parse_time
from crawlers.counts import NULLS, count_noted
from crawlers.importers.moments import COLLECTED, AsOf, Reading, as_of_row, kind_of
from koubei.core.clock import BEIJING
from koubei.core.domain import Engagement

MD5_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e"
"""Vendors hash an empty author or id like any other; it says "none"."""

LONGEST_NULL = len(MD5_OF_NOTHING)

_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d{2}$")
_EXCEL_SERIAL = re.compile(r"^[3-6]\d{4}(?:\.\d+)?$")
_EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=BEIJING)
_MARKUP = re.compile(r"</[a-zA-Z]+>|<br\s?/?>|<img\s")
_NUMBER = re.compile(r"-?\d{1,3}(?:\.\d+)?")
UNTOLD = "不知从何时算起，记为未知；用 --as-of 给出导出时刻"
TOO_COARSE = "只知导出日期，记为未知；用 --as-of 给出带钟点的时刻"
_QUOTES = "'\"‘’“” "


class RowError(Exception):
    """This row cannot be read; the text says why, in words for the quarantine file."""


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for every row of one import.

    Attributes:
        platform: the platform of the configured source, used where neither row nor format names one.
        as_of: when the file was exported, as the user says.
        named: the same as the file's name says.
    """

    source: str
    platform: str | None
    fetched_at: datetime
    as_of: AsOf | None = None
    named: AsOf | None = None


@dataclass(slots=True)
class Row:
    """Column -> text of one row. Notes which columns were asked for and what could not be used.

    Attributes:
        year_of: column -> year of its date, where the date lacks it and the rows round this one tell it.
        times: column -> what was read as a time.
    """

    cells: Mapping[str, str]
    context: Context
    used: set[str] = field(default_factory=set)
    oddities: Counter[str] = field(default_factory=Counter)
    year_of: Callable[[str], int | None] = lambda _column: None
    times: dict[str, str] = field(default_factory=dict)

    def text(self, *columns: str) -> str:
        """The first value among the columns that says something, else ""."""
        self.used.update(columns)
        for column in columns:
            value = self.cells.get(column)
            if value:
                value = value.strip()
                if len(value) > LONGEST_NULL or (value.lower() not in NULLS and value != MD5_OF_NOTHING):
                    return value
        return ""

    def body(self, *columns: str) -> str:
        """Like `text`, with HTML markup read where there is any."""
        value = self.text(*columns)
        return html_to_text(value) if _MARKUP.search(value) else value

    def name(self, *columns: str) -> str:
        """Like `text`, without the quotes some exports put round names."""
        return self.text(*columns).strip(_QUOTES)

    def ident(self, *columns: str) -> str | None:
        """The first native id among the columns, exact, or None.

        A spreadsheet keeps 15 digits of a number: an id it has turned into 4.54646E+15 is lost, and a
        wrong id would join strangers' posts, so it counts as missing, and is noted.
        """
        for column in columns:
            value = self.text(column).strip(_QUOTES)
            if _SCIENTIFIC.match(value):
                self.oddities[f"{column}（编号被表格软件改写，未采用）"] += 1
            elif value and value != "0":
                return value.removesuffix(".0")
        return None

    def count(self, *columns: str) -> int | None:
        """The first count among the columns; None where there is none or it is no number, which is not 0."""
        self.used.update(columns)
        named = next((column for column in columns if self.text(column)), "")
        return count_noted(self.text(named), named, self.oddities) if named else None

    def time(self, *columns: str) -> Reading:
        """The first time among the columns that can be read.

        What counts from the moment it was shown (昨天 12:00) is resolved against the moment the row was
        collected, a missing year by the dates round it; never against today. See docs/importing.md.
        """
        self.used.update(COLLECTED)
        for column in columns:
            value = self.text(column)
            if not value:
                continue
            if _EXCEL_SERIAL.match(value):
                days = timedelta(seconds=round(float(value) * 86400))
                value = (_EXCEL_EPOCH + days).replace(tzinfo=None).isoformat()
            self.times[column] = value
            moment, precision = self._read_time(column, value)
            if moment:
                return moment, precision
        return None, "unknown"

    def _read_time(self, column: str, value: str) -> Reading:
        kind = kind_of(value)
        if kind == "absolute":
            return parse_time(value, self.context.fetched_at)
        if kind == "unreadable":
            self.oddities[f"{column}（时间读不出）"] += 1
            return None, "unknown"
        what = "缺年份" if kind == "yearless" else "相对时间"
        year = self.year_of(column) if kind == "yearless" else None
        if year:
            self.oddities[f"{column}（{what}，按前后行补）"] += 1
            return parse_time(value, _end_of(year))
        known = self.context.as_of or as_of_row(self.cells) or self.context.named
        moment, precision = known.resolve(value, kind) if known else (None, "unknown")
        how = UNTOLD if not known else f"从{known.origin} 算起" if moment else TOO_COARSE
        self.oddities[f"{column}（{what}，{how}）"] += 1
        return moment, precision

    def rating(self, *columns: str) -> float | None:
        """Stars 1-5, None where there are none or the number is no such thing."""
        found = _NUMBER.match(self.text(*columns))
        stars = float(found[0]) if found else 0.0
        return stars if 1 <= stars <= 5 else None

    def engagement(self, likes: str, comments: str = "", reposts: str = "", views: str = "") -> Engagement:
        """The four counts by column name ("" where the format has none)."""
        return Engagement(self.count(likes), self.count(comments), self.count(reposts), self.count(views))

    def extra(self, **columns: str) -> dict[str, str]:
        """`name="列名"` pairs: the values that say something, under their names."""
        found = {name: self.text(column) for name, column in columns.items()}
        return {name: value for name, value in found.items() if value}


def _end_of(year: int) -> datetime:
    """From here a date without a year is one of `year`."""
    return datetime(year, 12, 31, 23, 59, 59, tzinfo=BEIJING)
