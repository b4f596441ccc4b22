"""A search cursor: the last item shown, as a value that may be kept and pasted."""

from __future__ import annotations

import base64
import binascii

from indexer.sqlite.columns import microseconds
from koubei.core.domain import ScoredMention
from koubei.core.errors import InputError


def encode(last: ScoredMention) -> str:
    """The cursor behind `last`."""
    text = f"{microseconds(last.filed_at)} {last.mention.mention_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[int, str]:
    """filed_at in microseconds and the mention id.

    Raises:
        InputError: the text is no cursor of ours.
    """
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        filed, mention_id = text.split(" ", 1)
        return int(filed), mention_id
    except (ValueError, binascii.Error):
        raise InputError(f"游标 {cursor[:40]!r} 读不懂", "上一页给出的游标", "不带游标从头看") from None
