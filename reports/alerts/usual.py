"""What is usual on one Beijing day: fitted to the eight weeks before it and to nothing else.

The live check and a replay of any length ask this for the day of the hour they judge. It sees only those
weeks and the series that had a post in them, so both get the same numbers to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from koubei.core.clock import Window, day_of, day_window
from reports.alerts.baseline import CELLS, LEAST_MEAN, WEEKS, Baseline, Floats, Mask, fit, outages
from reports.alerts.scope import HOUR
from reports.alerts.series import Grid

LEAST_EXPOSURE = 20
"""Fewer usual voices count as this many: two negatives of two posts do not make a usual share of 1."""


@dataclass(frozen=True, slots=True)
class Usual:
    """Baselines of every series of a grid for one day.

    Attributes:
        share: usual negative share per series (0-1): plain sums over calm hours, LEAST_EXPOSURE at least.
        first: the grid's column at which the eight weeks begin.
    """

    negative: Baseline
    everyone: Baseline
    share: Floats
    first: int


def history_of(end: datetime, lookback: timedelta = timedelta()) -> Window:
    """The whole hours that judging the hours up to `end` needs, from `lookback` before it on."""
    judged = day_window(day_of(end - lookback - HOUR)).start
    return Window(judged - timedelta(weeks=WEEKS), end)


def usual_on(grid: Grid, cells: NDArray[np.intp], until: int) -> Usual:
    """What is usual on the day that begins at the column `until`."""
    first = max(0, until - WEEKS * 7 * 24)
    span = slice(first, max(first, until))
    everyone, negatives, cells = grid.everyone[:, span], grid.negatives[:, span], cells[span]
    seen: Mask = np.asarray(everyone.any(axis=1))
    seen[0] = True
    known = ~outages(everyone, cells)
    filled = np.flatnonzero(everyone[0])
    known[: int(filled[0]) if filled.size else len(known)] = False
    of_negatives = fit(negatives[seen], cells, known)
    of_everyone = fit(everyone[seen], cells, known)
    calm = of_negatives.calm
    share = (negatives[seen] * calm).sum(axis=1) / np.maximum(
        (everyone[seen] * calm).sum(axis=1), LEAST_EXPOSURE
    )
    every_share = np.zeros(len(seen))
    every_share[seen] = share
    return Usual(_widened(of_negatives, seen), _widened(of_everyone, seen), every_share, first)


def _widened(fitted: Baseline, seen: Mask) -> Baseline:
    """With rows for the series that had no post: the least mean, the spread parts usually have."""
    mean = np.full((len(seen), CELLS), LEAST_MEAN)
    dispersion = np.full(len(seen), float(np.median(fitted.dispersion)))
    mean[seen], dispersion[seen] = fitted.mean, fitted.dispersion
    return Baseline(mean, dispersion, fitted.days, fitted.calm)
