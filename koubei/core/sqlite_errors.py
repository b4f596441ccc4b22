"""What SQLite's errors mean to the person who runs the program."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from koubei.core.errors import DegradedError, KoubeiError, StoreError, StoreUnavailableError
from koubei.core.language import _

_AWAY = {
    sqlite3.SQLITE_BUSY: ("正被另一个进程占用", "等那个进程结束后重跑；fuser 加文件名可看是哪个进程"),
    sqlite3.SQLITE_LOCKED: ("正被另一个进程占用", "等那个进程结束后重跑；fuser 加文件名可看是哪个进程"),
}
_FULL = {
    sqlite3.SQLITE_FULL: ("写不下：磁盘已满", "腾出磁盘空间后重跑，会从中断处继续"),
    sqlite3.SQLITE_IOERR: ("读写失败：磁盘已满或有故障", "检查磁盘空间和磁盘状态后重跑，会从中断处继续"),
}


def explain(error: sqlite3.Error, what: str, path: Path, rescue: str) -> KoubeiError:
    """The error to raise in place of SQLite's.

    Args:
        what: what the file is, in Chinese ("待处理队列").
        rescue: what to do where the file itself is damaged or foreign.

    Returns:
        StoreUnavailableError for a lock, DegradedError for a full or failing disk (both: try again),
        StoreError for everything else.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _AWAY:
        found, fix = _AWAY[code]
        return StoreUnavailableError(f"{what} {path} {found}", fix=fix)
    if code in _FULL:
        found, fix = _FULL[code]
        return DegradedError(f"{what} {path} {found}", fix=fix)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return StoreError(
            _("{what} {path} 打不开或不可写", what=what, path=path),
            _("可读写的文件"),
            _("检查文件及所在目录的权限"),
        )
    return StoreError(
        _("{what} {path} 不可用（{error}）", what=what, path=path, error=error),
        _("完好的 SQLite 文件"),
        rescue,
    )
