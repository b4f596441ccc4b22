"""How often the alerts are wrong and how much they find: the numbers in docs/alerts.md.

    python -m benchmarks.alert_quality [--worlds 24]
    python -m benchmarks.alert_quality --nab FOLDER     # <name>.csv and labels.json of NAB realTweets

Without --nab it draws brand + 9 factors + 31 provinces as negative-binomial hours with a daily and weekly
rhythm and day-to-day swings: eight weeks to learn from, eight weeks to judge. Half of the judged weeks'
worlds are quiet (false alarms), half hold surges, repost storms and outages. Everywhere firing hours less
than a day apart are one incident: it finds what it overlaps, and is a false alarm where that is nothing.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.start import Figures, given, launch, size
from koubei.core.config.schema import Alerts
from reports.alerts.detector import Candidate, Detector
from reports.alerts.scope import HOUR, surge_key
from reports.alerts.series import Grid

START = datetime(2026, 6, 28, 16, tzinfo=UTC)
DAY, LEARN, JUDGE = 24, 56, 56
TAILS = (1e-4, 1e-5, 1e-6, 1e-7)
LEVELS = (2, 8, 40)
SURGE_HOURS = 6


@dataclass(frozen=True)
class World:
    """Counts and where its surges begin (columns) in the factor row 1 and province row 10."""

    grid: Grid
    surges: tuple[int, ...]


def quiet(rng: np.random.Generator, level: float) -> np.ndarray:
    """Hourly negatives of the brand (row 0), nine factors and 31 provinces; mean `level` an hour."""
    hours = (LEARN + JUDGE) * DAY
    clock, day = np.arange(hours) % DAY, np.arange(hours) // DAY
    rhythm = (
        0.25
        + 1.2 * np.clip(np.sin((clock - 7) / 17 * np.pi), 0, None)
        + 0.5 * np.exp(-(((clock - 21) / 2) ** 2))
    )
    mean = level * rhythm / rhythm[:DAY].mean() * np.where(day % 7 >= 5, 0.8, 1.0)
    mean *= np.repeat(rng.gamma(25, 1 / 25, LEARN + JUDGE), DAY) * rng.gamma(20, 1 / 20, hours)
    brand = rng.poisson(mean)
    factors = rng.multinomial(brand, np.r_[rng.dirichlet(np.full(9, 2.0)) * 0.75, 0.25]).T[:9]
    provinces = rng.multinomial(brand, np.r_[rng.dirichlet(np.full(31, 0.8)) * 0.6, 0.4]).T[:31]
    return np.vstack([brand, factors, provinces]).astype(np.int64)


def world(seed: int, level: float, events: bool) -> World:
    """A quiet world, or one with six surges (rows 0, 1, 10) and two outage days that are not judged."""
    rng = np.random.default_rng(seed)
    negatives = quiet(rng, level)
    surges: list[int] = []
    for week in range(6 if events else 0):
        begin = (LEARN + 2 + week * 7) * DAY + int(rng.integers(9, 20))
        surges.append(begin)
        size = rng.poisson(max(8.0, 2.5 * level), SURGE_HOURS)
        negatives[np.ix_((0, 1, 10), range(begin, begin + SURGE_HOURS))] += size
    everyone = negatives + rng.poisson(negatives.mean(axis=1, keepdims=True) * 1.5, negatives.shape)
    if events:
        for day in (LEARN - 10, LEARN + 12):
            negatives[:, day * DAY : (day + 1) * DAY] = everyone[:, day * DAY : (day + 1) * DAY] = 0
    keys = (
        surge_key("b"),
        *(surge_key("b", factor=f"f{i}") for i in range(9)),
        *(surge_key("b", province=f"p{i}") for i in range(31)),
    )
    return World(Grid(START, keys, negatives, everyone), tuple(surges))


def candidates(grid: Grid, first: int) -> list[tuple[int, Candidate]]:
    """Every candidate of the judged hours with its column, at the loosest tail."""
    detector = Detector(grid, Alerts(tail=max(TAILS)))
    return [
        (column, found)
        for column in range(first, grid.hours)
        for found in detector.candidates(grid.instant(column + 1))
    ]


def incidents(columns: list[int], gap: int = DAY) -> list[tuple[int, int]]:
    """Firing columns joined into incidents, (first, last): a new one after `gap` silent hours."""
    found: list[tuple[int, int]] = []
    for column in sorted(columns):
        if found and column - found[-1][1] <= gap:
            found[-1] = (found[-1][0], column)
        else:
            found.append((column, column))
    return found


def simulate(worlds: int, levels: Sequence[int], figures: Figures) -> None:
    """False alarms in eight weeks and the share of surges found, by level (negatives an hour) and tail."""
    for level in levels:
        calm = [candidates(world(seed, level, False).grid, LEARN * DAY) for seed in range(worlds)]
        stirred = [world(1000 + seed, level, True) for seed in range(max(1, worlds // 4))]
        found = [(w, candidates(w.grid, LEARN * DAY)) for w in stirred]
        total = sum(len(w.surges) for w in stirred)
        for tail in TAILS:
            false = sum(len(incidents([c for c, x in one if x.tail < tail])) for one in calm) / worlds
            hits, delays, errors = _found(found, tail)
            name = f"{level} an hour, tail {tail:.0e}"
            figures.add(f"{name}: false alarms in 8 weeks", false, digits=2)
            figures.add(f"{name}: surges found", hits, f"of {total}")
            figures.add(f"{name}: median hours to find", float(np.median(delays or [np.nan])), digits=1)
            figures.add(f"{name}: median start error", float(np.median(errors or [np.nan])), "h", digits=1)


def _found(
    worlds: list[tuple[World, list[tuple[int, Candidate]]]], tail: float
) -> tuple[int, list[int], list[float]]:
    hits, delays, errors = 0, [], []
    for one, every in worlds:
        for begin in one.surges:
            inside = [(c, x) for c, x in every if begin <= c < begin + SURGE_HOURS + 3 and x.tail < tail]
            if inside:
                column, first = min(inside, key=lambda item: (item[0], item[1].tail))
                hits += 1
                delays.append(column + 1 - begin)
                errors.append(abs((first.started_at - one.grid.instant(begin)) / HOUR))
    return hits, delays, errors


def nab(folder: Path, figures: Figures) -> None:
    """What the detector finds in NAB's hourly volumes (one series each, no gates by author)."""
    labels = json.loads((folder / "labels.json").read_text())
    series = {name: _hourly(folder / f"{name}.csv") for name in labels}
    for tail in (*TAILS, 1e-8, 1e-10):
        hits = false = windows = 0
        weeks = 0.0
        for name, (start, counts) in series.items():
            grid = Grid(start, (surge_key("b"),), counts[None, :], counts[None, :])
            spans = _labelled(labels[name]["windows"], start + timedelta(days=3))
            detector = Detector(grid, Alerts(tail=tail))
            fired = [c for c in range(3 * DAY, grid.hours) if detector.candidates(grid.instant(c + 1))]
            told = [(grid.instant(first), grid.instant(last)) for first, last in incidents(fired)]
            hits += sum(any(_overlap(one, span) for one in told) for span in spans)
            false += sum(not any(_overlap(one, span) for span in spans) for one in told)
            windows += len(spans)
            weeks += (grid.hours - 3 * DAY) / (7 * DAY)
        figures.add(f"tail {tail:.0e}: windows with an incident", hits, f"of {windows}")
        figures.add(f"tail {tail:.0e}: false incidents a series-week", false / weeks, digits=2)


def _labelled(windows: Sequence[Sequence[str]], since: datetime) -> list[tuple[datetime, datetime]]:
    pairs = [tuple(datetime.fromisoformat(text).replace(tzinfo=UTC) for text in pair) for pair in windows]
    return [(first, last) for first, last in pairs if first >= since]


def _overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _hourly(path: Path) -> tuple[datetime, np.ndarray]:
    totals: dict[datetime, int] = defaultdict(int)
    with path.open() as file:
        for line in csv.DictReader(file):
            at = datetime.fromisoformat(line["timestamp"]).replace(tzinfo=UTC)
            totals[at.replace(minute=0, second=0, microsecond=0)] += int(float(line["value"]))
    start, end = min(totals), max(totals)
    hours = [start + i * HOUR for i in range((end - start) // HOUR)]
    return start, np.array([totals[h] for h in hours], dtype=np.int64)


def measure(wanted: argparse.Namespace, figures: Figures) -> None:
    """The simulation, or NAB's series where a folder is named."""
    if wanted.nab:
        nab(wanted.nab, figures)
    else:
        simulate(wanted.worlds, LEVELS[:1] if wanted.smoke else LEVELS, figures)


if __name__ == "__main__":
    launch(
        __doc__,
        measure,
        [
            size("worlds", 24, 1, "quiet worlds a level; a quarter as many with surges"),
            given("--nab", Path, "a folder with NAB's realTweets"),
        ],
    )
