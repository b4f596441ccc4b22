"""Hands the changes people must know of to the outbox, and settles them."""

from __future__ import annotations

from collections.abc import Iterable

from koubei.core.config.schema import Settings
from koubei.core.state import Delivery, State
from reports.alerts.lifecycle import Change, settle
from reports.alerts.messages import alert_message
from reports.delivery import Outbox


def notify(changes: Iterable[Change], state: State, settings: Settings, outbox: Outbox) -> list[Delivery]:
    """Send what is to be told; deliveries in order.

    The message is in the delivery ledger before the incident is settled: a kill in between leads to the
    same message again, which the ledger recognises.
    """
    done: list[Delivery] = []
    for change in changes:
        if change.notify:
            done += outbox.send(alert_message(change, settings))
            settle(state.incidents, change)
    return done
