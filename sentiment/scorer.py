"""One Score per mention: the shown label, SnowNLP's own numbers, factors, stage and severity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from koubei.core.domain import FactorHit, Label, Score, Span
from sentiment.factors import FactorTagger, Tags, primary_factor
from sentiment.lexicon import Lexicon
from sentiment.polarity import LONGEST, Judgement, Polarity
from sentiment.snow import SnowBatch, SnowResult, batches

MOST_WORDS, LONGEST_WORD = 200, 20

Key = tuple[str, tuple[Span, ...]]


class MentionScorer:
    """The polarity model's label and probabilities beside SnowNLP's, the factors and the severity.

    The label is that of the brand whose spans are given: 移动太烂换电信真香 says two things.
    The polarity of a factor is the text's label; where a text names factors in different clauses it is
    that of the clause, unless that is uncertain.
    """

    def __init__(self, snow: SnowBatch, polarity: Polarity, lexicon: Lexicon) -> None:
        self._snow = snow
        self._polarity = polarity
        self._tagger = FactorTagger(lexicon, polarity.ruleset)
        self._version = f"{polarity.version}+{lexicon.version}+snow-{snow.version}"

    @property
    def version(self) -> str:
        """<model>-<hash>+<rules>-<hash>+<lexicon>-<hash>+snow-<package version>."""
        return self._version

    def score(self, items: Sequence[tuple[str, Sequence[Span]]]) -> list[Score]:
        """One Score per item, in order; equal items are scored once. What is no str is `unknown`."""
        keys = [(text, tuple(spans)) if isinstance(text, str) else ("", ()) for text, spans in items]
        spans_of: dict[str, dict[Key, None]] = {}
        for key in keys:
            spans_of.setdefault(key[0], {})[key] = None
        scores: dict[Key, Score] = {}
        for texts in batches(spans_of):
            batch = [(text, list(spans_of[text])) for text in texts]
            scores.update(self._batch(batch))
        return [scores[key] for key in keys]

    def _batch(self, batch: Sequence[tuple[str, list[Key]]]) -> Iterator[tuple[Key, Score]]:
        results = self._snow.score([text for text, _ in batch])
        tags = [self._tagger.tag(text[:LONGEST]) for text, _ in batch]
        # In this order the words of one step are still known in the next (SnowBatch.words).
        judged = iter(self._polarity.judge([key for _, keys in batch for key in keys]))
        by_clause = self._clause_labels(tags)
        for (_, keys), result, found in zip(batch, results, tags, strict=True):
            words = self._keywords(result.words) if result else ()
            for key in keys:
                judgement = next(judged)
                factors = tuple(_factors(found, judgement.label, by_clause))
                yield key, self._score(result, judgement, found, factors, words)

    def _score(
        self,
        result: SnowResult | None,
        judgement: Judgement,
        tags: Tags,
        factors: tuple[FactorHit, ...],
        words: tuple[str, ...],
    ) -> Score:
        primary = primary_factor(tags, factors, judgement.label)
        neg, neu, pos = judgement.p or (None, None, None)
        return Score(
            snow=result.snow if result else None,
            margin=result.margin if result else None,
            p_neg=neg,
            p_neu=neu,
            p_pos=pos,
            label=judgement.label,
            factors=factors,
            primary_factor=primary,
            stage=self._tagger.stage(tags, primary),
            severity=tags.severity,
            words=words,
            model_version=self._version,
        )

    def _clause_labels(self, tags: Sequence[Tags]) -> dict[str, Label]:
        """Labels of the clauses of texts that name factors in more than one of them."""
        wanted = list({factor.clause: None for found in tags if _several(found) for factor in found.factors})
        judged = self._polarity.judge([(clause, ()) for clause in wanted])
        return {clause: each.label for clause, each in zip(wanted, judged, strict=True)}

    def _keywords(self, words: Sequence[str]) -> tuple[str, ...]:
        """Distinct words worth counting, in order: two to 20 letters or Han, not a stop word."""
        stop = self._snow.stop_words
        good = (
            word
            for word in dict.fromkeys(words)
            if 2 <= len(word) <= LONGEST_WORD and word.isalnum() and not word.isdecimal() and word not in stop
        )
        return tuple(islice(good, MOST_WORDS))


def _several(tags: Tags) -> bool:
    return len({factor.clause for factor in tags.factors}) > 1


def _factors(tags: Tags, label: Label, by_clause: dict[str, Label]) -> Iterator[FactorHit]:
    several = label != "unknown" and _several(tags)
    for factor in tags.factors:
        own = by_clause[factor.clause] if several else label
        yield FactorHit(factor.name, label if own in ("uncertain", "unknown") else own, factor.clause)
