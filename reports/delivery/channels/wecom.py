"""WeCom (企业微信) group robots. Markdown up to 4,096 bytes, text up to 2,048."""

from __future__ import annotations

from koubei.core.clock import Clock
from koubei.core.config.schema import Channel, Network, Settings
from reports.delivery.message import ROBOT_BYTES, Message
from reports.delivery.robots import Json, host_of, post, refused, webhook
from reports.delivery.safe import cut_bytes

_TEXT_BYTES = 2048
_RATE_LIMITS = frozenset({45009, 45033})


class WeCom:
    """Sends cards as markdown, trials as text."""

    def __init__(self, url: str, network: Network) -> None:
        self._url, self._network = url, network

    def send(self, message: Message) -> tuple[str, ...]:
        """Post to the robot; `errcode` other than 0 is a refusal."""
        answer = post(self._network, self._url, _body(message))
        if answer.get("errcode") != 0:
            raise refused(host_of(self._url), answer.get("errcode"), answer.get("errmsg"), _RATE_LIMITS)
        return ()


def open_channel(channel: Channel, settings: Settings, clock: Clock) -> WeCom:  # noqa: ARG001 - one shape for all
    """The address (with its key) comes from the environment."""
    return WeCom(webhook(channel), settings.network)


def _body(message: Message) -> Json:
    if message.kind == "test":
        return {"msgtype": "text", "text": {"content": cut_bytes(message.text, _TEXT_BYTES)}}
    return {"msgtype": "markdown", "markdown": {"content": cut_bytes(message.markdown, ROBOT_BYTES)}}
