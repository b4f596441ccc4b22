"""The 31 provinces by short name and their cities, as places.toml lists them."""

from __future__ import annotations

import tomllib
from pathlib import Path

_DATA = tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))

PROVINCES: tuple[str, ...] = tuple(_DATA["cities"])
PROVINCE_OF: dict[str, str] = {
    place: province for province, cities in _DATA["cities"].items() for place in (province, *cities.split())
}
"""Place (province, city, prefecture, league) -> its province."""

MISLEADING = frozenset(_DATA["misleading"].split())
"""Cities that need 市 after them, or a brand's word, to be taken for the city."""

TRAPS: tuple[str, ...] = tuple(_DATA["traps"].split())
"""Phrases that hold a place's name and name no place of the post."""
