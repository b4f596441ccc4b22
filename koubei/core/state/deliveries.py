"""Delivery with recorded intent: first what is to be sent, then the sending, then what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    Row,
    Select,
    String,
    Table,
    UniqueConstraint,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from koubei.core.clock import Clock
from koubei.core.state.database import Database
from koubei.core.state.schema import Instant, metadata

DeliveryKind = Literal["report", "alert", "test"]
DeliveryStatus = Literal["intended", "sent", "failed", "doubtful"]

_deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("ref", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("intended_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("reason", String, nullable=False),
    UniqueConstraint("kind", "ref", "channel", "digest"),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one channel.

    Attributes:
        ref: the incident's number, or the report's run id.
        digest: hash of what is sent; the same message is one delivery however often it is intended.
        status: doubtful = it was intended before and nobody noted what came of it: it may have been sent.
    """

    id: int
    kind: DeliveryKind
    ref: str
    channel: str
    digest: str
    status: DeliveryStatus
    intended_at: datetime
    finished_at: datetime | None = None
    reason: str = ""


class Deliveries:
    """The outbox's memory."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def intend(self, kind: DeliveryKind, ref: str, channel: str, digest: str) -> Delivery:
        """Note that this is about to be sent. The status that comes back says what to do.

        intended: send it (new, or it failed before). sent: do not. doubtful: an earlier attempt was cut
        off; it may have arrived.
        """
        columns = _deliveries.c
        key = {"kind": kind, "ref": ref, "channel": channel, "digest": digest}
        same = select(_deliveries).where(*(columns[name] == value for name, value in key.items()))
        with self._database.write() as connection:
            earlier = connection.execute(same).first()
            if earlier is None:
                fresh = {"status": "intended", "intended_at": self._clock.now(), "reason": ""}
                connection.execute(insert(_deliveries).values(**key, **fresh))
            else:
                self._again(connection, _delivery(earlier))
            return _delivery(connection.execute(same).one())

    def sent(self, delivery_id: int) -> None:
        """It was accepted by the channel."""
        self._finish(delivery_id, "sent", "")

    def failed(self, delivery_id: int, reason: str) -> None:
        """The channel did not take it; it may be intended again."""
        self._finish(delivery_id, "failed", reason)

    def unfinished(self) -> list[Delivery]:
        """Those whose outcome nobody noted (intended, doubtful), oldest first."""
        query = select(_deliveries).where(_deliveries.c.status.in_(["intended", "doubtful"]))
        return self._select(query.order_by(_deliveries.c.id))

    def latest(self, limit: int) -> list[Delivery]:
        """The newest first."""
        return self._select(select(_deliveries).order_by(_deliveries.c.id.desc()).limit(limit))

    def _again(self, connection: Connection, earlier: Delivery) -> None:
        change: dict[str, object] = {}
        if earlier.status == "intended":
            change = {"status": "doubtful"}
        elif earlier.status == "failed":
            change = {"status": "intended", "intended_at": self._clock.now(), "finished_at": None}
        if change:
            connection.execute(update(_deliveries).where(_deliveries.c.id == earlier.id).values(change))

    def _finish(self, delivery_id: int, status: DeliveryStatus, reason: str) -> None:
        values = {"status": status, "finished_at": self._clock.now(), "reason": reason}
        with self._database.write() as connection:
            connection.execute(update(_deliveries).where(_deliveries.c.id == delivery_id).values(values))

    def _select(self, query: Select[Any]) -> list[Delivery]:
        with self._database.read() as connection:
            return [_delivery(row) for row in connection.execute(query)]


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**row._mapping)
