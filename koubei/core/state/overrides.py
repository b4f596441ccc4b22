"""A person's verdict on a mention: it stands above the model's, also after a new crawl or a new model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Boolean, Column, String, Table, delete, select
from sqlalchemy.dialects.sqlite import insert

from koubei.core.domain import Label, MatchedBy
from koubei.core.state.database import Database, among
from koubei.core.state.schema import Instant, metadata

_overrides = Table(
    "overrides",
    metadata,
    Column("mention_id", String, primary_key=True),
    Column("label", String),
    Column("about_us", Boolean, nullable=False),
    Column("who", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("model_label", String, nullable=False),
    Column("model_matched_by", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Override:
    """What a person decided.

    Attributes:
        label: None where only "not about us" was said.
        model_label, model_matched_by: what the machine says of the same mention, so that its errors can
            be measured and the verdict withdrawn.
    """

    mention_id: str
    label: Literal["neg", "neu", "pos"] | None
    about_us: bool
    who: str
    at: datetime
    model_label: Label
    model_matched_by: MatchedBy


class Overrides:
    """One verdict a mention; the last one holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, overrides: Sequence[Override]) -> None:
        """Keep the verdicts, replacing earlier ones on the same mentions."""
        if not overrides:
            return
        statement = insert(_overrides)
        statement = statement.on_conflict_do_update(
            index_elements=["mention_id"], set_=dict(statement.excluded)
        )
        with self._database.write() as connection:
            connection.execute(statement, [asdict(override) for override in overrides])

    def of(self, mention_ids: Iterable[str]) -> dict[str, Override]:
        """The verdicts on those of the mentions that have one."""
        query = select(_overrides).where(among(_overrides.c.mention_id, mention_ids))
        with self._database.read() as connection:
            return {row.mention_id: Override(**row._mapping) for row in connection.execute(query)}

    def withdraw(self, mention_id: str) -> None:
        """Let the machine's word hold again."""
        with self._database.write() as connection:
            connection.execute(delete(_overrides).where(_overrides.c.mention_id == mention_id))
