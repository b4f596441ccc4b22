"""What people said of the voices of a gold sample: who, what, when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Column, String, Table, select
from sqlalchemy.dialects.sqlite import insert

from koubei.core.state.database import Database
from koubei.core.state.schema import Instant, metadata

GoldLabel = Literal["neg", "neu", "pos", "not_about_us"]

_labels = Table(
    "labels",
    metadata,
    Column("sample_id", String, primary_key=True),
    Column("mention_id", String, primary_key=True),
    Column("who", String, primary_key=True),
    Column("label", String, nullable=False),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class GivenLabel:
    """One person's judgement of one voice of a sample; not_about_us: the brand is not what it is about."""

    sample_id: str
    mention_id: str
    who: str
    label: GoldLabel
    at: datetime


class Labels:
    """One label a person, voice and sample; judging again replaces one's own label only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, labels: Sequence[GivenLabel]) -> None:
        """Keep the labels, all or none."""
        if not labels:
            return
        statement = insert(_labels)
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=["sample_id", "mention_id", "who"], set_={"label": new.label, "at": new.at}
        )
        with self._database.write() as connection:
            connection.execute(statement, [asdict(label) for label in labels])

    def of_sample(self, sample_id: str) -> list[GivenLabel]:
        """Every label of a sample, by mention and person."""
        columns = _labels.c
        query = select(_labels).where(columns.sample_id == sample_id)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(columns.mention_id, columns.who))
            return [GivenLabel(**row._mapping) for row in rows]
