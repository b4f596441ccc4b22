"""What was talked about: topics and words that stand out."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from reports.figures.frozen import Model


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
