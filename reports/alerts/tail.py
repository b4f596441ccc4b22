"""How surprising a count is: the upper tail of the negative binomial distribution."""

from __future__ import annotations

import math

import numpy as np

_ENOUGH = 1e-12
_MIN_DISPERSION = 1e-9
_BLOCK = 512


def upper_tail(count: int, mean: float, dispersion: float) -> float:
    """P(X >= count) for X negative binomial with the given mean and variance mean + dispersion * mean².

    Above the mean the terms are summed upwards from `count`, so that tails far below the float's
    resolution of 1 stay exact; below it the lower terms are summed downwards and subtracted from 1.

    Args:
        mean: expected count, > 0.
        dispersion: 0 is Poisson (taken as 1e-9).
    """
    if count <= 0:
        return 1.0
    size = 1 / max(dispersion, _MIN_DISPERSION)
    odds = mean / (size + mean)
    if count <= mean:
        return max(0.0, 1.0 - _sum_down(count - 1, mean, size, odds))
    return min(1.0, _sum_up(count, mean, size, odds))


def _sum_up(count: int, mean: float, size: float, odds: float) -> float:
    """P(X >= count) for a count above the mean, in blocks: wide distributions need many terms."""
    term = total = _probability(count, mean, size)
    first = count
    while term > total * _ENOUGH:
        i = np.arange(first, first + _BLOCK)
        terms = term * np.cumprod((i + size) / (i + 1) * odds)
        total += float(terms.sum())
        term, first = float(terms[-1]), first + _BLOCK
    return total


def _sum_down(count: int, mean: float, size: float, odds: float) -> float:
    """P(X <= count) for a count below the mean, where terms fall towards 0."""
    term = _probability(count, mean, size)
    total, i = term, count
    while i > 0 and term > total * _ENOUGH:
        term *= i / ((i - 1 + size) * odds)
        i -= 1
        total += term
    return total


def _probability(count: int, mean: float, size: float) -> float:
    """P(X = count), as a product of ratios near 1: exact also where size is huge (Poisson)."""
    log = float(np.log1p((np.arange(count) - mean) / (size + mean)).sum())
    log += count * math.log(mean) - math.lgamma(count + 1) - size * math.log1p(mean / size)
    return math.exp(log)
