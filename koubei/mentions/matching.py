"""Decides which brands a post names, by what, and can say why.

| matched_by | the brand is named by |
|---|---|
| text | an include word in its own title or text, or a context word beside a companion or another brand |
| declared | the source, which says what the post is about (the app's id, the complaint's target) |
| thread | the title of the thread a reply or comment stands in, while its own text does not name the brand |
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

from koubei.core.config.schema import Brand
from koubei.core.domain import BrandHit, Post, Span
from koubei.core.text import ANALYZER_VERSION, fold
from koubei.mentions.keywords import BrandKeywords, Found, normal
from koubei.mentions.positions import lower, spans_as_written

RULES_VERSION = 2
"""Raised with every change of what these rules find."""

SPANS_KEPT = 100
"""Most spans a hit lists: a hostile text that repeats a word a hundred thousand times is one hit."""

_KEYWORD_SETTINGS = {"id", "include", "context", "context_with", "context_except", "exclude", "subjects"}


class Matcher:
    """All brands' keywords.

    Attributes:
        version: 12 hex digits that change with the keywords and with the rules.
    """

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._brands = [BrandKeywords(brand) for brand in brands]
        for brand in self._brands:
            brand.rivals = [other for other in self._brands if other is not brand]
        self.version = _version(brands)

    def match(self, post: Post) -> list[BrandHit]:
        """The brands the post names, in the order of the config; one hit a brand."""
        text = post.scored_text
        folded = fold(text)
        searched = lower(folded)
        thread = lower(fold(post.thread_title)) if post.kind in ("reply", "comment") else ""
        declares = [normal(declared) for declared in post.declares]
        return [
            hit
            for brand in self._brands
            if (hit := _by_text(brand, text, folded, searched) or _by_source(brand, declares, thread))
        ]

    def explain(self, text: str) -> list[str]:
        """For every brand, what was found in the text, what was left out and why: one line each."""
        folded = fold(text)
        searched = lower(folded)
        lines = []
        for brand in self._brands:
            lines += [f"{brand.name}：{line}" for line in _reasons(brand.find(searched), text, folded)]
        return lines or ["没有出现任何品牌的关键词"]


class BrandSpans:
    """Where a text that comes without a post names one brand, by the rules of its config."""

    def __init__(self, brand: Brand) -> None:
        self._keywords = BrandKeywords(brand)

    def find(self, text: str) -> Sequence[Span]:
        """The spans in the text as written, as a hit lists them; none where it does not name the brand."""
        folded = fold(text)
        hit = _by_text(self._keywords, text, folded, lower(folded))
        return hit.spans if hit else ()


def _by_text(brand: BrandKeywords, text: str, folded: str, searched: str) -> BrandHit | None:
    named = brand.find(searched).named
    if not named:
        return None
    spans = spans_as_written(text, folded, named[:SPANS_KEPT])
    words = tuple(dict.fromkeys(searched[a:b] for a, b in named))
    return BrandHit(brand.id, "text", spans, words, f"文中有“{'”“'.join(words)}”")


def _by_source(brand: BrandKeywords, declares: Sequence[str], thread: str) -> BrandHit | None:
    if subjects := tuple(brand.declared(declares)):
        return BrandHit(brand.id, "declared", (), subjects, f"来源标明对象是“{'”“'.join(subjects)}”")
    if thread and (named := brand.find(thread).named):
        words = tuple(dict.fromkeys(thread[a:b] for a, b in named))
        return BrandHit(brand.id, "thread", (), words, f"所在主题的标题有“{'”“'.join(words)}”")
    return None


def _reasons(found: Found, text: str, folded: str) -> Iterator[str]:
    for verdict, spans in (
        ("命中", found.named),
        ("属于排除词组，先剔除：", found.excluded),
        ("有歧义，文中没有可佐证的词，不算：", found.alone),
    ):
        for a, b in spans_as_written(text, folded, spans):
            yield f"{verdict}“{text[a:b]}”（第 {a + 1} 至 {b} 字）"


def _version(brands: Sequence[Brand]) -> str:
    settings = [brand.model_dump(include=_KEYWORD_SETTINGS) for brand in brands]
    content = json.dumps([RULES_VERSION, ANALYZER_VERSION, settings], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]
