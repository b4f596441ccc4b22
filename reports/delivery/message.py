"""A message before any channel has shaped it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Literal

MessageKind = Literal["report", "alert", "test"]

ROBOT_BYTES = 4096
"""What a WeCom robot takes, in bytes of UTF-8."""

MARKDOWN_BYTES = 4000
"""What a card may have, so that the mark of a possible repeat still fits."""

REPEAT_MARK = "〔可能重复〕"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail or into a folder."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent. The builder of `markdown` and `html` has made every post's words harmless.

    Attributes:
        ref: what it is about: "daily/2026-11-18", "R-1118-01".
        markdown: chat card, at most MARKDOWN_BYTES bytes of UTF-8; its first line repeats the title.
        identity: what makes it the same message again; "" = its words. An alert's is its number, event
            and level, so that fresher counts do not make it a new message.
    """

    kind: MessageKind
    ref: str
    title: str
    markdown: str
    text: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    identity: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 that names the message in the delivery ledger."""
        hashed = hashlib.sha256()
        words = [self.identity] if self.identity else [self.title, self.markdown, self.text, self.html or ""]
        for part in (self.kind, self.ref, *words):
            hashed.update(part.encode("utf-8", "replace") + b"\x00")
        if not self.identity:
            for attachment in self.attachments:
                hashed.update(
                    attachment.name.encode() + b"\x00" + hashlib.sha256(attachment.content).digest()
                )
        return hashed.hexdigest()

    def possible_repeat(self) -> Message:
        """The message marked as one that may have arrived before."""
        return replace(
            self,
            title=REPEAT_MARK + self.title,
            markdown=f"{REPEAT_MARK}上次发送后未得到确认\n\n{self.markdown}",
            text=f"{REPEAT_MARK}上次发送后未得到确认\n{self.text}",
        )
