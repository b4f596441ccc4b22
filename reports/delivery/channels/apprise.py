"""Everything else (Slack, Telegram, ntfy, webhooks …) through Apprise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import apprise

from koubei.core.clock import Clock
from koubei.core.config.schema import Channel, Network, Settings
from koubei.core.errors import ConfigError
from koubei.core.language import _
from reports.delivery.errors import DeliveryError
from reports.delivery.message import MARKDOWN_BYTES, Message
from reports.delivery.registry import secret_of
from reports.delivery.safe import cut_bytes

TEXT, MARKDOWN = apprise.NotifyFormat.TEXT, apprise.NotifyFormat.MARKDOWN


class Apprise:
    """The services of one Apprise address. Apprise turns markdown into HTML; where a service takes neither,
    it would send the card's ### and ** as they are, so such a one is given the plain text, without the title
    that Apprise puts above it."""

    def __init__(self, name: str, services: apprise.Apprise, network: Network) -> None:
        self._name, self._network = name, network
        plain = [one for one in services if one.resolve_format(MARKDOWN) == TEXT]
        marked = [one for one in services if one not in plain]
        self._plain, self._marked = apprise.Apprise(plain), apprise.Apprise(marked)

    def send(self, message: Message) -> tuple[str, ...]:
        """Send the card as markdown, and as text to services that take no markup."""
        text = cut_bytes(message.text.removeprefix(f"{message.title}\n"), MARKDOWN_BYTES)
        sent = ((self._marked, message.markdown, MARKDOWN), (self._plain, text, TEXT))
        with _environment(self._network):
            taken = [
                services.notify(body=body, title=message.title, body_format=form)
                for services, body, form in sent
                if services
            ]
        if not all(taken):
            raise DeliveryError(
                _("渠道 {name} 的服务没有接收", name=self._name), "", _("核对 Apprise 地址；稍后会重试")
            )
        return ()


def open_channel(channel: Channel, settings: Settings, clock: Clock) -> Apprise:  # noqa: ARG001 - one shape for all
    """The Apprise address comes from the environment.

    Raises:
        ConfigError: it is missing or Apprise does not know its kind.
    """
    services = apprise.Apprise()
    if not services.add(secret_of(channel, "url_env", channel.url_env)):
        raise ConfigError(
            _(
                "channels.{name}.url_env：Apprise 不认识环境变量 {url_env} 的内容",
                name=channel.name,
                url_env=channel.url_env,
            ),
            _("Apprise 地址，例如 tgram://…、slack://…、jsons://…"),
            _("见 Apprise 的服务列表"),
        )
    return Apprise(channel.name, services, settings.network)


@contextmanager
def _environment(network: Network) -> Iterator[None]:
    """Apprise takes proxy and certificates from the environment alone."""
    wanted = {
        "HTTP_PROXY": network.proxy,
        "HTTPS_PROXY": network.proxy,
        "REQUESTS_CA_BUNDLE": str(network.ca_bundle) if network.ca_bundle else None,
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update({name: value for name, value in wanted.items() if value})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
