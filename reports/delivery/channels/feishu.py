"""Feishu (飞书) group robots, signed where `secret_env` is given."""

from __future__ import annotations

from typing import Any

from koubei.core.clock import Clock
from koubei.core.config.schema import Channel, Network, Settings
from reports.delivery.message import Message
from reports.delivery.registry import secret_of
from reports.delivery.robots import host_of, post, refused, signature, webhook
from reports.delivery.safe import cut_bytes

_BYTES = 18_000
"""The service takes 20 kB for the whole body."""

_RATE_LIMITS = frozenset({9499, 11232})


class Feishu:
    """Sends cards as interactive cards, trials as text."""

    def __init__(self, url: str, secret: str | None, network: Network, clock: Clock) -> None:
        self._url, self._secret, self._network, self._clock = url, secret, network, clock

    def send(self, message: Message) -> tuple[str, ...]:
        """Post to the robot; older robots answer `StatusCode`, newer ones `code`: anything but 0 refuses."""
        answer = post(self._network, self._url, _body(message) | self._signed())
        codes = [answer[name] for name in ("code", "StatusCode") if name in answer]
        if not codes or any(code != 0 for code in codes):
            code = next((c for c in codes if c != 0), None)
            words = answer.get("msg") or answer.get("StatusMessage")
            raise refused(host_of(self._url), code, words, _RATE_LIMITS)
        return ()

    def _signed(self) -> dict[str, str]:
        if self._secret is None:
            return {}
        stamp = str(int(self._clock.now().timestamp()))
        return {"timestamp": stamp, "sign": signature(f"{stamp}\n{self._secret}", "")}


def open_channel(channel: Channel, settings: Settings, clock: Clock) -> Feishu:
    """The address and the signing secret come from the environment."""
    secret = secret_of(channel, "secret_env", channel.secret_env) if channel.secret_env else None
    return Feishu(webhook(channel), secret, settings.network, clock)


def _body(message: Message) -> dict[str, Any]:
    if message.kind == "test":
        return {"msg_type": "text", "content": {"text": cut_bytes(message.text, _BYTES)}}
    title, _, rest = message.markdown.partition(
        "\n"
    )  # the card's header shows the title; it reads no headings
    words = rest.strip() if title.startswith("#") else message.markdown
    card = {
        "config": {"wide_screen_mode": True},
        "header": {"title": {"tag": "plain_text", "content": message.title}},
        "elements": [{"tag": "markdown", "content": cut_bytes(words, _BYTES)}],
    }
    return {"msg_type": "interactive", "card": card}
