"""Texts that come without the places of the brand's words: which brand is meant, and where it is named.

Stored mentions bring their spans along. A bare text (`koubei sentiment score`) is taken for one about the own
brand, so that 移动太烂换电信真香 is judged by what it says of that one. Its words are found as in a post, but
that an ambiguous one needs no companion: what is asked about is about the brand.
"""

from __future__ import annotations

from collections.abc import Sequence

from koubei.app.scoring_setup import ScoringSetup
from koubei.core.config import Brand
from koubei.core.domain import Score, Span
from koubei.core.ports import Scorer
from koubei.mentions import BrandSpans
from sentiment.rules.ruleset import load_rules, rules_for


def brand_spans(found: ScoringSetup) -> BrandSpans | None:
    """Finds the own brand of the config, else the first of the rules file; None where neither names one."""
    own = found.brand
    if own is not None:
        return BrandSpans(own.model_copy(update={"include": own.include + own.context, "context": ()}))
    words = next(iter(load_rules(rules_for(found.lexicon)).aliases), ())
    return BrandSpans(Brand(id="own", name=words[0], include=words)) if words else None


class BareTextScorer:
    """A scorer that looks for the brand's words itself where no spans are given."""

    def __init__(self, scorer: Scorer, spans: BrandSpans) -> None:
        self._scorer = scorer
        self._spans = spans

    @property
    def version(self) -> str:
        """The scorer's own: the brand is part of the question."""
        return self._scorer.version

    @property
    def certain_from(self) -> float:
        """The scorer's own."""
        return self._scorer.certain_from

    def score(self, items: Sequence[tuple[str, Sequence[Span]]]) -> list[Score]:
        """One Score per item, in order."""
        return self._scorer.score([(text, spans or self._found(text)) for text, spans in items])

    def _found(self, text: object) -> Sequence[Span]:
        return self._spans.find(text) if isinstance(text, str) else ()
