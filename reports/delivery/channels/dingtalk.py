"""DingTalk (钉钉) group robots, signed where `secret_env` is given."""

from __future__ import annotations

from koubei.core.clock import Clock
from koubei.core.config.schema import Channel, Network, Settings
from reports.delivery.message import Message
from reports.delivery.registry import secret_of
from reports.delivery.robots import Json, host_of, post, refused, signature, webhook
from reports.delivery.safe import cut_bytes

_BYTES = 18_000
"""The service takes 20,000 bytes for the whole body."""

_RATE_LIMITS = frozenset({130101, 130102, 410100, 660026})


class DingTalk:
    """Sends cards as markdown, trials as text."""

    def __init__(self, url: str, secret: str | None, network: Network, clock: Clock) -> None:
        self._url, self._secret, self._network, self._clock = url, secret, network, clock

    def send(self, message: Message) -> tuple[str, ...]:
        """Post to the robot; `errcode` other than 0 is a refusal."""
        answer = post(self._network, self._url, _body(message), self._signed())
        if answer.get("errcode") != 0:
            raise refused(host_of(self._url), answer.get("errcode"), answer.get("errmsg"), _RATE_LIMITS)
        return ()

    def _signed(self) -> dict[str, str]:
        if self._secret is None:
            return {}
        stamp = str(round(self._clock.now().timestamp() * 1000))
        return {"timestamp": stamp, "sign": signature(self._secret, f"{stamp}\n{self._secret}")}


def open_channel(channel: Channel, settings: Settings, clock: Clock) -> DingTalk:
    """The address and the signing secret come from the environment."""
    secret = secret_of(channel, "secret_env", channel.secret_env) if channel.secret_env else None
    return DingTalk(webhook(channel), secret, settings.network, clock)


def _body(message: Message) -> Json:
    if message.kind == "test":
        return {"msgtype": "text", "text": {"content": cut_bytes(message.text, _BYTES)}}
    card = {"title": message.title, "text": cut_bytes(message.markdown, _BYTES)}
    return {"msgtype": "markdown", "markdown": card}
