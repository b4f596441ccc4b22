"""Loads the phrase banks: text files of [sections], one template a line, {slots} in braces."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

Template = tuple[str, ...]
"""Literal, slot, literal, slot, …, literal."""

Bank = dict[str, tuple[Template, ...]]

FACTORS = {
    "tariff": "资费套餐", "network": "网络质量", "broadband": "宽带", "service": "客服",
    "hall": "营业厅与APP",
    "leaving": "携转离网", "suspension": "停机与反诈", "addons": "增值业务误订", "marketing": "营销活动",
}  # fmt: skip
"""Bank name -> factor name."""

NAMING = frozenset({"b", "hot", "bp", "r", "rp", "rn", "hotr"})
"""Slots that name a brand."""

_SLOT = re.compile(r"\{(\w+)\}")


@cache
def bank(name: str) -> Bank:
    """The templates of one phrase file by section."""
    text = (files(__package__) / "phrases" / f"{name}.txt").read_text(encoding="utf-8")
    sections: dict[str, list[Template]] = {}
    lines: list[Template] = []
    for line in text.splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(tuple(_SLOT.split(line)))
    return {section: tuple(found) for section, found in sections.items()}


@cache
def plain(name: str, section: str) -> tuple[Template, ...]:
    """The templates of a section that name no brand: fit for replies."""
    return tuple(t for t in bank(name)[section] if NAMING.isdisjoint(t[1::2]))
