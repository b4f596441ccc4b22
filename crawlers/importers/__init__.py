"""Files an operator already holds: exports and crawls of other tools, in; posts into the spool, out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from crawlers.importers.choice import Chooser
from crawlers.importers.job import ImportJob, Tools, mark_of
from crawlers.importers.moments import AsOf
from crawlers.importers.row import Context
from koubei.core.clock import Clock
from koubei.core.domain import Run
from koubei.core.intake import PostFactory
from koubei.core.quarantine import Quarantine
from koubei.core.spool import Spool
from koubei.core.state import State

__all__ = ["import_file"]


def import_file(
    path: Path,
    *,
    source: str,
    mapping: Mapping[str, str] | None,
    settings_platform: str | None,
    factory: PostFactory,
    spool: Spool,
    quarantine: Quarantine,
    state: State,
    clock: Clock,
    progress: Callable[[int, int], None] | None,
    as_of: AsOf | None = None,
) -> Run:
    """Put the posts of a file into the spool; the run that says what became of each row.

    The same file again adds nothing. After a kill, the same call goes on where it was: a batch is in the
    spool before the file's cursor moves. Rows that cannot be read go to the quarantine and make the run
    degraded; so does a full spool, and the next call goes on from there.

    Args:
        source: under which name posts and run are filed.
        mapping: our key -> the file's column, for a file no format recognises; see docs/importing.md.
        settings_platform: platform of rows that do not name theirs.
        progress: called with (rows read, rows expected).
        as_of: when the file was exported: what its relative times count from.

    Raises:
        InputError: the file is missing, damaged, locked or of no known format, or none of it can be read.
    """
    tools = Tools(factory, spool, quarantine, state, clock, progress)
    context = Context(source, settings_platform, clock.now(), as_of)
    mark = mark_of(path, context, mapping)
    return ImportJob(path, context, Chooser(mapping, settings_platform), mark, tools).run()
