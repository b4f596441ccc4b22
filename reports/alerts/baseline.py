"""What is usual for each series: same hour of day × kind of day, robust against past incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from koubei.core.clock import BEIJING, day_of
from reports.alerts.calendar import DayType, day_type
from reports.alerts.scope import HOUR
from reports.alerts.series import Counts, sums

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

WEEKS = 8
TRIAL_DAYS = 14
MIN_DAYS = 2
CELLS = len(DayType) * 24

_HALF_LIFE_HOURS = 4 * 7 * 24
_PRIOR_HOURS = 8.0
"""How many observed hours of a cell the pooled profile weighs as much as."""

_PASSES = 3
_OUTLIER_SDS = 4.0
_OUTLIER_SPAN = 3
_MIN_DISPERSION = 0.05
_DISPERSION_SPAN = 6
LEAST_MEAN = 0.02


@dataclass(frozen=True, slots=True)
class Baseline:
    """Expected hourly counts of every series.

    Attributes:
        mean: expected count per (series, cell); a cell is kind of day × hour of day.
        dispersion: negative-binomial dispersion per series: variance = m + dispersion * m².
        days: length of the history it rests on.
        calm: (series, hours of the history) that are neither unknown nor part of a burst.
    """

    mean: Floats
    dispersion: Floats
    days: float
    calm: Mask

    @property
    def trial(self) -> bool:
        """Under two weeks of history: alerts carry 试运行."""
        return self.days < TRIAL_DAYS

    @property
    def ready(self) -> bool:
        """Whether there is enough history to call anything unusual."""
        return self.days >= MIN_DAYS


def cells_of(start: datetime, hours: int) -> NDArray[np.intp]:
    """The cell of every hour from `start` on: kind of day * 24 + Beijing hour."""
    instants = (start + i * HOUR for i in range(hours))
    return np.array([day_type(day_of(t)) * 24 + t.astimezone(BEIJING).hour for t in instants], dtype=np.intp)


def outages(everyone: Counts, cells: NDArray[np.intp]) -> Mask:
    """Hours in which collection as a whole stood still: unknown, not quiet.

    An hour counts as one where three hours together hold under a tenth of what the same hour of day
    usually holds, and that usual sum is at least ten posts.
    """
    if not everyone.shape[-1]:
        return np.zeros(0, dtype=bool)
    recent = sums(everyone[0], _OUTLIER_SPAN)
    hour = cells % 24
    usual = np.zeros(24)
    for h in np.unique(hour):
        usual[h] = np.median(recent[hour == h])
    low = (usual[hour] >= 10) & (recent < 0.1 * usual[hour])
    low[: _OUTLIER_SPAN - 1] = False  # their sums are not yet of three hours
    return _spread_back(low, _OUTLIER_SPAN)


def fit(counts: Counts, cells: NDArray[np.intp], usable: Mask) -> Baseline:
    """Fit every series to its history (all columns given), most recent weeks weighing most.

    Per cell: a gamma-Poisson mean, shrunk to the series' level × the brand's daily shape, which carries
    sparse hours and short histories. Past bursts are capped in the first pass (three times the cell's
    median + 3) and left out in the next ones (three-hour sums over four standard deviations).

    Args:
        counts: shape (series, hours); row 0 is the whole brand.
        usable: hours whose counts are known.
    """
    series, hours = counts.shape
    days = float(usable.sum()) / 24
    weights = np.zeros(counts.shape)
    if not usable.any():
        return Baseline(np.full((series, CELLS), LEAST_MEAN), np.full(series, 1.0), 0.0, weights > 0)
    design = np.zeros((hours, CELLS))
    design[np.arange(hours), cells] = 1.0
    decay = np.where(usable, 0.5 ** (np.arange(hours)[::-1] / _HALF_LIFE_HOURS), 0.0)
    values = _capped(counts, cells, usable)
    weights = np.broadcast_to(decay, counts.shape)
    mean, dispersion = _means(values, weights, design), np.full(series, 0.25)
    for _ in range(_PASSES - 1):
        expected = mean[:, cells]
        weights = np.where(_bursts(counts, expected, dispersion), 0.0, decay)
        mean = _means(counts.astype(float), weights, design)
        dispersion = _dispersions(counts, mean[:, cells], weights > 0)
    return Baseline(mean, dispersion + (1 / days if days < TRIAL_DAYS else 0.0), days, weights > 0)


def _capped(counts: Counts, cells: NDArray[np.intp], usable: Mask) -> Floats:
    values = counts.astype(float)
    for cell in np.unique(cells[usable]):
        columns = cells == cell
        usual = np.median(counts[:, columns & usable], axis=1, keepdims=True)
        values[:, columns] = np.minimum(values[:, columns], 3 * usual + 3)
    return values


def _means(values: Floats, weights: Floats, design: Floats) -> Floats:
    """Weighted cell means, shrunk to level × shape with _PRIOR_HOURS pseudo-hours."""
    total, seen = (values * weights) @ design, weights @ design
    level = total.sum(axis=1) / np.maximum(seen.sum(axis=1), 1e-9)
    prior = np.outer(np.maximum(level, LEAST_MEAN), _shape(total[0], seen[0]))
    mean: Floats = (total + _PRIOR_HOURS * prior) / (seen + _PRIOR_HOURS)
    return np.maximum(mean, LEAST_MEAN)


def _shape(total: Floats, seen: Floats) -> Floats:
    """The brand's rhythm around 1: hour of day (smoothed 1-2-1) × kind of day, shape (CELLS,)."""
    kinds, by_kind, seen_kind = len(DayType), total.reshape(-1, 24), seen.reshape(-1, 24)
    level = max(float(total.sum()) / max(float(seen.sum()), 1e-9), LEAST_MEAN)
    hour = (by_kind.sum(axis=0) + level) / (seen_kind.sum(axis=0) + 1) / level
    hour = (np.roll(hour, 1) + 2 * hour + np.roll(hour, -1)) / 4
    usual = seen_kind @ hour * level
    kind = (by_kind.sum(axis=1) + 24 * level) / (usual + 24 * level)
    if not seen_kind[DayType.HOLIDAY].any():
        kind[DayType.HOLIDAY] = kind[DayType.WEEKEND]
    return np.outer(kind, hour).reshape(kinds * 24)


def _bursts(counts: Counts, expected: Floats, dispersion: Floats) -> Mask:
    """Hours that belong to a three-hour sum far above its expectation."""
    seen, due = sums(counts, _OUTLIER_SPAN), sums(expected, _OUTLIER_SPAN)
    sd = np.sqrt(due + dispersion[:, None] * due**2 + 0.5)
    return _spread_back(seen - due > _OUTLIER_SDS * sd, _OUTLIER_SPAN)


def _spread_back(mask: Mask, span: int) -> Mask:
    """Also mark the span - 1 columns before each marked one."""
    out = mask.copy()
    for shift in range(1, span):
        out[..., :-shift] |= mask[..., shift:]
    return out


def _dispersions(counts: Counts, expected: Floats, known: Mask) -> Floats:
    """Moment estimates over six-hour sums; a part is never taken as calmer than all parts together.

    dispersion = sum((x - m)² - m) / sum(m²), from Var = m + dispersion m².
    """
    blocks = counts.shape[1] // _DISPERSION_SPAN
    if blocks == 0:
        return np.full(counts.shape[0], 1.0)
    shape = (counts.shape[0], blocks, _DISPERSION_SPAN)
    used = blocks * _DISPERSION_SPAN
    seen = np.where(known, counts, 0)[:, :used].reshape(shape).sum(axis=2)
    due = np.where(known, expected, 0.0)[:, :used].reshape(shape).sum(axis=2)
    extra, square = ((seen - due) ** 2 - due).sum(axis=1), (due**2).sum(axis=1)
    own = extra / np.maximum(square, 1e-9)
    pooled = extra[1:].sum() / max(float(square[1:].sum()), 1e-9)
    own[1:] = np.maximum(own[1:], pooled)
    floored: Floats = np.maximum(own, _MIN_DISPERSION)
    return floored
