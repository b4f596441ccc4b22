"""From what a page or an export holds to plain values: times, counts, text without markup. Pure functions."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator

from crawlers.counts import parse_count
from crawlers.times import parse_time

__all__ = ["html_to_text", "parse_count", "parse_time", "strip_highlight"]

_TAG = re.compile(r"""<(/?[a-zA-Z][^\s/>]*+)((?:[^>"']|"[^"]*+"|'[^']*+')*+)>""")
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_TAG_START = re.compile(r"<(?:/?[a-zA-Z]|!|\?)")
_ESCAPED_MARKUP = re.compile(r"&lt;/?(?:p|br|div|span|a|img|b|strong|em|i|font|ul|ol|li|blockquote|h[1-6])\b")
_RAW_END = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "template")}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = (
    "p",
    "div",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "pre",
    "blockquote",
    "section",
    "article",
)
_BREAKS = frozenset(("br", "hr", "header", "footer", *_BLOCKS, *_HEADINGS))
_SPACES = re.compile(r"[ \t\r\f\v\xa0\u3000]+")


def strip_highlight(html: str) -> str:
    """A title or snippet without the tags that mark search hits; its own spaces and lines are kept."""
    return entities.unescape("".join(piece for kind, piece in _pieces(html) if kind == "text"))


def html_to_text(html: str) -> str:
    """The words of an HTML fragment: one line per block, image alt texts kept ([泪]), scripts dropped.

    Entities are resolved twice, and markup that was escaped as a whole is read as markup, since feeds
    often escape once too often. Text without any tag keeps its line breaks. Linear in the length, safe
    on broken and deeply nested markup; never raises.
    """
    if not _TAG_START.search(html) and _ESCAPED_MARKUP.search(html):
        html = entities.unescape(html)
    if not _TAG_START.search(html):
        return _tidy(entities.unescape(entities.unescape(html)))
    parts: list[str] = []
    for kind, piece in _pieces(html):
        if kind == "text":
            parts.append(" ".join(_edges(piece)))
        elif piece in _BREAKS:
            parts.append("\n")
        elif kind == "alt":
            parts.append(piece)
    return _tidy(entities.unescape(entities.unescape("".join(parts))))


def _edges(text: str) -> list[str]:
    """The words of a text node, with an empty one where it begins or ends in a space (HTML collapses)."""
    words = text.split()
    if not words:
        return ["", ""] if text else []
    return [""] * text[0].isspace() + words + [""] * text[-1].isspace()


def _tidy(text: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """("text", words), ("alt", image text) and ("tag", lower-case name) in order.

    A "<" that opens nothing is text. A tag whose quotes never close makes the rest be read with the
    quotes ignored: one failed look to the end, so that hostile input cannot cost the square of its length.
    """
    at, end, quotes = 0, len(html), True
    absent: set[str] = set()
    while at < end:
        opening = _TAG_START.search(html, at)
        if not opening:
            yield "text", html[at:]
            return
        start = opening.start()
        if start > at:
            yield "text", html[at:start]
        if html.startswith("<!--", start):
            at = _after(html, "-->", start + 4, absent)
            continue
        tag = _TAG.match(html, start) if quotes and html[start + 1] not in "!?" else None
        if not tag:
            quotes = quotes and html[start + 1] in "!?"
            at = _after(html, ">", start + 1, absent)
            yield from _plain_tag(html[start:at])
            continue
        yield from _tag_pieces(tag)
        at = _after_raw(html, tag, absent)


def _plain_tag(markup: str) -> Iterator[tuple[str, str]]:
    """A tag read without regard to quotes; a "<" that nothing closes is text."""
    if markup == "<":
        yield "text", markup
        return
    name = markup[1:-1].split(None, 1)
    yield "tag", name[0].strip("/").lower() if name else ""


def _tag_pieces(tag: re.Match[str]) -> Iterator[tuple[str, str]]:
    name = tag[1].strip("/").lower()
    yield "tag", name
    alt = _ALT.search(tag[2]) if name == "img" else None
    if alt:
        yield "alt", alt[1] or alt[2] or alt[3] or ""


def _after(html: str, mark: str, start: int, absent: set[str]) -> int:
    """Where to go on after `mark`; right at `start` where it never comes (remembered in `absent`)."""
    at = -1 if mark in absent else html.find(mark, start)
    if at < 0:
        absent.add(mark)
        return start
    return at + len(mark)


def _after_raw(html: str, tag: re.Match[str], absent: set[str]) -> int:
    """Past the content of a script or style; a missing end tag hides nothing."""
    name = tag[1].lower()
    if name not in _RAW_END or name in absent:
        return tag.end()
    closing = _RAW_END[name].search(html, tag.end())
    if not closing:
        absent.add(name)
        return tag.end()
    return closing.start()
