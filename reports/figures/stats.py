"""The statistics of the report: small, pure, each with the source of its formula."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, median

Z95 = NormalDist().inv_cdf(0.975)
MIN_N = 30
"""Below this many voices no share is computed (docs/architecture.md, "Labels and shares")."""

MIN_HISTORY = 14
"""Fewest earlier days with a value for a median or a usual range to be shown."""

ALPHA = 0.05
MAD_TO_SD = 1.4826
"""A normal distribution's standard deviation over its median absolute deviation."""


def wilson(hits: float, n: float, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of hits / n as (low, high) in 0-1; (0, 1) where n is 0.

    Effective numbers of a weighted sample need not be whole.

    Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    """
    if n == 0:
        return 0.0, 1.0
    p, z2 = hits / n, z * z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == n else min(1.0, centre + half)
    return low, high


def usual_range(history: Sequence[float]) -> tuple[float, float] | None:
    """10th to 90th percentile of the days before, None for a short history."""
    if len(history) < MIN_HISTORY:
        return None
    return quantile(history, 0.1), quantile(history, 0.9)


def two_sided(z: float) -> float:
    """The two-sided p-value of a standard normal score."""
    return math.erfc(abs(z) / math.sqrt(2))


def two_proportion(hits_a: int, n_a: int, hits_b: int, n_b: int) -> float:
    """The p-value that two shares are equal: pooled two-proportion z-test; 1.0 where it says nothing."""
    if n_a == 0 or n_b == 0:
        return 1.0
    pooled = (hits_a + hits_b) / (n_a + n_b)
    variance = pooled * (1 - pooled) * (1 / n_a + 1 / n_b)
    if variance <= 0:
        return 1.0
    return two_sided((hits_a / n_a - hits_b / n_b) / math.sqrt(variance))


def net_variance(neg: int, neu: int, pos: int) -> float:
    """The sampling variance of (pos - neg) / n of a trinomial, in share² units; 0 for n = 0."""
    n = neg + neu + pos
    if n == 0:
        return 0.0
    p, q = pos / n, neg / n
    return (p + q - (p - q) ** 2) / n


def robust_sd(values: Sequence[float]) -> float:
    """Standard deviation from the median absolute deviation; 0.0 for fewer than two values."""
    if len(values) < 2:
        return 0.0
    centre = median(values)
    return MAD_TO_SD * median(abs(v - centre) for v in values)


def against_history(change: float, history: Sequence[float], noise: float = 0.0) -> float:
    """The p-value of a change beside the changes the series made before.

    Args:
        change: today's change, on the scale of `history`.
        history: the same change on earlier days: its robust spread is what is usual.
        noise: sampling standard error of the change; the spread is never taken to be smaller.
    """
    sd = max(robust_sd(history), noise)
    if sd == 0:
        return 1.0 if change == 0 else 0.0
    return two_sided(change / sd)


def benjamini_hochberg(p_values: Sequence[float | None], alpha: float = ALPHA) -> list[bool]:
    """Which hypotheses of one family are rejected at false-discovery rate alpha; None is never.

    Benjamini & Hochberg (1995), step-up procedure.
    """
    known = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    cut = 0
    for rank, (p, _) in enumerate(known, start=1):
        if p <= alpha * rank / len(known):
            cut = rank
    kept = {i for _, i in known[:cut]}
    return [i in kept for i in range(len(p_values))]


@dataclass(frozen=True, slots=True)
class Odds:
    """How much more a word stands out today than before.

    Attributes:
        delta: log-odds ratio with the informative prior; sd: its standard error; count: voices today.
    """

    word: str
    count: int
    before: int
    delta: float
    sd: float

    @property
    def z(self) -> float:
        """delta in standard errors: what words are ranked by."""
        return self.delta / self.sd

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of delta."""
        return self.delta - Z95 * self.sd, self.delta + Z95 * self.sd


def log_odds(today: Mapping[str, int], before: Mapping[str, int], n_today: int, n_before: int) -> list[Odds]:
    """Log-odds ratios of every word of today against the background, highest z first.

    Monroe, Colaresi & Quinn (2008), "Fightin' Words", equations 15-22, with the pooled counts as the
    informative Dirichlet prior; the prior weighs as many voices as today has, so that a word never seen
    before does not win by being rare alone. Counts are voices that use the word out of n voices: a word
    repeated in one post counts once.
    """
    total, prior = n_today + n_before, float(n_today)
    found = []
    for word, y in today.items():
        x = before.get(word, 0)
        a = prior * (x + y) / total
        odds_today = math.log((y + a) / (n_today + prior - y - a))
        odds_before = math.log((x + a) / (n_before + prior - x - a))
        sd = math.sqrt(1 / (y + a) + 1 / (x + a))
        found.append(Odds(word, y, x, odds_today - odds_before, sd))
    return sorted(found, key=lambda o: (-o.z, o.word))


def quantile(values: Sequence[float], q: float) -> float:
    """The q-quantile (0-1) with linear interpolation between order statistics (type 7)."""
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def largest_remainder(values: Sequence[float], decimals: int = 1) -> list[float]:
    """The values rounded so that they add up to their rounded sum (Hamilton's method)."""
    unit = 10.0**decimals
    scaled = [v * unit for v in values]
    floors = [math.floor(s) for s in scaled]
    missing = round(sum(scaled)) - sum(floors)
    order = sorted(range(len(values)), key=lambda i: (floors[i] - scaled[i], i))
    for i in order[:missing]:
        floors[i] += 1
    return [f / unit for f in floors]


def contributions(today: Sequence[tuple[int, int]], before: Sequence[tuple[int, int]]) -> list[float]:
    """What each part adds to the change of the whole's share; they add up to the change exactly.

    Kitagawa (1955): mix effect (share of voices, valued against the mean overall share) plus rate effect.

    Args:
        today, before: (negative, all) voices per part, in the same order.

    Returns:
        Contributions as shares (0.01 = one point); empty where a day has no voices.
    """
    n1, n0 = sum(n for _, n in today), sum(n for _, n in before)
    if n1 == 0 or n0 == 0:
        return []
    whole = (sum(h for h, _ in today) / n1 + sum(h for h, _ in before) / n0) / 2
    parts = []
    for (h1, m1), (h0, m0) in zip(today, before, strict=True):
        w1, w0 = m1 / n1, m0 / n0
        r1 = h1 / m1 if m1 else (h0 / m0 if m0 else whole)
        r0 = h0 / m0 if m0 else r1
        parts.append((w1 - w0) * ((r1 + r0) / 2 - whole) + (r1 - r0) * (w1 + w0) / 2)
    return parts
