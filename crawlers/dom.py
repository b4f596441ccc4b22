"""The few things spiders do with a parsed page, on lxml directly: a forum page holds thousands of nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from lxml.cssselect import CSSSelector  # type: ignore[import-untyped]  # lxml ships no types
from lxml.html import tostring  # type: ignore[import-untyped]  # as above

Element: TypeAlias = Any
"""An lxml element."""


def select(css: str) -> Callable[[Element], list[Element]]:
    """A compiled CSS selector: element -> its matching descendants, in order."""
    find: Callable[[Element], list[Element]] = CSSSelector(css)
    return find


def text_of(elements: Sequence[Element]) -> str:
    """The words of the first element on one line, "" where there is none."""
    return " ".join("".join(elements[0].itertext()).split()) if elements else ""


def outer_html(element: Element) -> str:
    """The element as HTML, without the text behind it."""
    return str(tostring(element, encoding="unicode", with_tail=False))


def drop(element: Element) -> None:
    """Remove an element but keep the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)
