"""Counters that only grow, whichever process asks and whatever happens to it afterwards."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, String, Table, select
from sqlalchemy.dialects.sqlite import insert

from koubei.core.state.database import Database
from koubei.core.state.schema import metadata

_counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
)


def advance(connection: Connection, name: str, by: int) -> int:
    """Raise a counter by `by` (>= 1), from 0 where it is new; its new value."""
    statement = insert(_counters).values(name=name, value=by)
    grown = statement.on_conflict_do_update(
        index_elements=["name"], set_={"value": _counters.c.value + statement.excluded.value}
    )
    value: int = connection.execute(grown.returning(_counters.c.value)).scalar_one()
    return value


class Revisions:
    """The revision every write of a mention carries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self) -> int:
        """The highest revision taken so far; 0 in a new database."""
        with self._database.read() as connection:
            query = select(_counters.c.value).where(_counters.c.name == "revision")
            return connection.execute(query).scalar() or 0

    def take(self, n: int) -> int:
        """The first of `n` consecutive revisions nobody has had or will have; durable on return.

        Raises:
            ValueError: n < 1.
        """
        if n < 1:
            raise ValueError(f"n = {n}, expected at least 1")
        with self._database.write() as connection:
            return advance(connection, "revision", n) - n + 1
