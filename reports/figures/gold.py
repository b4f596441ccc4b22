"""What a report says of the gold sample it rests on."""

from __future__ import annotations

from datetime import date, datetime

from reports.figures.frozen import Model


class Rate(Model):
    """A share in 0-1 with its 95 % interval, from n judged voices."""

    value: float
    low: float
    high: float
    n: int


class ConfusionCell(Model):
    """Judged voices that people call `gold` and the model calls `model`; halves where people differ."""

    gold: str
    model: str
    voices: float


class Kappa(Model):
    """Cohen's kappa of two people over n voices both judged, with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


class Gold(Model):
    """The sample nearest to the day, and what people's labels say of the model's.

    Attributes:
        sample_id: as `koubei label list` shows it.
        covers: whether the day is one of those the sample was drawn from; if not, nothing is corrected.
        drawn, judged: voices in the sample, and how many of them were judged; people: by how many persons.
        about_us: judged voices that are about the brand.
        share: the day's corrected negative share; None where the sample is of other days or too small.
        precision, recall: of the label neg.
    """

    sample_id: str
    first_day: date
    last_day: date
    drawn_at: datetime
    covers: bool
    population: int
    drawn: int
    judged: int
    people: int
    about_us: float
    share: Rate | None = None
    accuracy: Rate | None = None
    precision: Rate | None = None
    recall: Rate | None = None
    kappa: Kappa | None = None
    confusion: tuple[ConfusionCell, ...] = ()
