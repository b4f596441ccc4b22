"""How far each source has been read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, String, Table, select
from sqlalchemy.dialects.sqlite import insert

from koubei.core.state.database import Database
from koubei.core.state.schema import metadata

_cursors = Table(
    "cursors", metadata, Column("source", String, primary_key=True), Column("value", JSON, nullable=False)
)


class Cursors:
    """One JSON object per source; move it only after what it covers is in the spool."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, source: str) -> dict[str, Any]:
        """Where the source was left, {} where it was never read."""
        with self._database.read() as connection:
            found = connection.execute(select(_cursors.c.value).where(_cursors.c.source == source)).scalar()
            return dict(found) if found else {}

    def put(self, source: str, value: dict[str, Any]) -> None:
        """Replace the source's cursor (JSON types only)."""
        statement = insert(_cursors).values(source=source, value=value)
        with self._database.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["source"], set_={"value": statement.excluded.value}
                )
            )
