"""What could not be read is kept with the reason, so that nothing is lost and nobody has to guess."""

from __future__ import annotations

import errno
import json
import re
from pathlib import Path

from koubei.core.clock import Clock, day_of
from koubei.core.errors import DegradedError
from koubei.core.language import _
from koubei.core.privacy import mask

CONTENT_LIMIT = 20_000


class Quarantine:
    """A folder of JSONL files, one per source and Beijing day, each line a thing that was refused."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def put(self, source: str, where: str, reason: str, content: str) -> Path:
        """Append one line, masked; the file it went to.

        Args:
            where: a place a person can find again: file and row, or address.
            reason: why it could not be read.
            content: what was there; cut at 20,000 characters.

        Raises:
            DegradedError: it cannot be written (disk full, no right to write).
        """
        now = self._clock.now()
        path = self._folder / f"{_file_name(source)}-{day_of(now).isoformat()}.jsonl"
        line = json.dumps(
            {
                "at": now.isoformat(),
                "source": source,
                "where": _safe(where),
                "reason": _safe(reason),
                "content": _safe(content),
            },
            ensure_ascii=False,
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _append(path, f"{line}\n".encode())
        except OSError as error:
            raise DegradedError(
                _("无法写入隔离文件 {path}（{strerror}）", path=path, strerror=error.strerror),
                fix=_("腾出磁盘空间或修正目录权限后重跑"),
            ) from error
        return path

    def count(self) -> int:
        """How many lines all files hold."""
        return sum(_lines(path) for path in sorted(self._folder.glob("*.jsonl")))


def _append(path: Path, line: bytes) -> None:
    """In one write, so that the lines of two processes do not mix."""
    with path.open("ab", buffering=0) as file:
        if file.write(line) != len(line):
            raise OSError(errno.ENOSPC, _("磁盘已满"))


def _safe(text: str) -> str:
    readable = text[:CONTENT_LIMIT].encode("utf-8", "backslashreplace").decode()
    return mask(readable)


def _file_name(source: str) -> str:
    """A source's name as a file name: never a path, never hidden, never empty."""
    return re.sub(r"[^\w-]", "_", source)[:80] or "_"


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for __ in file)
