"""Recorded intent, then sending, then the result: nothing is lost in between and nothing goes out twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from koubei.core.clock import Clock
from koubei.core.config.schema import Channel, Settings
from koubei.core.errors import KoubeiError
from koubei.core.state import Delivery, State
from reports.delivery.message import Message
from reports.delivery.registry import open_channel
from reports.delivery.waiting import Waiting

MAX_ATTEMPTS = 5
KEEP_TRYING = timedelta(hours=24)


class Outbox:
    """Sends messages to the configured channels.

    Attributes:
        printed: lines the console channel wants shown, in order; whoever prints them empties it.
    """

    def __init__(self, settings: Settings, state: State, clock: Clock) -> None:
        self._settings, self._deliveries, self._clock = settings, state.deliveries, clock
        self._waiting = Waiting(settings.storage.data / "unsent")
        self.printed: list[str] = []

    def send(self, message: Message, only: Sequence[str] = ()) -> list[Delivery]:
        """Send to every channel that takes this kind (a test: all; `only`: those names).

        A channel that has had the same message is left alone. One that fails does not stop the others:
        the delivery is "failed", its reason kept, and `retry_unfinished` tries again.
        """
        channels = [c for c in self._settings.channels if _takes(c, message) and (not only or c.name in only)]
        if message.kind != "test":
            self._waiting.keep(message, [c.name for c in channels], self._clock.now())
        return [self._deliver(message, channel) for channel in channels]

    def retry_unfinished(self) -> list[Delivery]:
        """Try again what failed or was cut off, at most MAX_ATTEMPTS times within KEEP_TRYING.

        An alert that was cut off goes out again marked 可能重复; a report stays doubtful.
        """
        done: list[Delivery] = []
        channels = {c.name: c for c in self._settings.channels}
        for item in self._waiting.all():
            fresh = self._clock.now() - item.since <= KEEP_TRYING
            for name, attempts in item.attempts.items():
                channel = channels.get(name)
                if channel is None or not fresh or attempts >= MAX_ATTEMPTS:
                    self._waiting.drop(item.message.digest, name)
                else:
                    done.append(self._deliver(item.message, channel))
        return done

    def _deliver(self, message: Message, channel: Channel) -> Delivery:
        intended = self._deliveries.intend(message.kind, message.ref, channel.name, message.digest)
        unsure = intended.status == "doubtful"
        if intended.status == "sent" or (unsure and message.kind != "alert"):
            self._waiting.drop(message.digest, channel.name)
            return intended
        self._waiting.count(message.digest, channel.name)
        try:
            sender = open_channel(channel, self._settings, self._clock)
            self.printed += sender.send(message.possible_repeat() if unsure else message)
        except KoubeiError as error:
            self._deliveries.failed(intended.id, error.source)
            return replace(intended, status="failed", reason=str(error))
        self._deliveries.sent(intended.id)
        self._waiting.drop(message.digest, channel.name)
        return replace(intended, status="sent", reason="")


def _takes(channel: Channel, message: Message) -> bool:
    return message.kind == "test" or message.kind in channel.sends


def channel_problems(settings: Settings, clock: Clock) -> dict[str, KoubeiError]:
    """Channels that cannot be opened as configured: name -> why. Nothing is sent."""
    found: dict[str, KoubeiError] = {}
    for channel in settings.channels:
        try:
            open_channel(channel, settings, clock)
        except KoubeiError as error:
            found[channel.name] = error
    return found
