"""One import: rows to posts to the spool, in batches, with everything counted."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from crawlers.crawl_counts import CrawlCounts
from crawlers.importers.choice import Chooser
from crawlers.importers.moments import as_of_name
from crawlers.importers.reading import peek, read_tables
from crawlers.importers.registry import Format
from crawlers.importers.row import Context, Row, RowError
from crawlers.importers.survey import MissingYears
from crawlers.importers.table import Line, Table, Unreadable
from crawlers.times import Stamp, settle_together
from koubei import __version__
from koubei.core.clock import Clock
from koubei.core.domain import Post, Run
from koubei.core.errors import DegradedError, InputError, KoubeiError
from koubei.core.intake import PostFactory
from koubei.core.language import _
from koubei.core.quarantine import Quarantine
from koubei.core.spool import Spool
from koubei.core.state import State

BATCH = 500
REPORT_EVERY = 200


@dataclass(frozen=True, slots=True)
class Tools:
    """What an import works with."""

    factory: PostFactory
    spool: Spool
    quarantine: Quarantine
    state: State
    clock: Clock
    progress: Callable[[int, int], None] | None = None


Look = tuple[str, str, str]
"""A post as it looked: id, text and counts. Twice the same look says nothing new."""


class ImportJob:
    """Imports one file once; see `import_file`."""

    def __init__(self, path: Path, context: Context, chooser: Chooser, mark: str, tools: Tools) -> None:
        self._path = path
        self._context = context
        self._chooser = chooser
        self._years = MissingYears(path, chooser, context)
        self._tools = tools
        self._counts = CrawlCounts()
        self._expected = 0
        self._batch: list[Post] = []
        self._refused: list[tuple[str, str, str]] = []
        self._written: dict[str, Look] = {}
        self._mark = mark
        before = tools.state.cursors.get(mark)
        self._resumed = int(before.get("rows", 0))
        self._cut_off = before.get("done") is False

    def run(self) -> Run:
        """Read everything; the run as the ledger keeps it.

        Raises:
            InputError: nothing of the file could be read.
        """
        started_at = self._tools.clock.now()
        run_id = f"{started_at:%Y%m%dT%H%M%S}-{self._context.source}-{secrets.token_hex(3)}"
        run = Run(run_id, self._context.source, started_at)
        self._tools.state.runs.start(run)
        try:
            self._read()
        except DegradedError as error:
            self._counts.dropped["spool_full"] += len(self._batch)
            self._counts.problem(f"放不下：{error.source}")
        except KoubeiError as error:
            self._finish(run, failure=error.source)
            raise
        return self._finish(run)

    def _finish(self, run: Run, failure: str = "") -> Run:
        ended = self._counts.run(run, self._tools.clock.now())
        if failure:
            ended = dataclasses.replace(ended, status="failed", finish_reason=failure)
        self._tools.state.runs.finish(ended)
        return ended

    def _read(self) -> None:
        strangers: list[Table] = []
        known = 0
        if not self._resumed:
            self._move_cursor(done=False)
        for number, table in enumerate(read_tables(self._path, self._chooser.accepts)):
            form = self._chooser.choose(table) if table.columns else None
            if form:
                known += 1
                self._read_table(number, table, form)
            else:
                strangers.append(table)
        self._flush()
        self._note(strangers)
        if not known:
            raise self._chooser.refusal(strangers)
        self._check_yield()
        self._move_cursor(done=True)
        if self._tools.progress:
            self._tools.progress(self._counts.requested, self._counts.requested)

    def _read_table(self, number: int, table: Table, form: Format) -> None:
        counts = self._counts
        context = dataclasses.replace(self._context, named=as_of_name(table.name, self._context.fetched_at))
        self._expected += table.expected
        used: set[str] = set()
        oddities: Counter[str] = Counter()
        before = counts.requested
        if table.note:
            counts.problem(f"encoding: {table.name} {table.note}")
        for line in table.lines:
            counts.requested += 1
            if isinstance(line, Unreadable):
                self._refuse(form, table, line.number, line.reason, line.content)
            else:
                year_of = partial(self._years.year, number, line.number)
                cells = self._chooser.rename(line.cells)
                self._take(form, table, line, Row(cells, context, used, oddities, year_of))
            if len(self._batch) + len(self._refused) >= BATCH:
                self._flush()
            if self._tools.progress and counts.requested % REPORT_EVERY == 0:
                self._tools.progress(counts.requested, max(self._expected, counts.requested))
        for column in self._chooser.columns(table) - used - form.ignored:
            counts.leftover[column] += counts.requested - before
        counts.leftover.update(oddities)
        counts.leftover.update(table.oddities)

    def _take(self, form: Format, table: Table, line: Line, row: Row) -> None:
        try:
            read = form.read(row)
        except RowError as error:
            kept = {k: v for k, v in line.cells.items() if k not in form.private and v}
            self._refuse(form, table, line.number, str(error), json.dumps(kept, ensure_ascii=False))
            return
        posts = [self._tools.factory.build(raw) for raw in read if raw.text.strip() or raw.title.strip()]
        if posts:
            self._add(posts)
        else:
            self._counts.dropped["no_text"] += 1

    def _add(self, posts: Sequence[Post]) -> None:
        """The posts of one row; it is a repetition only where all of them have stood in the file before."""
        fresh = [post for post in posts if self._written.get(post.post_id) != _look(post)]
        if not fresh:
            self._counts.dropped["duplicate_in_file"] += 1
        for post in fresh:
            self._written[post.post_id] = _look(post)
            if self._counts.requested <= self._resumed:
                self._counts.dropped["duplicate"] += 1
            else:
                self._batch.append(post)

    def _refuse(self, form: Format, table: Table, number: int, reason: str, content: str) -> None:
        self._counts.dropped["unreadable"] += 1
        if self._counts.requested > self._resumed:
            where = f"{table.name}:{number}"
            self._refused.append((where, reason, "" if form.hides_rows else content))

    def _settle_times(self) -> None:
        """Rows that all stand on midnight, or on the full minute, are known to the day or the minute."""
        read = [Stamp(post.published_at, post.time_precision) for post in self._batch]
        stamps, wrong = settle_together(read)
        if wrong:
            self._counts.leftover[wrong] += sum(a != b for a, b in zip(read, stamps, strict=True))
        self._batch = [
            dataclasses.replace(post, published_at=at, time_precision=precision)
            for post, (at, precision) in zip(self._batch, stamps, strict=True)
        ]

    def _flush(self) -> None:
        """Posts first; then, and only then, the cursor."""
        if self._counts.requested <= self._resumed:
            return
        tools = self._tools
        self._settle_times()
        fresh = self._unknown(self._batch)
        if len(fresh) < len(self._batch):
            self._counts.dropped["duplicate"] += len(self._batch) - len(fresh)
        if fresh:
            self._counts.collected += tools.spool.put(fresh)
        self._batch = []
        for where, reason, content in self._refused:
            tools.quarantine.put(self._context.source, where, reason, content)
        self._refused = []
        self._move_cursor(done=False)

    def _unknown(self, batch: list[Post]) -> list[Post]:
        """Without what the ledger knows just so, and what an import that was cut off left in the spool."""
        waiting: set[Look] = set()
        if self._cut_off:
            spool = self._tools.spool
            waiting = {_look(item.post) for item in spool.take(spool.waiting())}
            self._cut_off = False
        seen = self._tools.state.seen.lookup([post.post_id for post in batch])
        known_or_waiting = waiting | {(s.post_id, s.content_hash, s.observed) for s in seen.values()}
        return [post for post in batch if _look(post) not in known_or_waiting]

    def _move_cursor(self, *, done: bool) -> None:
        rows = max(self._counts.requested, self._resumed)
        value: dict[str, Any] = {"file": self._path.name, "rows": rows, "done": done}
        self._tools.state.cursors.put(self._mark, value)

    def _note(self, strangers: list[Table]) -> None:
        for table in strangers:
            if table.columns:
                self._counts.leftover[f"未识别的表 {table.name}"] += max(table.expected, 1)
            else:
                self._counts.problem(f"读不出：{table.note}")

    def _check_yield(self) -> None:
        counts = self._counts
        unreadable, empty = counts.dropped["unreadable"], counts.dropped["no_text"]
        if counts.requested and unreadable + empty == counts.requested:
            raise InputError(
                _(
                    "{name} 一行也没有读成：{unreadable} 行读不出，{empty} 行没有正文",
                    name=self._path.name,
                    unreadable=unreadable,
                    empty=empty,
                ),
                _("至少一行有正文"),
                _("核对文件与列名；读不出的行和原因在隔离目录中"),
            )
        if unreadable:
            counts.problem(f"读不出：{unreadable} 行读不出，行号和原因在隔离目录中")


def _look(post: Post) -> Look:
    return post.post_id, post.content_hash, post.observed


def mark_of(path: Path, context: Context, mapping: Mapping[str, str] | None) -> str:
    """The cursor's name: the same bytes read the same way are the same import, whatever the file is called.

    A date in the file's name is part of the way: relative times may count from it.

    Raises:
        InputError: there is no such file, or it cannot be opened.
    """
    peek(path)
    named = as_of_name(path.name, context.fetched_at)
    moments = [f"{m.earliest}/{m.latest}" for m in (context.as_of, named) if m]
    way = json.dumps([sorted((mapping or {}).items()), context.platform, __version__, *moments])
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    digest.update(way.encode())
    return f"import:{context.source}:{digest.hexdigest()[:32]}"
