"""Evidence × weights to log-odds by mood, by class, and to probabilities; the same bits on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sentiment.polarity.exact import exp, log
from sentiment.polarity.grams import Sparse
from sentiment.words.moods import OF_CLASS

Floats = NDArray[np.float64]


def products(rows: Sparse, weights: Floats) -> Floats:
    """Sparse rows × weights: (rows, 3), summed in the order of the columns."""
    out = np.empty((rows.height, weights.shape[1]))
    for each in range(weights.shape[1]):
        out[:, each] = np.bincount(rows.rows, rows.values * weights[rows.columns, each], rows.height)
    return out


def by_class(moods: Floats) -> Floats:
    """Log-odds by mood, (texts, moods), to log-odds by class, (texts, 3)."""
    return np.stack([_log_sum(moods[:, of]) for of in OF_CLASS], axis=1)


def _log_sum(log_odds: Floats) -> Floats:
    """log Σ exp by row."""
    most = log_odds.max(axis=1, initial=-np.inf)
    total: Floats = most + log(exp(log_odds - most[:, None]).sum(axis=1))
    return total


def within_class(moods: Floats) -> Floats:
    """(3, moods): the share of each mood in its class, 0 where it is not of that class; from (moods,)."""
    shares = np.where(OF_CLASS, np.exp(moods - moods.max()), 0.0)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def softmax(log_odds: Floats) -> Floats:
    """Probabilities by row."""
    powers = exp(log_odds - log_odds.max(axis=1, keepdims=True, initial=-np.inf))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
