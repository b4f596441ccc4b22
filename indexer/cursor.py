"""Page cursors: the key of the last item shown, the same in every store: a bookmark outlives a migration."""

from __future__ import annotations

import base64
import binascii

from koubei.core.errors import InputError
from koubei.core.language import _

Key = tuple[int, str]
"""(filed_at in microseconds, mention_id): what pages and exports are ordered by."""


def to_cursor(key: Key) -> str:
    """The cursor that stands behind the item of this key."""
    return base64.urlsafe_b64encode(f"{key[0]} {key[1]}".encode()).decode().rstrip("=")


def from_cursor(cursor: str) -> Key:
    """The key a cursor was made from.

    Raises:
        InputError: it is none of ours.
    """
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        filed_at, mention_id = text.split(" ", 1)
        if abs(micros := int(filed_at)) < 1 << 60:
            return micros, mention_id
    except (ValueError, binascii.Error):
        pass
    raise InputError(
        _("游标 {cursor!r} 读不懂", cursor=cursor[:40]), _("上一页给出的游标"), _("不带游标，从第一页看起")
    )
