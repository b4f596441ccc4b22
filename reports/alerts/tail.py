"""How surprising a count is: the upper tail of the negative binomial distribution."""

from __future__ import annotations

import math

_ENOUGH = 1e-12
_MIN_DISPERSION = 1e-9


def upper_tail(count: int, mean: float, dispersion: float) -> float:
    """P(X >= count) for X negative binomial with the given mean and variance mean + dispersion * mean².

    Above the mean the terms are summed upwards from `count`, so that tails far below the float's
    resolution of 1 stay exact; below it the lower terms are subtracted from 1.

    Args:
        mean: expected count, > 0.
        dispersion: 0 is Poisson (taken as 1e-9).
    """
    if count <= 0:
        return 1.0
    size = 1 / max(dispersion, _MIN_DISPERSION)
    odds = mean / (size + mean)
    if count <= mean:
        return max(0.0, 1.0 - math.fsum(_probability(i, mean, size) for i in range(count)))
    term = _probability(count, mean, size)
    total, i = term, count
    while term > total * _ENOUGH:
        term *= (i + size) / (i + 1) * odds
        i += 1
        total += term
    return min(1.0, total)


def _probability(count: int, mean: float, size: float) -> float:
    """P(X = count), as a product of ratios near 1: exact also where size is huge (Poisson)."""
    log = math.fsum(math.log1p((i - mean) / (size + mean)) for i in range(count))
    log += count * math.log(mean) - math.lgamma(count + 1) - size * math.log1p(mean / size)
    return math.exp(log)
