"""exp, log and dot product that come out the same, to the last bit, on every processor.

numpy's own take another way with another instruction set, and a linear algebra library adds up in another
order with another number of threads; a fit of a hundred steps makes a visible difference of the last bit.
Here are only additions, multiplications and divisions by element, which IEEE 754 rounds in one way, and
numpy's pairwise sum. Reduction of the argument after Cody & Waite, Software Manual for the Elementary
Functions (1980), then the Taylor series; good to about 1e-15 of the value.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
"""ln 2 in two parts; the first has so few digits that a whole number times it is exact."""
_LEAST = -700.0
_EXP_TERMS = [1 / math.factorial(n) for n in range(14)]
_LOG_TERMS = [1 / (2 * n + 1) for n in range(11)]


def exp(values: Floats) -> Floats:
    """e to the power of each, none above 700; 0 below -700."""
    bounded = np.maximum(values, _LEAST)
    whole = np.rint(bounded / math.log(2))
    rest = (bounded - whole * _LN2_HIGH) - whole * _LN2_LOW
    powers = np.ldexp(_series(rest, _EXP_TERMS), whole.astype(np.int32))
    return np.where(values < _LEAST, 0.0, powers)


def log(values: Floats) -> Floats:
    """The natural logarithm of each, all above 0 and finite."""
    share, power = np.frexp(values)
    low = share < math.sqrt(0.5)
    share, power = np.where(low, 2 * share, share), power - low
    ratio = (share - 1) / (share + 1)
    of_share = 2 * ratio * _series(ratio * ratio, _LOG_TERMS)
    logarithms: Floats = power * _LN2_HIGH + (of_share + power * _LN2_LOW)
    return logarithms


def dot(one: Floats, other: Floats) -> float:
    """The sum of the products, of two arrays of one shape."""
    return float(np.add.reduce((one * other).ravel()))


def _series(values: Floats, terms: list[float]) -> Floats:
    """Σ terms[n] · valuesⁿ (Horner)."""
    total = np.full_like(values, terms[-1])
    for term in reversed(terms[:-1]):
        total = total * values + term
    return total
