"""Stratified random draws: how many from each part, and which. Pure."""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from reports.figures.stats import largest_remainder

LEAST = 2
"""From every stratum where it has them: one voice alone shows no spread."""

Key = TypeVar("Key", bound=Hashable)


def allocate(populations: Sequence[int], size: int) -> list[int]:
    """How many to draw from each stratum: in proportion, but at least two where there are two.

    Proportional allocation (Cochran 1977, 5.5) of what the floor leaves; never more than a stratum has.
    The floor is one where two from each were more than `size`. A size below the number of strata is raised
    to it, a size above the population is lowered to that.
    """
    least = LEAST if LEAST * len(populations) <= size else 1
    floor = [min(n, least) for n in populations]
    room = [n - kept for n, kept in zip(populations, floor, strict=True)]
    rest = min(size - sum(floor), sum(room))
    if rest <= 0:
        return floor
    more = largest_remainder([rest * r / sum(room) for r in room], decimals=0)
    return [kept + int(extra) for kept, extra in zip(floor, more, strict=True)]


def draw(strata: Mapping[Key, Sequence[str]], size: int, seed: int) -> list[tuple[str, Key]]:
    """A stratified random sample without replacement: (id, stratum) in random order.

    The order is random too, so that the first half of it, judged alone, is itself a random sample. The same
    ids, size and seed give the same sample, in whatever order the ids come.
    """
    dice = random.Random(seed)
    keys = sorted(strata, key=repr)
    counts = allocate([len(strata[key]) for key in keys], size)
    found = [
        (chosen, key)
        for key, count in zip(keys, counts, strict=True)
        for chosen in dice.sample(sorted(strata[key]), count)
    ]
    dice.shuffle(found)
    return found
