"""Channels are found by their files: `channels/<kind>.py` holds `open_channel`."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Protocol, cast

from koubei.core.clock import Clock
from koubei.core.config.schema import Channel, Settings
from koubei.core.errors import ConfigError
from koubei.core.language import _
from reports.delivery import channels
from reports.delivery.message import Message


class Sender(Protocol):
    """One configured channel."""

    def send(self, message: Message) -> tuple[str, ...]:
        """Hand the message over; returns lines for the terminal (the console channel; others none).

        Raises:
            DeliveryError: it was not taken.
        """
        ...


Opener = Callable[[Channel, Settings, Clock], Sender]


@cache
def kinds() -> dict[str, Opener]:
    """Every kind of channel and what opens it.

    Raises:
        AttributeError: a file of the folder has no `open_channel`.
    """
    found: dict[str, Opener] = {}
    for module in pkgutil.iter_modules(channels.__path__):
        loaded = importlib.import_module(f"{channels.__name__}.{module.name}")
        found[module.name] = cast(Opener, loaded.open_channel)
    return found


def open_channel(channel: Channel, settings: Settings, clock: Clock) -> Sender:
    """The configured channel, ready to send; nothing is sent yet.

    Raises:
        ConfigError: a secret is missing from the environment or cannot be used.
    """
    return kinds()[channel.kind](channel, settings, clock)


def secret_of(channel: Channel, key: str, variable: str | None) -> str:
    """The value of the environment variable that a key of the channel names.

    Raises:
        ConfigError: the variable is not set.
    """
    value = os.environ.get(variable or "", "").strip()
    if not value:
        raise ConfigError(
            _(
                "channels.{name}.{key}：环境变量 {variable} 未设置",
                name=channel.name,
                key=key,
                variable=variable,
            ),
            _("该渠道的地址或密钥"),
            _(
                "启动前执行 export {variable}=…，或从 koubei.toml 去掉渠道 {name}",
                variable=variable,
                name=channel.name,
            ),
        )
    return value
