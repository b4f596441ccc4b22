"""One Score per mention: the shown label, SnowNLP's own numbers, factors, stage and severity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from koubei.core.domain import FactorHit, Label, Score, Span
from sentiment.factors.lexicon import Lexicon
from sentiment.factors.tagging import Clause, FactorTagger, Tags, factor_hits, primary_factor
from sentiment.polarity.polarity import LONGEST, Judgement, Polarity
from sentiment.snow.batch import SnowBatch, SnowResult, batches

MOST_WORDS, LONGEST_WORD = 200, 20
LEANS, LEANS_BY = 0.4, 1.5
"""An uncertain clause leans to neg or pos from this probability on, if it is so many times the other's.
Chosen on tests/sentiment/contrast_pairs.tsv and the car forum's aspects (docs/model-card.md)."""

Key = tuple[str, tuple[Span, ...]]


class MentionScorer:
    """The polarity model's label and probabilities beside SnowNLP's, the factors and the severity.

    Label, factors and severity are those of the brand whose spans are given:
    移动太烂换电信真香 says two things.
    The polarity of a factor is that of the clause that names it (factors.factor_hits).
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

    @property
    def certain_from(self) -> float:
        """The least probability of a label that is not `uncertain`."""
        return self._polarity.certain_from

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
        items = [key for _, keys in batch for key in keys]
        tagged = self._tagger.tag([(text[:LONGEST], spans) for text, spans in items])
        tags = dict(zip(items, tagged, strict=True))
        judged = self._judged(tags)
        for (_, keys), result in zip(batch, results, strict=True):
            words = self._keywords(result.words) if result else ()
            for key in keys:
                judgement, found = judged[key], tags[key]
                factors = tuple(factor_hits(found, judgement.label, _Said(judged, judgement.label)))
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

    def _judged(self, tags: Mapping[Key, Tags]) -> dict[Clause, Judgement]:
        """The texts' judgements, and what the clauses that name factors say in those of more than one clause.

        Judged together: most of what a call takes it takes once a batch.
        """
        several = (found for found in tags.values() if not found.whole)
        clauses = [clause for found in several for factor in found.factors for clause in factor.clauses]
        items = list(dict.fromkeys((*tags, *clauses)))
        return dict(zip(items, self._polarity.judge(items), strict=True))

    def _keywords(self, words: Sequence[str]) -> tuple[str, ...]:
        """Distinct words worth counting, in order: two to 20 letters or Han, not a stop word."""
        stop = self._snow.stop_words
        good = [
            word
            for word in dict.fromkeys(words)
            if 1 < len(word) <= LONGEST_WORD and word not in stop and word.isalnum() and not word.isdecimal()
        ]
        return tuple(good[:MOST_WORDS])


@dataclass(frozen=True, slots=True)
class _Said:
    """What a clause says by itself: its label; where uncertain, blame or praise if it leans so far.

    In a text that is neutral as a whole a clause that only leans says nothing: 想办个宽带，哪家划算.
    """

    judged: Mapping[Clause, Judgement]
    label: Label

    def __call__(self, clause: Clause) -> Label:
        judgement = self.judged[clause]
        if judgement.label != "uncertain" or judgement.p is None or self.label == "neu":
            return judgement.label
        neg, _, pos = judgement.p
        least, most = sorted((neg, pos))
        if most < LEANS or most < LEANS_BY * least:
            return "uncertain"
        return "neg" if neg > pos else "pos"
