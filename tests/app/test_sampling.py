"""How many from each stratum, and which."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from koubei.app.sampling import LEAST, allocate, draw

POPULATIONS = st.lists(st.integers(1, 5000), min_size=1, max_size=30)


@given(POPULATIONS, st.integers(1, 2000))
def test_the_allocation_adds_up_and_never_exceeds_a_stratum(populations: list[int], size: int) -> None:
    drawn = allocate(populations, size)
    floor = [min(n, LEAST if LEAST * len(populations) <= size else 1) for n in populations]
    assert sum(drawn) == max(min(size, sum(populations)), sum(floor))
    assert all(least <= d <= n for least, d, n in zip(floor, drawn, populations, strict=True))


def test_large_strata_get_their_share_and_small_ones_are_not_forgotten() -> None:
    assert allocate([6000, 3000, 1000, 3], 502) == [299, 150, 51, 2]
    assert allocate([10, 10], 500) == [10, 10]
    assert allocate([100, 100, 1], 5) == [2, 2, 1]
    assert allocate([100, 100, 100], 1) == [1, 1, 1]


def test_the_same_seed_draws_the_same_whatever_the_order() -> None:
    strata = {name: [f"{name}{n}" for n in range(50)] for name in "abc"}
    backwards = {name: list(reversed(ids)) for name, ids in reversed(strata.items())}
    first = draw(strata, 30, seed=7)
    assert draw(backwards, 30, seed=7) == first
    assert draw(strata, 30, seed=8) != first
    assert len({chosen for chosen, _ in first}) == 30
    assert all(chosen in strata[key] for chosen, key in first)


def test_every_voice_is_drawn_equally_often() -> None:
    strata = {"small": ["s0", "s1", "s2", "s3"], "large": [f"l{n}" for n in range(20)]}
    drawn = Counter(chosen for seed in range(3000) for chosen, _ in draw(strata, 12, seed))
    per_voice = {key: allocate([4, 20], 12)[place] / len(strata[key]) for place, key in enumerate(strata)}
    for key, ids in strata.items():
        for chosen in ids:
            assert abs(drawn[chosen] / 3000 - per_voice[key]) < 0.045  # five standard errors


def test_the_order_mixes_the_strata() -> None:
    strata = {key: [f"{key}{n}" for n in range(100)] for key in "ab"}
    halves = [draw(strata, 100, seed)[:50] for seed in range(200)]
    mean = sum(key == "a" for half in halves for _, key in half) / (200 * 50)
    assert abs(mean - 0.5) < 0.02
