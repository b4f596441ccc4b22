"""The terminal: the message as plain text, for the command line to print."""

from __future__ import annotations

from koubei.core.clock import Clock
from koubei.core.config.schema import Channel, Settings
from reports.delivery.message import Message
from reports.figures.wording import inert


class Console:
    """Returns lines; it prints nothing itself."""

    def send(self, message: Message) -> tuple[str, ...]:
        """The text's lines, without control characters that a terminal would obey."""
        return tuple(inert(line, 500) for line in message.text.splitlines())


def open_channel(channel: Channel, settings: Settings, clock: Clock) -> Console:  # noqa: ARG001 - one shape for all
    """The terminal needs no settings."""
    return Console()
