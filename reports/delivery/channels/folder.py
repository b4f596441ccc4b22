"""A folder: each message as .md, .txt and .html, attachments beside them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from koubei.core.clock import Clock
from koubei.core.config.schema import Channel, Settings
from koubei.core.language import _
from reports.delivery.errors import DeliveryError
from reports.delivery.message import Message

_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


class Folder:
    """Writes files whole or not at all; the same message again replaces its files."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self._folders = folders

    def send(self, message: Message) -> tuple[str, ...]:
        """Write the message into every folder of the channel."""
        stem = f"{message.kind}-{_name(message.ref)}-{message.digest[:8]}"
        files = {f"{stem}.md": message.markdown.encode(), f"{stem}.txt": message.text.encode()}
        if message.html is not None:
            files[f"{stem}.html"] = message.html.encode()
        files |= {f"{stem}-{_name(a.name)}": a.content for a in message.attachments}
        for folder in self._folders:
            for name, content in files.items():
                _write(folder, name, content)
        return ()


def open_channel(channel: Channel, settings: Settings, clock: Clock) -> Folder:  # noqa: ARG001 - one shape for all
    """Relative folders lie in the data folder."""
    return Folder(tuple(settings.storage.data / Path(to).expanduser() for to in channel.to))


def _name(text: str) -> str:
    return _NOT_IN_NAMES.sub("-", text).strip(".-")[:80] or "message"


def _write(folder: Path, name: str, content: bytes) -> None:
    part = folder / f".{name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / name)
    except OSError as error:
        raise DeliveryError(
            _("{folder} 写不进去（{strerror}）", folder=folder / name, strerror=error.strerror),
            _("可写的目录"),
            _("检查目录权限与磁盘"),
        ) from error
