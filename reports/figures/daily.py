"""The figures of one daily report: plain numbers, saved as JSON; the page is drawn from nothing else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from reports.figures.breakdown import Driver, Segment, StageCell
from reports.figures.collection import Health, Version
from reports.figures.counts import Change, Counts
from reports.figures.evidence import Risk, Sample
from reports.figures.figure import Figure
from reports.figures.frozen import Model
from reports.figures.gold import Gold
from reports.figures.topics import Topic, Word

SCHEMA = 1
"""Raised whenever a saved report could no longer be read as it is."""


def manifest_kind(brand_id: str) -> str:
    """The kind under which a brand's daily reports stand in the manifests."""
    return f"daily:{brand_id}"


class Kpi(Model):
    """One key figure with its 28 days before, its usual band (10th-90th percentile), its comparisons."""

    key: Literal["share", "net", "posts", "voices", "interactions", "voice_share"]
    value: float | None
    low: float | None = None
    high: float | None = None
    yesterday: Change
    week: Change
    median: Change
    history: tuple[float | None, ...] = ()
    refs: tuple[str, ...] = ()

    @property
    def known(self) -> list[float]:
        """The days before that have a value."""
        return [h for h in self.history if h is not None]


class DayRow(Model):
    """One day of the own brand; `seen` is False on days from which the store holds nothing at all."""

    day: date
    seen: bool
    posts: int = 0
    voices: int = 0
    interactions: int | None = None
    counts: Counts = Counts()
    all_voices: int = 0


class Correction(Model):
    """A figure of yesterday's report that late arrivals or new verdicts changed."""

    title: str
    old: float | None
    new: float | None
    unit: Literal["count", "share"]


class Corrections(Model):
    """What changed since yesterday's report was frozen; `late` posts arrived after it."""

    day: date
    frozen_at: datetime
    late: int
    items: tuple[Correction, ...]


class Event(Model):
    """A mark on the trend: a campaign, an alert, a new keyword set or model."""

    day: date
    text: str
    urgent: bool = False


class BrandLine(Model):
    """A brand of the config; `keywords` is how many words it is looked for with."""

    id: str
    name: str
    keywords: int
    topic: tuple[str, ...] = ()


class Hour(Model):
    """One hour of the day: voices, negative voices, and the usual (median) negative voices of that hour."""

    hour: int
    voices: int
    neg: int
    usual: float | None


class DailyFigures(Model):
    """Everything the daily report of one brand and day shows.

    Attributes:
        collected_later: posts of the day that were first collected after the report was frozen: a report
            asked for as of an earlier moment says what was known then.
    """

    schema_version: int = SCHEMA
    brand: BrandLine
    brands: tuple[BrandLine, ...]
    day: date
    number: int
    run_id: str
    frozen_at: datetime
    console_url: str | None
    kibana_url: str | None = None
    state: Literal["empty", "silent", "first", "normal"]
    health: Health
    versions: tuple[Version, ...]
    figures: tuple[Figure, ...]
    days: tuple[DayRow, ...]
    counts: Counts
    thread_posts: int
    timeless: int
    collected_later: int = 0
    all_posts: Counts
    kpis: tuple[Kpi, ...]
    refs: dict[str, tuple[str, ...]]
    platforms: tuple[Segment, ...]
    roles: tuple[Segment, ...]
    factors: tuple[Segment, ...]
    stages: tuple[StageCell, ...]
    drivers: tuple[Driver, ...]
    provinces: tuple[Segment, ...]
    rivals: tuple[Segment, ...]
    hours: tuple[Hour, ...]
    topics: tuple[Topic, ...]
    words: tuple[Word, ...]
    risks: tuple[Risk, ...]
    corrections: Corrections | None
    events: tuple[Event, ...]
    samples: tuple[Sample, ...]
    gold: Gold | None = None

    def kpi(self, key: str) -> Kpi:
        """The key figure of that name."""
        return next(k for k in self.kpis if k.key == key)

    def sample(self, sample_id: str) -> Sample:
        """The evidence post of that id."""
        return next(s for s in self.samples if s.id == sample_id)

    def figure(self, figure_id: str) -> Figure:
        """The figure of that id."""
        return next(f for f in self.figures if f.id == figure_id)

    def to_json(self) -> str:
        """The saved form; the same figures give the same bytes."""
        return self.model_dump_json(indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> DailyFigures:
        """The figures a saved report was drawn from."""
        return cls.model_validate_json(text)
