"""Gold samples: which voices were drawn at random for people to judge, from what, with which weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Date, Float, Integer, Row, Select, String, Table, insert, select

from koubei.core.state.database import Database
from koubei.core.state.revisions import advance
from koubei.core.state.schema import Instant, metadata

_samples = Table(
    "samples",
    metadata,
    Column("id", String, primary_key=True),
    Column("brand_id", String, nullable=False, index=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("drawn_at", Instant, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("by", JSON, nullable=False),
    Column("strata", JSON, nullable=False),
)
_items = Table(
    "sample_items",
    metadata,
    Column("sample_id", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("mention_id", String, nullable=False, index=True),
    Column("stratum", Integer, nullable=False),
    Column("label", String, nullable=False),
    Column("weight", Float, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the population that was drawn from on its own.

    Attributes:
        values: field -> value, the fields of `Sample.by`.
        population: voices in it when the sample was drawn; drawn: how many of them are in the sample.
    """

    values: Mapping[str, str]
    population: int
    drawn: int


@dataclass(frozen=True, slots=True)
class SampleItem:
    """One voice of a sample, shown by its first mention.

    Attributes:
        position: 0, 1 …: the order to judge in, itself random.
        stratum: index in `Sample.strata`.
        label: what the model said of it when the sample was drawn.
        weight: how many voices of the population it stands for.
    """

    position: int
    mention_id: str
    stratum: int
    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class Sample:
    """A stratified random sample of a brand's customers' voices, published from first_day to last_day."""

    id: str
    brand_id: str
    first_day: date
    last_day: date
    drawn_at: datetime
    seed: int
    by: tuple[str, ...]
    strata: tuple[Stratum, ...]
    items: tuple[SampleItem, ...]

    @property
    def population(self) -> int:
        """How many voices it was drawn from."""
        return sum(stratum.population for stratum in self.strata)

    def covers(self, day: date) -> bool:
        """Whether voices of that day could be drawn."""
        return self.first_day <= day <= self.last_day


class Samples:
    """All samples that were drawn."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next_id(self, day: date) -> str:
        """An id nobody has had ("S261118-1": the first one drawn on that day)."""
        with self._database.write() as connection:
            return f"S{day:%y%m%d}-{advance(connection, f'sample-{day:%y%m%d}', 1)}"

    def put(self, sample: Sample) -> None:
        """Keep a new sample, whole or not at all."""
        row = asdict(sample)
        items = [item | {"sample_id": sample.id} for item in row.pop("items")]
        with self._database.write() as connection:
            connection.execute(insert(_samples).values(row))
            connection.execute(insert(_items), items)

    def get(self, sample_id: str) -> Sample | None:
        """The sample, None where there is none of that id."""
        return next(iter(self._select(select(_samples).where(_samples.c.id == sample_id))), None)

    def of_brand(self, brand_id: str) -> list[Sample]:
        """The brand's samples, newest first."""
        newest = select(_samples).where(_samples.c.brand_id == brand_id)
        return self._select(newest.order_by(_samples.c.drawn_at.desc(), _samples.c.id.desc()))

    def _select(self, query: Select[Any]) -> list[Sample]:
        items = select(_items).order_by(_items.c.position)
        with self._database.read() as connection:
            return [
                _sample(row, connection.execute(items.where(_items.c.sample_id == row.id)).all())
                for row in connection.execute(query).all()
            ]


def _sample(row: Row[Any], items: Any) -> Sample:
    fields = dict(row._mapping)
    fields["by"] = tuple(fields["by"])
    fields["strata"] = tuple(Stratum(**stratum) for stratum in fields["strata"])
    found = (SampleItem(i.position, i.mention_id, i.stratum, i.label, i.weight) for i in items)
    return Sample(**fields, items=tuple(found))
