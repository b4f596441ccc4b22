"""One writer of mentions at a time, whichever process it is in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from koubei.app.context import AppContext
from koubei.core.errors import DegradedError
from koubei.core.language import _

PATIENCE_SECONDS = 60


@contextmanager
def only_writer(app: AppContext) -> Iterator[None]:
    """Until the block ends nobody else reads mentions to write them anew.

    Raises:
        DegradedError: another process has been writing for over a minute.
    """
    lock = FileLock(app.folder.locks / "ingest.lock", timeout=PATIENCE_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise DegradedError(_("另一个进程正在入库"), fix=_("稍后再试；帖子在队列中，不会丢失")) from None
    try:
        yield
    finally:
        lock.release()
