"""Whose SQLite file it is, and of which form: asked before anything is written to it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from koubei.core.errors import StoreError
from koubei.core.language import _

# One statement, so one snapshot: another process may be making the file at this moment.
_HEADER = (
    "SELECT (SELECT application_id FROM pragma_application_id), "
    "(SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_master)"
)


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file of ours.

    Attributes:
        what: what it is, in Chinese ("待处理队列").
        application: its application_id, which tells it from every other SQLite file.
        newest: the newest version this koubei knows.
        rescue: what to do where the file is foreign.
    """

    what: str
    application: int
    newest: int
    rescue: str

    def version(self, db: sqlite3.Connection, path: Path) -> int:
        """The file's version; 0 for an empty one.

        Raises:
            StoreError: it is not a file of this kind, or a newer koubei wrote it.
        """
        application, version, tables = db.execute(_HEADER).fetchone()
        if application != self.application and (application or version or tables):
            raise StoreError(
                _("{path} 不是 koubei 的{what}", path=path, what=self.what),
                _("koubei 建立的文件"),
                self.rescue,
            )
        if version > self.newest:
            found = f"{self.what} {path} 的格式是第 {version} 版"
            fix = "该文件由更新的 koubei 写成：升级 koubei 后再试"
            raise StoreError(found, _("至多第 {newest} 版", newest=self.newest), fix)
        return int(version)
