"""Errors a person can act on: what was found, what was expected, how to fix it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from koubei.core.language import _, source_of


class KoubeiError(Exception):
    """A problem the user can mend. Printed without a traceback.

    Attributes:
        found: what was found, naming the file, key, row or column.
        expected: what was expected in its place ("" where it goes without saying).
        fix: what to do about it ("" where nothing can be done from here).
        exit_code: the process exit code it leads to (2 wrong input or config, 3 done in part).
    """

    exit_code = 2

    def __init__(self, found: str, expected: str = "", fix: str = "") -> None:
        super().__init__(found)
        self.found = found
        self.expected = expected
        self.fix = fix

    def __str__(self) -> str:
        return _("；").join(self._parts())

    @property
    def source(self) -> str:
        """The same in Chinese, for what is stored or stands in a report, whatever language was chosen."""
        return _("；").source.join(map(source_of, self._parts()))

    def _parts(self) -> list[str]:
        parts = [self.found]
        if self.expected:
            parts.append(_("应为：{expected}", expected=self.expected))
        if self.fix:
            parts.append(_("办法：{fix}", fix=self.fix))
        return parts


class ConfigError(KoubeiError):
    """A key of koubei.toml or the environment is unknown, missing or of the wrong type."""


class InputError(KoubeiError):
    """A file, an argument or a query cannot be used as it is."""


class QueryError(InputError):
    """A query that cannot be parsed; `column` is 1-based and counts characters."""

    def __init__(self, found: str, column: int, expected: str = "", fix: str = "") -> None:
        super().__init__(_("第 {column} 列：{found}", column=column, found=found), expected, fix)
        self.column = column


class StoreError(KoubeiError):
    """The mention store, the spool or the state database cannot be used as it is."""


class DegradedError(KoubeiError):
    """Part of the work was done; the rest waits. Nothing is lost."""

    exit_code = 3


class StoreUnavailableError(DegradedError):
    """The store is locked, away or out of disk; posts wait in the spool."""


class MentionsRefusedError(DegradedError):
    """The store wrote a batch but for some mentions it will never take; they belong into quarantine.

    Attributes:
        outcomes: one per item of the batch; what it says of a refused item means nothing.
        reasons: position in the batch -> why it was refused.
    """

    def __init__(self, outcomes: Sequence[str], reasons: Mapping[int, str]) -> None:
        super().__init__(
            _("提及库拒收 {count} 条：{reason}", count=len(reasons), reason=next(iter(reasons.values()))),
            fix=_("见隔离区"),
        )
        self.outcomes = outcomes
        self.reasons = reasons
