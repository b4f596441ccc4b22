"""Tail, calendar and baseline: the numbers under the alerts."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import holidays
import numpy as np
import pytest

from reports.alerts.baseline import cells_of, fit, outages
from reports.alerts.calendar import DayType, day_type, published
from reports.alerts.tail import upper_tail

MONDAY = datetime(2026, 10, 11, 16, tzinfo=UTC)


def poisson_tail(count: int, mean: float) -> float:
    return 1 - math.fsum(math.exp(-mean) * mean**i / math.factorial(i) for i in range(count))


@pytest.mark.parametrize(("count", "mean"), [(1, 0.5), (3, 2.0), (12, 5.0), (4, 9.0), (20, 20.0)])
def test_without_dispersion_the_tail_is_poisson(count: int, mean: float) -> None:
    assert upper_tail(count, mean, 0.0) == pytest.approx(poisson_tail(count, mean), rel=1e-6)


def test_dispersion_one_is_geometric() -> None:
    """P(X >= k) of a geometric distribution with mean m is (m / (1 + m)) ** k."""
    for count, mean in ((1, 0.2), (7, 3.0), (60, 3.0)):
        assert upper_tail(count, mean, 1.0) == pytest.approx((mean / (1 + mean)) ** count, rel=1e-9)


def test_far_tails_stay_exact_and_fall() -> None:
    tails = [upper_tail(k, 5.0, 0.1) for k in (1, 5, 20, 60, 150)]
    assert tails == sorted(tails, reverse=True)
    assert 0 < tails[-1] < 1e-15
    assert upper_tail(0, 5.0, 0.1) == 1.0


def test_make_up_days_are_work_days() -> None:
    assert day_type(date(2026, 2, 28)) is DayType.WORKDAY
    assert day_type(date(2026, 2, 17)) is DayType.HOLIDAY
    assert day_type(date(2026, 11, 21)) is DayType.WEEKEND
    assert day_type(date(2026, 11, 18)) is DayType.WORKDAY


INSIDE = (
    "01-03", "02-15", "02-21", "02-22", "04-04", "05-03", "06-20", "06-21", "09-26", "09-27", "10-04",
)  # fmt: skip
"""Weekend days of 2026 that belong to a public holiday's days off."""


def test_a_weekend_day_inside_a_holiday_is_one() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    weekend = [day for day in days if day.weekday() >= 5 and day_type(day) is DayType.HOLIDAY]
    listed = [day for day in weekend if f"{day:%m-%d}" not in INSIDE]
    assert {f"{day:%m-%d}" for day in weekend} >= set(INSIDE)
    assert all(day in holidays.country_holidays("CN", years=2026) for day in listed)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2025-02-01", DayType.HOLIDAY),
        ("2024-10-05", DayType.HOLIDAY),
        ("2025-01-26", DayType.WORKDAY),
        ("2024-02-18", DayType.WORKDAY),
        ("2026-10-10", DayType.WORKDAY),
        ("2026-10-11", DayType.WEEKEND),
        ("2025-01-04", DayType.WEEKEND),
    ],
)
def test_days_of_other_years_and_around(day: str, kind: DayType) -> None:
    assert day_type(date.fromisoformat(day)) is kind


def test_a_year_without_a_published_calendar_is_known_as_such() -> None:
    assert published(2026)
    assert not published(2099)


def series(days: int, mean: float, seed: int = 3) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    rng = np.random.default_rng(seed)
    shape = np.where(np.arange(days * 24) % 24 < 7, 0.3, 1.3)
    return rng.poisson(mean * shape, (1, days * 24)).astype(np.int64)


def test_baseline_finds_the_rhythm() -> None:
    counts = series(56, 10.0)
    cells = cells_of(MONDAY, counts.shape[1])
    fitted = fit(counts, cells, np.ones(counts.shape[1], dtype=bool))
    night, noon = fitted.mean[0, 3], fitted.mean[0, 12]
    assert night == pytest.approx(3.0, rel=0.25)
    assert noon == pytest.approx(13.0, rel=0.15)
    assert fitted.dispersion[0] < 0.1
    assert not fitted.trial


def test_a_past_incident_hardly_moves_the_baseline() -> None:
    counts = series(56, 10.0)
    cells = cells_of(MONDAY, counts.shape[1])
    known = np.ones(counts.shape[1], dtype=bool)
    calm = fit(counts, cells, known)
    burst = counts.copy()
    burst[0, 40 * 24 + 10 : 40 * 24 + 22] += 150
    hit = fit(burst, cells, known)
    assert np.abs(hit.mean / calm.mean - 1).max() < 0.1
    assert hit.dispersion[0] < 2 * calm.dispersion[0]


def test_hours_without_collection_are_unknown_not_zero() -> None:
    counts = series(28, 10.0)
    cells = cells_of(MONDAY, counts.shape[1])
    counts[0, 20 * 24 : 21 * 24] = 0
    dead = outages(counts, cells)
    assert dead[20 * 24 + 10 : 20 * 24 + 20].all()
    assert not dead[: 19 * 24].any()
    with_gate = fit(counts, cells, ~dead)
    without = fit(counts, cells, np.ones_like(dead))
    assert with_gate.mean[0, 24 + 12] > without.mean[0, 24 + 12]


def test_sparse_hours_lean_on_the_pooled_shape() -> None:
    brand, part = series(10, 20.0), np.zeros((1, 240), dtype=np.int64)
    part[0, 12::24] = 2
    cells = cells_of(MONDAY, 240)
    fitted = fit(np.vstack([brand, part]), cells, np.ones(240, dtype=bool))
    assert fitted.mean[1, 15] > fitted.mean[1, 3]
    assert fitted.trial


def test_no_history_is_not_ready() -> None:
    counts = np.zeros((2, 24), dtype=np.int64)
    fitted = fit(counts, cells_of(MONDAY, 24), np.zeros(24, dtype=bool))
    assert not fitted.ready


def test_large_counts_are_answered_too() -> None:
    """At large means the distribution is close to normal: half below the mean, a tail of the right size."""
    assert upper_tail(40_000, 40_000.0, 0.0) == pytest.approx(0.5, abs=0.01)
    three_sd = round(40_000 + 3 * math.sqrt(40_000))
    assert upper_tail(three_sd, 40_000.0, 0.0) == pytest.approx(0.00135, rel=0.05)
    assert upper_tail(39_000, 40_000.0, 0.0) == pytest.approx(1.0, abs=1e-6)
