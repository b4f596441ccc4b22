"""Small facts by name: the demo's anchor, the author key's fingerprint …"""

from __future__ import annotations

from sqlalchemy import Column, Connection, String, Table, select
from sqlalchemy.dialects.sqlite import insert

from koubei.core.state.database import Database
from koubei.core.state.schema import metadata

_facts = Table(
    "facts", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False)
)


class Facts:
    """Name -> value."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> str | None:
        """The fact, None where it was never noted."""
        with self._database.read() as connection:
            return _value(connection, name)

    def put(self, name: str, value: str) -> None:
        """Note the fact, replacing an earlier one."""
        statement = insert(_facts).values(name=name, value=value)
        with self._database.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["name"], set_={"value": statement.excluded.value}
                )
            )

    def first(self, name: str, value: str) -> str:
        """Note the fact unless it was noted before; what stands now."""
        noted = self.get(name)
        if noted is not None:
            return noted
        with self._database.write() as connection:
            connection.execute(insert(_facts).values(name=name, value=value).on_conflict_do_nothing())
            return _value(connection, name) or value


def _value(connection: Connection, name: str) -> str | None:
    return connection.execute(select(_facts.c.value).where(_facts.c.name == name)).scalar()
