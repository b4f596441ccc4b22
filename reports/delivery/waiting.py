"""Messages on disk until every channel has had them: what a retry sends is what was meant at first."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from koubei.core.errors import DegradedError
from koubei.core.language import _
from reports.delivery.message import Attachment, Message


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A message and, per channel that has not had it, how often it was tried."""

    message: Message
    since: datetime
    attempts: dict[str, int]


class Waiting:
    """One file per message, gone when no channel waits for it any more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, message: Message, channels: Sequence[str], now: datetime) -> None:
        """Note the message before anything is sent; one that is there already keeps its counts.

        Raises:
            DegradedError: it cannot be written (disk full, no permission); nothing was sent.
        """
        if channels and not self._file(message.digest).exists():
            self._write(WaitingMessage(message, now, dict.fromkeys(channels, 0)))

    def count(self, digest: str, channel: str) -> None:
        """One more attempt begins."""
        item = self._read(self._file(digest))
        if item is not None:
            attempts = item.attempts | {channel: item.attempts.get(channel, 0) + 1}
            self._write(replace(item, attempts=attempts))

    def drop(self, digest: str, channel: str) -> None:
        """This channel needs it no more."""
        item = self._read(self._file(digest))
        if item is None:
            return
        left = {name: n for name, n in item.attempts.items() if name != channel}
        if left:
            self._write(replace(item, attempts=left))
        else:
            self._file(digest).unlink(missing_ok=True)

    def all(self) -> Iterator[WaitingMessage]:
        """What waits, oldest first."""
        items = [self._read(path) for path in sorted(self._folder.glob("*.json"))]
        yield from sorted((item for item in items if item is not None), key=lambda item: item.since)

    def _file(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"

    def _write(self, item: WaitingMessage) -> None:
        path = self._file(item.message.digest)
        part = path.with_suffix(".part")
        content = {
            "since": item.since.isoformat(),
            "attempts": item.attempts,
            "message": _packed(item.message),
        }
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
            part.replace(path)
        except OSError as error:
            raise DegradedError(
                _("{path} 写不进去（{strerror}）", path=path, strerror=error.strerror),
                _("可写的数据目录"),
                _("检查磁盘与权限后重试"),
            ) from error

    def _read(self, path: Path) -> WaitingMessage | None:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        since = datetime.fromisoformat(content["since"])
        return WaitingMessage(_unpacked(content["message"]), since, content["attempts"])


def _packed(message: Message) -> dict[str, Any]:
    values = asdict(message)
    values["attachments"] = [
        {"name": a.name, "mime": a.mime, "content": base64.b64encode(a.content).decode()}
        for a in message.attachments
    ]
    return values


def _unpacked(values: dict[str, Any]) -> Message:
    attachments = tuple(
        Attachment(a["name"], a["mime"], base64.b64decode(a["content"])) for a in values["attachments"]
    )
    return Message(**values | {"attachments": attachments})
