"""The durable queue of posts between collecting and everything else.

A post is on disk when `put` returns and leaves only by `done`. So a kill, a full disk or a store that is
away need no second mechanism: the posts wait here. Several processes may use one spool at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock

from koubei.core.domain import Post
from koubei.core.errors import DegradedError
from koubei.core.language import _
from koubei.core.post_json import decode_post, encode_post
from koubei.core.sqlite_errors import explain
from koubei.core.sqlite_owner import Form
from koubei.core.sqlite_wal import write_ahead

BUSY_SECONDS = 10.0

_APPLICATION = 0x4B425350
"""application_id of a spool file ("KBSP"): tells it from every other SQLite file."""
_VERSION = 1
_SCHEMA = f"""
CREATE TABLE posts (seq INTEGER PRIMARY KEY AUTOINCREMENT, collected_at TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX posts_collected_at ON posts (collected_at);
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
"""
_WHAT = "待处理队列"
_RESCUE = "把该文件改名移走后重跑（会新建一个空队列），再从备份恢复，或重新采集其中的帖文"
_FORM = Form(_WHAT, _APPLICATION, _VERSION, _RESCUE)


@dataclass(frozen=True, slots=True)
class SpoolItem:
    """A waiting post and the number `done` takes."""

    seq: int
    post: Post


class Spool:
    """A queue in one SQLite file. Threads may share one object, processes one file."""

    def __init__(self, path: Path, limit: int) -> None:
        """Open the queue, making the file where there is none; at most `limit` posts wait in it.

        Raises:
            StoreError: the file is no spool, is damaged, or a newer koubei wrote it.
            StoreUnavailableError: another process holds it for too long.
        """
        self._path = path
        self._limit = limit
        self._lock = RLock()
        with self._explained():
            self._db = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def put(self, posts: Sequence[Post]) -> int:
        """Append the posts, all or none; durable on return. Returns how many there were.

        Raises:
            DegradedError: the queue or the disk is full; nothing of this call was kept.
        """
        rows = [(post.collected_at.astimezone(UTC).isoformat(), encode_post(post)) for post in posts]
        with self._transaction():
            self._check_room(len(rows))
            self._db.executemany("INSERT INTO posts (collected_at, body) VALUES (?, ?)", rows)
        return len(rows)

    def take(self, limit: int) -> list[SpoolItem]:
        """The posts that have waited longest, at most `limit`; they stay until `done`."""
        with self._explained():
            rows = self._db.execute("SELECT seq, body FROM posts ORDER BY seq LIMIT ?", (limit,)).fetchall()
            return [SpoolItem(seq, decode_post(body)) for seq, body in rows]

    def done(self, seqs: Iterable[int]) -> None:
        """Forget these posts: the store has them. Numbers that are gone already are no error."""
        with self._transaction():
            self._db.executemany("DELETE FROM posts WHERE seq = ?", [(seq,) for seq in seqs])

    def waiting(self) -> int:
        """How many posts wait."""
        with self._explained():
            row = self._db.execute("SELECT count(*) FROM posts INDEXED BY posts_collected_at").fetchone()
            return int(row[0])

    def oldest(self) -> datetime | None:
        """When the longest collected waiting post was collected (UTC), None where none waits."""
        with self._explained():
            row = self._db.execute("SELECT min(collected_at) FROM posts").fetchone()
            return datetime.fromisoformat(row[0]) if row[0] else None

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()

    def _prepare(self) -> None:
        """Check whose file it is and make the table in a new one; one transaction, so never half."""
        _FORM.version(self._db, self._path)
        write_ahead(self._db)
        self._db.execute("PRAGMA synchronous = FULL")
        with self._transaction():
            if _FORM.version(self._db, self._path) == 0:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    self._db.execute(statement)

    def _check_room(self, arriving: int) -> None:
        """Cheap while far from the limit: the span of numbers is never less than what waits."""
        low, high = self._db.execute("SELECT min(seq), max(seq) FROM posts").fetchone()
        at_most = high - low + 1 if high is not None else 0
        if at_most + arriving > self._limit and self.waiting() + arriving > self._limit:
            raise DegradedError(
                _(
                    "{WHAT}已满：{waiting} 条在等，上限 {limit} 条",
                    WHAT=_WHAT,
                    waiting=self.waiting(),
                    limit=self._limit,
                ),
                fix=_("运行 koubei ingest 入库，或调大 koubei.toml 中的 storage.spool_limit"),
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise explain(error, _WHAT, self._path, _RESCUE) from error
