"""On which line of a TOML file a value stands: what tomllib does not tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

Place = tuple[str | int, ...]
"""Keys and, within lists, numbers from 0: ("factors", 1, "words", 7)."""

_SIGN = re.compile(
    r"""\#[^\n]*
    |\"{3}(?:\\.|[^\\])*?\"{3,5}  |'{3}.*?'{3,5}
    |"(?:\\.|[^"\\])*"            |'[^']*'
    |[\[\]{}=,.\n]                |[^\s\[\]{}=,.\#"']+""",
    re.DOTALL | re.VERBOSE,
)


class TomlLines:
    """The lines of a source that tomllib has read without complaint."""

    def __init__(self, source: str) -> None:
        self._lines: dict[Place, int] = {}
        self._tables: Counter[Place] = Counter()
        self._table: Place = ()
        self._open: list[tuple[Place, bool]] = []  # lists (True) and inline tables around what is read
        self._place: Place = ()
        self._keys: list[str] = []
        self._many = False
        self._line = 1
        self._step: Callable[[str], None] = self._key
        for sign, self._line in _signs(source):
            self._step(sign)

    def of(self, *place: str | int) -> int:
        """The line (from 1) of a value, else of the key or the table it would stand in, else 1."""
        known = (self._lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in self._lines)
        return next(known, 1)

    def _key(self, sign: str) -> None:
        if sign == "[" and not self._keys:
            self._step = self._header
        elif sign == "=":
            table = self._open[-1][0] if self._open else self._table
            self._place = self._note((*table, *self._keys))
            self._keys, self._step = [], self._value
        elif sign == "}":
            self._close()
        elif sign not in "\n.":
            self._keys.append(_bare(sign))

    def _header(self, sign: str) -> None:
        if sign == "[":
            self._many = True
        elif sign == "\n":
            self._table = self._note(self._entered())
            self._keys, self._many, self._step = [], False, self._key
        elif sign not in "].":
            self._keys.append(_bare(sign))

    def _entered(self) -> Place:
        """The place of the table a header opens; each header of a list of tables opens the next."""
        place: Place = ()
        for key in self._keys[:-1]:
            place = (*place, key)
            if place in self._tables:
                place = (*place, self._tables[place] - 1)
        place = self._note((*place, self._keys[-1]))
        if self._many:
            self._tables[place] += 1
            place = (*place, self._tables[place] - 1)
        return place

    def _value(self, sign: str) -> None:
        if sign == "]":  # behind the last comma, or an empty list
            self._close()
        elif sign != "\n":
            self._note(self._place)
            self._step = {"[": self._value, "{": self._key}.get(sign, self._after)
            if sign in "[{":
                self._open.append((self._place, sign == "["))
                self._place = (*self._place, 0)

    def _after(self, sign: str) -> None:
        if sign == "\n" and not self._open:
            self._step = self._key
        elif sign in "]}":
            self._close()
        elif sign == "," and self._open[-1][1]:
            *outer, number = self._place
            self._place, self._step = (*outer, int(number) + 1), self._value
        elif sign == ",":
            self._step = self._key

    def _close(self) -> None:
        self._place, _ = self._open.pop()
        self._step = self._after

    def _note(self, place: Place) -> Place:
        self._lines.setdefault(place, self._line)
        return place


def _signs(source: str) -> Iterator[tuple[str, int]]:
    """(sign, the line it begins on), without comments; the last one is a line feed."""
    line = 1
    for match in _SIGN.finditer(source + "\n"):
        if match[0][0] != "#":
            yield match[0], line
        line += match[0].count("\n")


def _bare(key: str) -> str:
    return key.strip("\"'")
