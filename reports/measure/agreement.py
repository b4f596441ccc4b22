"""How well two people who judged the same posts agree. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reports.figures.stats import Z95


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two people's labels compared.

    Attributes:
        n: posts both judged; agreed: on how many they said the same.
        kappa: agreement beyond chance, -1 to 1; None where both only ever said one and the same thing.
        low, high: its 95 % interval.
    """

    n: int
    agreed: int
    kappa: float | None
    low: float = -1.0
    high: float = 1.0


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Cohen's kappa of (first person's label, second person's label), a pair a post.

    Cohen (1960); its large-sample variance after Fleiss, Cohen & Everitt (1969), "Large sample standard
    errors of kappa and weighted kappa", equation 13. Complete agreement has no variance in it.
    """
    n = len(pairs)
    agreed = sum(a == b for a, b in pairs)
    if n == 0:
        return Agreement(0, 0, None)
    cells = {pair: count / n for pair, count in Counter(pairs).items()}
    rows, columns = Counter[str](), Counter[str]()
    for (a, b), count in Counter(pairs).items():
        rows[a] += count
        columns[b] += count
    first = {label: count / n for label, count in rows.items()}
    second = {label: count / n for label, count in columns.items()}
    chance = sum(share * second.get(label, 0.0) for label, share in first.items())
    if math.isclose(chance, 1.0):
        return Agreement(n, agreed, None)
    kappa = (agreed / n - chance) / (1 - chance)
    half = Z95 * math.sqrt(_variance(cells, first, second, chance, kappa) / n)
    return Agreement(n, agreed, kappa, max(-1.0, kappa - half), min(1.0, kappa + half))


def _variance(
    cells: dict[tuple[str, str], float],
    first: dict[str, float],
    second: dict[str, float],
    chance: float,
    kappa: float,
) -> float:
    """n times the variance of kappa."""
    off = 1 - kappa
    total = -((kappa - chance * off) ** 2)
    for (a, b), share in cells.items():
        if a == b:
            total += share * (1 - (first[a] + second[a]) * off) ** 2
        else:
            total += share * (off * (second.get(a, 0.0) + first.get(b, 0.0))) ** 2
    return max(total, 0.0) / (1 - chance) ** 2
