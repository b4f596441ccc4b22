"""The first shown model: SnowNLP's probability cut in two places, and the factor lexicon.

CUTS were chosen on the development parts of two weibo sets (1,404 general and 1,370 epidemic posts that
are not neutral): of 171 pairs of cuts in steps of .05, the one with the best mean macro-F1 on what is
kept, among those that keep at least 80 % of either set. Measured on those same sets, so a little flattering:

    set        kept   accuracy of the kept (all, cut at .5)   macro-F1 (all)   negative posts found
    general    83 %   .71 (.64)                               .69 (.62)        57 %
    epidemic   81 %   .70 (.70)                               .68 (.67)        53 %

Three in ten kept labels are wrong there: SnowNLP was made for shop reviews. Neutral posts lie all over
its range, so no pair of cuts gives a neutral class, and most of them get a label they do not deserve.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from koubei.core.domain import FactorHit, Label, Score, Span
from sentiment.factors import FactorTagger, Tags, primary_factor
from sentiment.lexicon import Lexicon
from sentiment.snow import SnowBatch, SnowResult, batches

CUTS = (0.50, 0.85)
"""Below the first: neg. Above the second: pos. Between, ends included: uncertain (看不准)."""

MOST_WORDS, LONGEST_WORD = 200, 20
LETTER = re.compile(r"[^\W\d_]")


class SnowScorer:
    """SnowNLP's label, the factors and the severity of each text. It never says neu.

    The brand's spans are ignored: 移动太烂换电信真香 gets one label for both brands.
    A text without a letter or a Han character is `unknown`, whatever SnowNLP makes of its signs.
    The polarity of a factor is the text's label; where a text names factors in different clauses it is
    that of the clause, if SnowNLP is certain of it. (On 2,943 car-forum posts with a known aspect this is
    right in 63 % of cases either way; the clause is there to tell praise and blame in one post apart.)
    """

    def __init__(self, snow: SnowBatch, lexicon: Lexicon) -> None:
        self._snow = snow
        self._tagger = FactorTagger(lexicon)
        self._version = f"snow-{snow.version}+{lexicon.version}"

    @property
    def version(self) -> str:
        """snow-<package version>+<lexicon>-<hash of the lexicon>."""
        return self._version

    def score(self, items: Sequence[tuple[str, Sequence[Span]]]) -> list[Score]:
        """One Score per item, in order; the same text is scored once. What is no str is `unknown`."""
        keys = [text if isinstance(text, str) else "" for text, _ in items]
        scores: dict[str, Score] = {}
        for batch in batches(dict.fromkeys(keys)):
            scores.update(zip(batch, self._batch(batch), strict=True))
        return [scores[key] for key in keys]

    def _batch(self, texts: Sequence[str]) -> Iterator[Score]:
        results = self._snow.score(texts)
        tags = [self._tagger.tag(text) for text in texts]
        by_clause = self._clause_labels(tags)
        for text, result, found in zip(texts, results, tags, strict=True):
            label = _label(text, result)
            factors = tuple(_factors(found, label, by_clause))
            yield self._score(result, label, found, factors)

    def _score(
        self, result: SnowResult | None, label: Label, tags: Tags, factors: tuple[FactorHit, ...]
    ) -> Score:
        primary = primary_factor(tags, factors, label)
        judged = result if label != "unknown" else None
        return Score(
            snow=result.snow if result else None,
            margin=result.margin if result else None,
            p_neg=1 - judged.snow if judged else None,
            p_neu=None,
            p_pos=judged.snow if judged else None,
            label=label,
            factors=factors,
            primary_factor=primary,
            stage=self._tagger.stage(tags, primary),
            severity=tags.severity,
            words=self._keywords(result.words) if result else (),
            model_version=self._version,
        )

    def _clause_labels(self, tags: Sequence[Tags]) -> dict[str, Label]:
        """Labels of the clauses of texts that name factors in more than one of them."""
        wanted = list({factor.clause for found in tags if _several(found) for factor in found.factors})
        results = self._snow.score(wanted)
        return {clause: _label(clause, result) for clause, result in zip(wanted, results, strict=True)}

    def _keywords(self, words: Sequence[str]) -> tuple[str, ...]:
        """Distinct words worth counting, in order: two to 20 letters or Han, not a stop word."""
        stop = self._snow.stop_words
        good = (
            word
            for word in dict.fromkeys(words)
            if 2 <= len(word) <= LONGEST_WORD and word.isalnum() and not word.isdecimal() and word not in stop
        )
        return tuple(islice(good, MOST_WORDS))


def _label(text: str, result: SnowResult | None) -> Label:
    if result is None or not LETTER.search(text):
        return "unknown"
    if result.snow < CUTS[0]:
        return "neg"
    return "pos" if result.snow > CUTS[1] else "uncertain"


def _several(tags: Tags) -> bool:
    return len({factor.clause for factor in tags.factors}) > 1


def _factors(tags: Tags, label: Label, by_clause: dict[str, Label]) -> Iterator[FactorHit]:
    several = label != "unknown" and _several(tags)
    for factor in tags.factors:
        own = by_clause[factor.clause] if several else label
        yield FactorHit(factor.name, own if own in ("neg", "pos") else label, factor.clause)
