"""Words from posts made harmless for chat robots and mail headers."""

from __future__ import annotations

from urllib.parse import quote

from reports.figures.wording import inert

_ASCII = "\\`*_[]()<>#|~@!$&{}"
_TO_FULL_WIDTH = {ord(c): chr(ord(c) + 0xFEE0) for c in _ASCII}
_URL_SAFE = "/:?#[]@!$&'*+,;=%-._~"


def card_text(text: str, limit: int = 400) -> str:
    """Text as every robot's markdown shows it and none reads it.

    Robots disagree about backslash escapes, so marks become their full-width forms; "://" is broken up,
    since bare addresses turn into links; @ cannot call anyone.
    """
    return inert(text, limit).translate(_TO_FULL_WIDTH).replace("://", "：//")


def card_url(url: str | None) -> str:
    """An address that has passed `safe_url`, percent-encoded so that it cannot end a markdown link."""
    return quote(url or "", safe=_URL_SAFE)


def header(text: str, limit: int = 200) -> str:
    """One line for a mail header: no CR, LF, other control or direction marks."""
    return inert(text, limit)


def cut_bytes(text: str, limit: int, end: str = "…") -> str:
    """The longest start of `text` that fits `limit` bytes of UTF-8 with `end`; never splits a character."""
    if len(text.encode()) <= limit:
        return text
    return text.encode()[: limit - len(end.encode())].decode("utf-8", "ignore") + end
