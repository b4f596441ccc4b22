"""Two scorers on the same labelled texts: which is better, and is the difference more than chance."""

from __future__ import annotations

from typing import Any

import numpy as np

from koubei.core.ports import Scorer
from sentiment.training.evaluate import DRAWS, NEU, SEED, probabilities, three_class, two_class
from sentiment.training.labelled import LabelledSet


def compare_scorers(old: Scorer, new: Scorer, gold: LabelledSet) -> dict[str, Any]:
    """Accuracy of both and its difference (new - old) with a paired bootstrap interval, as JSON types.

    Over three classes where the file has neutral texts, else over neg and pos. `changed` counts the
    texts that the two label differently, by "old>new".
    """
    items = [(text, ()) for text in gold.texts]
    before, after = old.score(items), new.score(items)
    answer = three_class if bool((gold.labels == NEU).any()) else two_class
    right = [answer(probabilities(scores)) == gold.labels for scores in (before, after)]
    gain = right[1].astype(np.float64) - right[0]
    shares = [(gain == sign).mean() for sign in (-1.0, 0.0, 1.0)]
    draws = np.random.default_rng(SEED).multinomial(len(gain), shares, DRAWS) @ (-1, 0, 1) / len(gain)
    low, high = np.quantile(draws, (0.025, 0.975))
    changes = [f"{a.label}>{b.label}" for a, b in zip(before, after, strict=True) if a.label != b.label]
    return {
        "n": len(gain),
        "old": {"model": old.version, "accuracy": round(float(right[0].mean()), 4)},
        "new": {"model": new.version, "accuracy": round(float(right[1].mean()), 4)},
        "difference": round(float(gain.mean()), 4),
        "interval": [round(float(low), 4), round(float(high), 4)],
        "changed": {change: changes.count(change) for change in sorted(set(changes))},
    }
