"""The durable memory of voices: which post speaks with whose voice, and the texts that first said something.

One SQLite file beside the state database, whatever the mention store. Both tables only grow; what a row says
is never changed but for `heard`. So a batch that is done again finds what it wrote the first time.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

from koubei.core.sqlite_errors import explain
from koubei.core.sqlite_owner import Form
from koubei.core.sqlite_wal import write_ahead
from koubei.mentions.sketches import Sketch

BUSY_SECONDS = 10.0

_APPLICATION = 0x4B425643
"""application_id of a voices file ("KBVC"): tells it from every other SQLite file."""
_VERSION = 1
_SCHEMA = f"""
CREATE TABLE posts (post_id TEXT PRIMARY KEY, root TEXT NOT NULL, heard INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE leaders (
    number INTEGER PRIMARY KEY, post_id TEXT NOT NULL,
    letters INTEGER NOT NULL, grams BLOB NOT NULL, numbers TEXT
);
CREATE TABLE marks (name TEXT PRIMARY KEY) WITHOUT ROWID;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
"""
_WHAT = "独立声音索引"
_RESCUE = "把该文件改名移走后重跑，会由提及库中的帖文重新建立"
_FORM = Form(_WHAT, _APPLICATION, _VERSION, _RESCUE)


@dataclass(frozen=True, slots=True)
class Known:
    """A post whose voice is decided.

    Attributes:
        root: the post whose voice it is; an empty string where it is its own.
        heard: False while the post is known from its reposts only.
    """

    root: str
    heard: bool


@dataclass(frozen=True, slots=True)
class Leader:
    """The first-seen post of a cluster of copies, with the sketch of its text."""

    post_id: str
    sketch: Sketch


class VoicesFile:
    """Threads may share one object, processes one file. Reads and writes belong in `writing`."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it where there is none.

        Raises:
            StoreError: the file is no voices file, is damaged, or a newer koubei wrote it.
            StoreUnavailableError: another process holds it for too long.
        """
        self._path = path
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

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The only writer until the block ends; durable then, nothing of it kept on an error."""
        with self._explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def known(self, post_ids: Iterable[str]) -> dict[str, Known]:
        """Those of the posts whose voice is decided."""
        rows = self._db.execute(
            "SELECT post_id, root, heard FROM posts WHERE post_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(post_ids)),),
        )
        return {post_id: Known(root, bool(heard)) for post_id, root, heard in rows}

    def decide(self, posts: Iterable[tuple[str, Known]]) -> None:
        """Note the voice of each post; a post noted before keeps its root, and may become heard."""
        self._db.executemany(
            "INSERT INTO posts (post_id, root, heard) VALUES (?, ?, ?) "
            "ON CONFLICT (post_id) DO UPDATE SET heard = max(heard, excluded.heard)",
            sorted((post_id, known.root, int(known.heard)) for post_id, known in posts),
        )

    def last(self) -> int:
        """The number of the newest leader; they are numbered from 1 without gaps."""
        return int(self._db.execute("SELECT coalesce(max(number), 0) FROM leaders").fetchone()[0])

    def lead(self, first: int, leaders: Sequence[Leader]) -> None:
        """Append the leaders, numbered from `first` on."""
        rows = (
            (number, one.post_id, one.sketch.letters, one.sketch.grams, one.sketch.numbers)
            for number, one in enumerate(leaders, start=first)
        )
        self._db.executemany("INSERT INTO leaders VALUES (?, ?, ?, ?, ?)", rows)

    def leaders(self, numbers: Iterable[int]) -> dict[int, Leader]:
        """The leaders of these numbers."""
        rows = self._db.execute(
            "SELECT number, post_id, letters, grams, numbers FROM leaders "
            "WHERE number IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(numbers)),),
        )
        return {number: Leader(post_id, Sketch(*rest)) for number, post_id, *rest in rows}

    def stamp(self, number: int) -> str | None:
        """Hex digits that tell this leader from any other, None where there is none of this number."""
        with self._explained():
            row = self._db.execute(
                "SELECT post_id, grams FROM leaders WHERE number = ?", (number,)
            ).fetchone()
        return f"{zlib.crc32(row[1], zlib.crc32(row[0].encode())):08x}" if row else None

    def marked(self, name: str) -> bool:
        """Whether the mark was set."""
        with self._explained():
            return self._db.execute("SELECT 1 FROM marks WHERE name = ?", (name,)).fetchone() is not None

    def mark(self, name: str) -> None:
        """Set the mark for ever."""
        with self.writing():
            self._db.execute("INSERT OR IGNORE INTO marks VALUES (?)", (name,))

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()

    def _prepare(self) -> None:
        _FORM.version(self._db, self._path)
        write_ahead(self._db)
        self._db.execute("PRAGMA synchronous = FULL")
        with self.writing():
            if _FORM.version(self._db, self._path) == 0:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    self._db.execute(statement)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise explain(error, _WHAT, self._path, _RESCUE) from error
