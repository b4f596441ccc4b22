"""Which polarity model and factor lexicon are in force: options, else the config, else the shipped ones."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from koubei.core.config import CONFIG_VARIABLE, Brand, config_path, load_settings
from koubei.core.folders import DataFolder
from sentiment.polarity.model_file import SHIPPED, chosen_model

SHIPPED_LEXICON = "telecom"
SHIPPED_NAME = "shipped"


@dataclass(frozen=True, slots=True)
class ScoringSetup:
    """What a text is judged with.

    Attributes:
        config: the file that had a say, None where none had.
        brand: the own brand it names, None where none had.
    """

    lexicon: str
    model: Path
    config: Path | None = None
    brand: Brand | None = None


def model_file(name: str) -> Path:
    """The file an option names: a path, or `shipped`."""
    return SHIPPED if name == SHIPPED_NAME else Path(name)


def without_config(lexicon: str | None, model: str | None) -> ScoringSetup:
    """The options, else what is shipped."""
    return ScoringSetup(lexicon or SHIPPED_LEXICON, model_file(model or SHIPPED_NAME))


def scoring_setup(config: Path | None, lexicon: str | None, model: str | None) -> ScoringSetup:
    """What a stored mention is judged with, where the options do not say otherwise.

    config: what --config names. Without it and without KOUBEI_CONFIG there need be no koubei.toml.
    Raises ConfigError: there is a config, or one was named, and it cannot be used.
    """
    file = config_path(config)
    named = config is not None or bool(os.environ.get(CONFIG_VARIABLE))
    if (lexicon and model) or not (named or file.exists()):
        return without_config(lexicon, model)
    settings = load_settings(config)
    chosen = model_file(model) if model else chosen_model(DataFolder(settings.storage.data).models)
    return ScoringSetup(lexicon or settings.factors.lexicon, chosen, file, settings.own_brand)
