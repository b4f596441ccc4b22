"""The figures of one daily report: plain numbers, saved as JSON; the page is drawn from nothing else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from reports.frozen import Model
from reports.gold_figures import Gold
from reports.stats import MIN_N, wilson

SCHEMA = 1
"""Raised whenever a saved report could no longer be read as it is."""


def manifest_kind(brand_id: str) -> str:
    """The kind under which a brand's daily reports stand in the manifests."""
    return f"daily:{brand_id}"


class Figure(Model):
    """One number, or one row of numbers, with the query anybody can run to get it again.

    Attributes:
        measure: "count" (mentions), "distinct root_id" (independent voices) or "sum FIELD".
        by: () for one number; ("day",), ("hour",), (FIELD,) or ("day", FIELD) for a row of them.
        value: the number, None where nothing was observed (a sum over no known values).
        values: the row, "2026-11-18|资费套餐" -> number; keys join the parts of `by`, Beijing time.
        complete: False where the row holds only the groups the page shows.
    """

    id: str
    title: str
    query: str
    measure: str
    by: tuple[str, ...] = ()
    value: int | None = None
    values: dict[str, int] = Field(default_factory=dict)
    complete: bool = True

    @property
    def hits(self) -> int | None:
        """The number the appendix shows: the value, or the sum of the row."""
        return sum(self.values.values()) if self.by else self.value


class Counts(Model):
    """Independent voices of customers by label; a voice is a (root_id, label) pair."""

    neg: int = 0
    neu: int = 0
    pos: int = 0
    uncertain: int = 0
    unknown: int = 0

    @property
    def n(self) -> int:
        """The denominator of every share: neg + neu + pos."""
        return self.neg + self.neu + self.pos

    @property
    def share(self) -> float | None:
        """负面占比 in 0-1, None below 30 voices."""
        return self.neg / self.n if self.n >= MIN_N else None

    @property
    def net(self) -> float | None:
        """净情感 (pos - neg) / n in -1-1, None below 30 voices."""
        return (self.pos - self.neg) / self.n if self.n >= MIN_N else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the share."""
        return wilson(self.neg, self.n)

    def plus(self, other: Counts) -> Counts:
        """Both together, label by label."""
        mine, theirs = self.model_dump(), other.model_dump()
        return Counts(**{label: mine[label] + theirs[label] for label in mine})


class Change(Model):
    """A comparison: `value` in share points (0.054) or as a ratio minus one (0.369); None with a reason.

    Attributes:
        significant: after Benjamini-Hochberg within its family; None where no test was possible.
    """

    value: float | None = None
    p: float | None = None
    significant: bool | None = None
    reason: str = ""


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


class Cut(Model):
    """One value of a dimension (a factor, a platform …).

    Attributes:
        counts: today's voices, everything that was collected.
        now, before: today and yesterday without the sources that were degraded on a compared day.
        history: shares of the 28 days before (None below 30 voices).
        contribution: part of the whole's change, in share points; None where not comparable.
    """

    name: str
    counts: Counts = Counts()
    now: Counts = Counts()
    before: Counts = Counts()
    history: tuple[float | None, ...] = ()
    median: float | None = None
    change: Change = Change()
    contribution: float | None = None
    voices: int = 0
    posts: int = 0


class Cell(Model):
    """A cell of 要素 × 体验历程."""

    row: str
    column: str
    counts: Counts


class Driver(Model):
    """A cell of 要素 × 省份 and what it adds to the day's change of the negative share."""

    factor: str
    province: str
    now: Counts
    before: Counts
    contribution: float


class Source(Model):
    """How the collection of one source went on the day."""

    source: str
    platform: str
    expected: int | None
    collected: int
    refused: int
    truncated: bool
    degraded: bool
    since: datetime | None
    reason: str


class Version(Model):
    """A keyword set or a model in use, with the time it came into use where the ledger knows it."""

    kind: str
    version: str
    since: datetime | None = None


class Sample(Model):
    """A post shown as evidence, frozen with the report. `url` has passed safe_url."""

    id: str
    post_id: str
    platform: str
    title: str
    text: str
    url: str | None
    author: str
    province: str | None
    published_at: datetime | None
    label: str
    deleted: bool = False


class Topic(Model):
    """A topic: posts that hold at least two of `words`, or copies of one root.

    Attributes:
        status: 新增, 持续 or 消退; days: how many days in a row it has run, today included.
        peak: most voices in one hour today; first_at, first_platform: where its run began.
    """

    words: tuple[str, ...]
    ref: str
    posts: int
    voices: int
    neg: int
    pos: int
    status: Literal["新增", "持续", "消退", "无历史"]
    days: int
    from_peak: float | None
    first_at: datetime | None
    first_platform: str
    peak: int
    samples: tuple[str, ...] = ()


class Word(Model):
    """A word of the day: voices today, log-odds ratio against four weeks with its 95 % interval."""

    word: str
    voices: int
    before: int
    delta: float
    low: float
    high: float
    praise: bool


class Risk(Model):
    """An incident as the risk list shows it, frozen with the report."""

    number: str
    kind: str
    level: int
    status: str
    factor: str
    province: str
    summary: str
    opened_at: datetime
    started_at: datetime
    resolved_at: datetime | None
    owner: str
    due_at: datetime | None
    verdict: str
    carried: bool
    samples: tuple[str, ...] = ()


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


class Health(Model):
    """Whether the day can be compared, and what was left out of comparisons."""

    comparable: bool
    reason: str
    excluded: tuple[str, ...]
    sources: tuple[Source, ...]


class Figures(Model):
    """Everything the daily report of one brand and day shows."""

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
    all_posts: Counts
    kpis: tuple[Kpi, ...]
    refs: dict[str, tuple[str, ...]]
    platforms: tuple[Cut, ...]
    roles: tuple[Cut, ...]
    factors: tuple[Cut, ...]
    stages: tuple[Cell, ...]
    drivers: tuple[Driver, ...]
    provinces: tuple[Cut, ...]
    rivals: tuple[Cut, ...]
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
    def from_json(cls, text: str | bytes) -> Figures:
        """The figures a saved report was drawn from."""
        return cls.model_validate_json(text)
