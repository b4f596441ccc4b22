"""The known export formats: found in the folder `formats`, recognised by their columns."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from crawlers.importers import formats
from crawlers.importers.row import Row
from koubei.core.domain import RawPost


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of export is recognised and read.

    Attributes:
        name: unique, as used in samples and docs.
        title: what a Chinese reader calls it.
        signatures: a table that has every column of one of these is of this format.
        ignored: columns left out on purpose; all others that nobody reads show in the run's audit.
        private: columns that identify people; their cells never reach a quarantine file.
        read: one row to its posts: one, or a post and the comment beside it. Raises RowError.
        hides_rows: nothing of a row may be kept where it cannot be read (customers' tickets).
        platform_column: it must be there where the configured source names no platform ("": needs none).
    """

    name: str
    title: str
    signatures: tuple[frozenset[str], ...]
    read: Callable[[Row], Sequence[RawPost]]
    ignored: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()
    hides_rows: bool = False
    platform_column: str = ""

    def fits(self, columns: frozenset[str]) -> int:
        """Columns of the largest signature the table fulfils, 0 for none."""
        return max((len(s) for s in self.signatures if s <= columns), default=0)


def columns_of(names: str) -> frozenset[str]:
    """Column names written in one string, apart by spaces."""
    return frozenset(names.split())


@cache
def all_formats() -> tuple[Format, ...]:
    """Every format of the folder, by name.

    Raises:
        TypeError: a module there defines no FORMAT, or two have the same name.
    """
    found: dict[str, Format] = {}
    for module in pkgutil.iter_modules(formats.__path__, f"{formats.__name__}."):
        form = getattr(importlib.import_module(module.name), "FORMAT", None)
        if not isinstance(form, Format):
            raise TypeError(f"{module.name} defines no FORMAT of type {Format.__name__}")
        if form.name in found:
            raise TypeError(f"{module.name}: the format {form.name!r} exists already")
        found[form.name] = form
    return tuple(found[name] for name in sorted(found))


def recognise(columns: Sequence[str]) -> Format | None:
    """The format whose signature explains most of the columns, None where none fits."""
    present = frozenset(columns)
    best = max(all_formats(), key=lambda form: form.fits(present))
    return best if best.fits(present) else None


def nearest(columns: Sequence[str]) -> tuple[Format, list[str]] | None:
    """The format that comes closest and the columns it misses; None where nothing is alike."""
    present = frozenset(columns)
    share, form, signature = max(
        ((len(s & present) / len(s), f, s) for f in all_formats() for s in f.signatures),
        key=lambda candidate: (candidate[0], len(candidate[2])),
    )
    return (form, sorted(signature - present)) if share else None
