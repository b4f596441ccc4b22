"""SnowNLP and what is built on it: mention text in, Score out."""

from __future__ import annotations

from koubei.core.ports import Scorer
from sentiment.lexicon import load_lexicon
from sentiment.scorer import SnowScorer
from sentiment.snow import SnowBatch
from sentiment.snow_cache import Progress

__all__ = ["Progress", "Scorer", "open_scorer"]


def open_scorer(lexicon: str, progress: Progress | None = None) -> Scorer:
    """The scorer with a shipped factor lexicon ("telecom") or one from a TOML file.

    The first start after an installation converts SnowNLP's model (some 10 s in a child process);
    `progress` is called with (steps done, steps in all) meanwhile.
    Raises LexiconError for the lexicon, SnowModelError where SnowNLP's files cannot be read.
    """
    return SnowScorer(SnowBatch.open(progress), load_lexicon(lexicon))
