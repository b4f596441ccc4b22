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
from reports.delivery.message import Message
from reports.delivery.registry import secret_of

TEXT = apprise.NotifyFormat.TEXT


class Apprise:
    """One Apprise address. Apprise turns markdown into HTML; where a service takes neither, it would send
    the card's ### and ** as they are, so such a one is given the plain text."""

    def __init__(self, name: str, service: apprise.Apprise, network: Network) -> None:
        self._name, self._service, self._network = name, service, network

    def send(self, message: Message) -> tuple[str, ...]:
        """Send the card as markdown, or as text to a service that takes no markup."""
        plain = all(_takes_text_only(server.notify_format) for server in self._service)
        body, form = (message.text, TEXT) if plain else (message.markdown, apprise.NotifyFormat.MARKDOWN)
        with _environment(self._network):
            taken = self._service.notify(body=body, title=message.title, body_format=form)
        if not taken:
            raise DeliveryError(
                _("渠道 {name} 的服务没有接收", name=self._name), "", _("核对 Apprise 地址；稍后会重试")
            )
        return ()


def _takes_text_only(formats: object) -> bool:
    """Whether plain text is all that a service takes; Apprise names one format or several."""
    return set(formats if isinstance(formats, tuple) else (formats,)) == {TEXT}


def open_channel(channel: Channel, settings: Settings, clock: Clock) -> Apprise:  # noqa: ARG001 - one shape for all
    """The Apprise address comes from the environment.

    Raises:
        ConfigError: it is missing or Apprise does not know its kind.
    """
    service = apprise.Apprise()
    if not service.add(secret_of(channel, "url_env", channel.url_env)):
        raise ConfigError(
            _(
                "channels.{name}.url_env：Apprise 不认识环境变量 {url_env} 的内容",
                name=channel.name,
                url_env=channel.url_env,
            ),
            _("Apprise 地址，例如 tgram://…、slack://…、jsons://…"),
            _("见 Apprise 的服务列表"),
        )
    return Apprise(channel.name, service, settings.network)


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
