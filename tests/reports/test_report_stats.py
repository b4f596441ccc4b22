"""The formulas, against published or hand-computed values and their defining properties."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures import stats


def test_wilson_matches_the_published_example() -> None:
    low, high = stats.wilson(81, 263)  # Newcombe 1998, table I, score method without correction
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


@given(st.integers(1, 5000), st.data())
def test_wilson_holds_the_share_and_stays_inside(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    low, high = stats.wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1


def test_two_proportions() -> None:
    z = (0.3 - 0.2) / math.sqrt(0.25 * 0.75 * (1 / 100 + 1 / 100))
    assert stats.two_proportion(30, 100, 20, 100) == pytest.approx(math.erfc(z / math.sqrt(2)))
    assert stats.two_proportion(5, 10, 0, 0) == 1.0
    assert stats.two_proportion(0, 50, 0, 50) == 1.0


def test_benjamini_hochberg_steps_up() -> None:
    # 0.04 alone is above its line 0.05 * 3/4, but 0.045 is under 0.05 * 4/4, so all four are kept
    assert stats.benjamini_hochberg([0.045, 0.01, 0.04, 0.02]) == [True] * 4
    assert stats.benjamini_hochberg([0.2, 0.001, None, 0.04]) == [False, True, False, False]
    assert stats.benjamini_hochberg([]) == []


parts = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)),
    min_size=1,
    max_size=8,
)


@given(parts)
def test_contributions_add_up_to_the_change(cells: list[tuple[int, int, int, int]]) -> None:
    today = [(h, h + rest) for h, rest, _, _ in cells]
    before = [(h, h + rest) for _, _, h, rest in cells]
    n1, n0 = sum(n for _, n in today), sum(n for _, n in before)
    found = stats.contributions(today, before)
    if not n1 or not n0:
        assert found == []
        return
    change = sum(h for h, _ in today) / n1 - sum(h for h, _ in before) / n0
    assert sum(found) == pytest.approx(change, abs=1e-12)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=12))
def test_largest_remainder_adds_up(values: list[float]) -> None:
    shown = stats.largest_remainder(values)
    assert sum(shown) == pytest.approx(round(sum(values) * 10) / 10, abs=0.051)
    assert all(abs(a - b) <= 0.1 + 1e-9 for a, b in zip(shown, values, strict=True))


def test_log_odds_ranks_what_is_new_above_what_is_common() -> None:
    found = stats.log_odds({"恢复原价": 40, "套餐": 60, "一次": 5}, {"套餐": 5600, "一次": 466}, 300, 28_000)
    assert found[0].word == "恢复原价"
    assert found[0].z > 4
    assert all(abs(o.z) < 1 for o in found[1:])
    assert found[0].interval[0] > 0


def test_against_history_needs_more_than_the_usual_spread() -> None:
    usual = [0.01, -0.02, 0.0, 0.02, -0.01, 0.015, -0.015]
    assert stats.against_history(0.01, usual) > 0.2
    assert stats.against_history(0.2, usual) < 1e-6
    assert stats.against_history(0.01, [0.0] * 9, noise=0.1) > 0.5


def test_quantile_interpolates() -> None:
    assert stats.quantile([4, 1, 3, 2], 0.5) == 2.5
    assert stats.quantile([7.0], 0.9) == 7.0
