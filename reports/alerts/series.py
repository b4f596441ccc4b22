"""Hourly counts of every series an alert watches, as one matrix read from the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from koubei.core.clock import Window
from koubei.core.domain import IncidentKey
from koubei.core.ports import Bucket, MentionStore
from koubei.core.query import And, Query, Term
from reports.alerts.scope import HOUR, customers, floor_hour, names_a_part, surge_key

Counts = NDArray[np.int64]
_SPLITS = {"": None, "factor": "primary_factor", "province": "province"}


@dataclass(frozen=True, slots=True)
class Grid:
    """Hourly counts: row = series (row 0 is the whole brand), column = hour.

    Attributes:
        start: first hour (UTC); column i is [start + i h, start + (i + 1) h).
        keys: what each row counts.
        negatives: distinct negative root posts of customers, shape (series, hours).
        everyone: distinct root posts of customers whatever their label (exposure), same shape.
    """

    start: datetime
    keys: tuple[IncidentKey, ...]
    negatives: Counts
    everyone: Counts

    @property
    def hours(self) -> int:
        """Number of columns."""
        return int(self.negatives.shape[1])

    def column(self, instant: datetime) -> int:
        """The column whose hour starts at `instant`."""
        return (instant - self.start) // HOUR

    def instant(self, column: int) -> datetime:
        """When the column's hour starts."""
        return self.start + column * HOUR


def load(store: MentionStore, brand_id: str, window: Window) -> Grid:
    """Read the brand, its factors and its provinces for whole hours of `window`: six histograms."""
    whole = Window(floor_hour(window.start), floor_hour(window.end))
    everyone = customers(brand_id, whole)
    loaded_all = _histograms(store, everyone)
    loaded_neg = _histograms(store, And((everyone, Term("label", "neg"))))
    keys = _keys(brand_id, loaded_all)
    hours = (whole.end - whole.start) // HOUR
    row = {key: i for i, key in enumerate(keys)}
    counts_all = _fill(loaded_all, brand_id, row, whole.start, hours)
    counts_neg = _fill(loaded_neg, brand_id, row, whole.start, hours)
    return Grid(whole.start, keys, counts_neg, counts_all)


def _histograms(store: MentionStore, query: Query) -> dict[str, list[Bucket]]:
    return {
        part: store.histogram(query, "hour", by=field, distinct="root_id") for part, field in _SPLITS.items()
    }


def _key(brand_id: str, part: str, value: str) -> IncidentKey:
    return surge_key(brand_id, **{part: value}) if part else surge_key(brand_id)


def _keys(brand_id: str, loaded: dict[str, list[Bucket]]) -> tuple[IncidentKey, ...]:
    found = [surge_key(brand_id)]
    for part in ("factor", "province"):
        names = sorted({b.value for b in loaded[part] if names_a_part(b.value)})
        found += [_key(brand_id, part, name) for name in names]
    return tuple(found)


def _fill(
    loaded: dict[str, list[Bucket]],
    brand_id: str,
    row: dict[IncidentKey, int],
    start: datetime,
    hours: int,
) -> Counts:
    counts = np.zeros((len(row), hours), dtype=np.int64)
    for part, buckets in loaded.items():
        for bucket in buckets:
            at = row.get(_key(brand_id, part, bucket.value if part else ""))
            column = (bucket.start - start) // HOUR
            if at is not None and 0 <= column < hours:
                counts[at, column] = bucket.count
    return counts


def sums(counts: NDArray[np.float64] | Counts, span: int) -> NDArray[np.float64]:
    """Trailing sums over `span` columns along the last axis; the first span - 1 columns sum what there is."""
    values = np.asarray(counts, dtype=float)
    total = np.cumsum(values, axis=-1)
    shifted = np.zeros_like(total)
    shifted[..., span:] = total[..., :-span] if span < values.shape[-1] else 0
    out: NDArray[np.float64] = total - shifted
    return out
