"""What commands print: results on standard output, progress and remarks on standard error."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Protocol

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from koubei.app.context import AppContext
from koubei.core.clock import BEIJING
from koubei.core.language import _
from koubei.core.state import Delivery

DEGRADED = 3
DROPPED = {
    "duplicate": _("已有"),
    "duplicate_in_file": _("文件内重复"),
    "no_text": _("没有文字"),
    "unreadable": _("读不出"),
    "spool_full": _("队列已满"),
}
DELIVERED = {"intended": _("未确认"), "sent": _("已送达"), "failed": _("失败"), "doubtful": _("不确定")}


class Terminal(Console):
    """Leaves it to the command line what a closed pipe means; rich would exit with 1."""

    def on_broken_pipe(self) -> None:
        """Called while the BrokenPipeError is handled."""
        raise BrokenPipeError


out = Terminal(highlight=False, soft_wrap=True, markup=False)
err = Terminal(stderr=True, highlight=False, soft_wrap=True, markup=False)

_COMMANDS = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters (but not the line feed), direction marks, lone surrogates."""


class Advance(Protocol):
    """Report progress: how much is done, of how much (None: not known), at what."""

    def __call__(self, done: int, total: int | None = None, title: str | None = None) -> None:
        """Called as often as the work likes."""
        ...


@contextmanager
def progress(title: str) -> Iterator[Advance]:
    """A progress bar on standard error; silent where that is no terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(title, total=None)

        def advance(done: int, total: int | None = None, title: str | None = None) -> None:
            bar.update(task, completed=done, total=total, description=title)

        yield advance


def say(text: str = "") -> None:
    """One line of a result."""
    out.print(printable(text))


def remark(text: str) -> None:
    """One line that is not the result: progress, a warning."""
    err.print(printable(text))


def printable(text: str) -> str:
    """Text a terminal shows and never obeys: names, reasons and texts come from strangers' sites."""
    return _COMMANDS.sub(" ", text)


def one_line(text: str, width: int = 120) -> str:
    """Printable text without line breaks, control or bidi characters, cut to `width` characters."""
    line = " ".join(printable(text[: width * 4]).split())
    return line if len(line) <= width else line[: width - 1] + "…"


def say_json(value: Any) -> None:
    """A result as one JSON document."""
    sys.stdout.write(_json(value, indent=2) + "\n")


def json_line(value: Any) -> str:
    """One value as one line of JSON."""
    return _json(value)


def _json(value: Any, indent: int | None = None) -> str:
    """JSON in which what a terminal might obey, or UTF-8 cannot hold, is written as an escape."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)
    return _COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def say_table(columns: list[str], rows: list[list[str]], title: str = "") -> None:
    """A small table; cells are plain text."""
    table = Table(*columns, title=title or None, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(printable, row))
    out.print(table)


def beijing(instant: datetime | None, missing: str = "—") -> str:
    """An instant as people here read it: 2026-11-18 17:10."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if instant else missing


def reasons(dropped: Mapping[str, int]) -> str:
    """Why posts were dropped, in words: 已有 50，没有文字 2."""
    return _("，").join(f"{DROPPED.get(k, k)} {v}" for k, v in sorted(dropped.items()) if v)


def say_printed(app: AppContext) -> None:
    """What the console channel was given to show."""
    for line in app.outbox.printed:
        say(line)
    app.outbox.printed.clear()


def say_deliveries(deliveries: Sequence[Delivery]) -> None:
    """One line a delivery.

    Raises:
        typer.Exit: with code 3 where one failed.
    """
    for d in deliveries:
        say(
            _("投递 {channel}：{status}", channel=d.channel, status=DELIVERED[d.status])
            + (_("（{reason}）", reason=d.reason) if d.reason else "")
        )
    if any(d.status == "failed" for d in deliveries):
        raise typer.Exit(DEGRADED)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"not JSON: {type(value)}")
