"""What is told apart: three classes, six moods behind them, and what is counted of words of a mood."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from koubei.core.domain import Label

CLASSES: tuple[Label, Label, Label] = ("neg", "neu", "pos")
MOODS: Mapping[str, Label] = {
    "angry": "neg", "sad": "neg", "fear": "neg", "neutral": "neu", "surprise": "neu", "happy": "pos",
}  # fmt: skip
"""What the model tells apart, and the class of each: P of a class is the sum over its moods."""
OF_CLASS = np.array([[label == each for label in MOODS.values()] for each in CLASSES])
"""(classes, moods): which moods a class has."""
KINDS = tuple((mood, negated) for mood in MOODS for negated in (False, True))
"""What is counted of words with a mood of their own (valence.py): by mood, those behind a negation apart."""
