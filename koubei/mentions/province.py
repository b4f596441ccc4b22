"""Where a post comes from: what the source declares, else what the text names, else nothing.

| source | when |
|---|---|
| declared | the platform's IP region, the ticket's home region ("发布于 山东", "IP属地：广东 深圳") |
| named | exactly one province stands right before a brand's word (山东移动, 济南市联通) |
| named | else exactly one province is named, itself or by a city whose name does not mislead |
| none | no place, or several provinces |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from koubei.core.config.schema import Brand
from koubei.core.domain import Post, ProvinceSource
from koubei.core.text import fold
from koubei.mentions.places import MISLEADING, PROVINCE_OF, TRAPS
from koubei.mentions.positions import lower

_SUFFIX = "壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|省|市(?![场值面价])|地区|盟|州"
_ROAD = "[东南西北中]?(?:路(?!由)|大?街|大道)"


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


_PLACE = re.compile(rf"(?P<place>{_alternatives(PROVINCE_OF)})(?P<suffix>{_SUFFIX})?(?!{_ROAD})")
_PLACE_OR_TRAP = re.compile(rf"(?:{_alternatives(TRAPS)})|{_PLACE.pattern}")


class ProvinceFinder:
    """Knows the brands' words, since a place right before one says whose branch is meant."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        words = {
            lower(fold(w)).strip() for brand in brands for w in (brand.name, *brand.include, *brand.context)
        }
        self._brand_word = re.compile(rf"(?:的|这边|分?公司)?(?:{_alternatives(map(re.escape, words))})")

    def find(self, post: Post, text: str) -> tuple[str | None, ProvinceSource]:
        """The province's short name (山东) and what it rests on.

        `text` is the post's scored text, folded and in lower case.
        """
        if province := declared_province(post.province):
            return province, "declared"
        if province := self._named(text):
            return province, "named"
        return None, "none"

    def _named(self, text: str) -> str | None:
        branches, places = set(), set()
        for match in _PLACE_OR_TRAP.finditer(text):
            if match["place"] is None:
                continue
            province = PROVINCE_OF[match["place"]]
            if self._brand_word.match(text, match.end()):
                branches.add(province)
            if match["suffix"] or match["place"] not in MISLEADING:
                places.add(province)
        return _only(branches) if branches else _only(places)


def declared_province(declared: str | None) -> str | None:
    """The province a source's words for a place mean; None for places abroad, 未知 and the like."""
    places = [PROVINCE_OF[match["place"]] for match in _PLACE.finditer(fold(declared or ""))]
    return places[0] if places else None


def _only(provinces: set[str]) -> str | None:
    return next(iter(provinces)) if len(provinces) == 1 else None
