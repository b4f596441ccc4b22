"""JSON objects read field by field: what nobody reads shows in the audit the same day a site changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any


class Fields:
    """An object whose fields are taken out one by one. Wrong types read as absent, never as an error."""

    def __init__(self, data: object, path: str = "") -> None:
        """`path` stands before the names in the audit."""
        self._data: dict[str, Any] = dict(data) if isinstance(data, Mapping) else {}
        self._path = path

    def __bool__(self) -> bool:
        return bool(self._data)

    def has(self, *names: str) -> bool:
        """True where one of these fields is there, if only as null, and was not taken yet."""
        return any(name in self._data for name in names)

    def take(self, *names: str) -> Any:
        """The first of these fields that holds something, None where none does. All count as read."""
        values = [self._data.pop(name, None) for name in names]
        return next((v for v in values if v not in (None, "", [], {})), None)

    def text(self, *names: str) -> str:
        """The same for a text; a number is written out, anything else is ""."""
        value = self.take(*names)
        if isinstance(value, str):
            return value
        return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""

    def table(self, name: str) -> Fields:
        """The object under `name`, empty where there is none."""
        return Fields(self._data.pop(name, None), f"{self._path}{name}.")

    def rows(self, *names: str) -> list[Any]:
        """The list under the first of these names; a single object counts as a list of one."""
        value = self.take(*names)
        if isinstance(value, list):
            return value
        return [] if value is None else [value]

    def audit(self, leftover: Counter[str]) -> None:
        """Count the fields nobody took."""
        for name in self._data:
            leftover[f"{self._path}{str(name)[:60]}"] += 1
