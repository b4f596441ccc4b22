"""SnowNLP and what is built on it: mention text in, Score out."""

from __future__ import annotations

from pathlib import Path

from koubei.core.ports import Scorer
from sentiment.factors.lexicon import load_lexicon
from sentiment.polarity.model_file import SHIPPED, chosen_model, load_model
from sentiment.polarity.polarity import Polarity
from sentiment.rules.ruleset import load_rules, rules_for
from sentiment.scorer import MentionScorer
from sentiment.snow.batch import SnowBatch
from sentiment.snow.cache import Progress

__all__ = ["Progress", "Scorer", "open_polarity", "open_scorer"]


def open_scorer(
    lexicon: str, progress: Progress | None = None, models: Path | None = None, model: Path | None = None
) -> Scorer:
    """The scorer with a shipped factor lexicon ("telecom") or one from a TOML file.

    models: the folder in which `koubei sentiment use` keeps the model in use; without one, or where
    none was chosen, the shipped model. `model` names a model file instead.
    The first start after an installation converts SnowNLP's model (some 10 s in a child process);
    `progress` is called with (steps done, steps in all) meanwhile.
    Raises LexiconError for the lexicon, RulesError for its rules, ModelError for the polarity model,
    SnowModelError where SnowNLP's files cannot be read.
    """
    snow = SnowBatch.open(progress)
    polarity = Polarity(load_model(model or chosen_model(models)), load_rules(rules_for(lexicon)), snow.words)
    return MentionScorer(snow, polarity, load_lexicon(lexicon))


def open_polarity(lexicon: str, model: Path | None = None) -> Polarity:
    """The shown label alone, as open_scorer() has it; raises the same errors."""
    load_lexicon(lexicon)  # not needed for the label, but a wrong name must not pass for another trade's
    return Polarity(load_model(model or SHIPPED), load_rules(rules_for(lexicon)), SnowBatch.open().words)
