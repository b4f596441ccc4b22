"""Apprise with its real json:// service against a local server."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable

import pytest
from pytest_httpserver import HTTPServer

from koubei.core.clock import FixedClock
from koubei.core.config.schema import Settings
from koubei.core.errors import ConfigError
from reports.delivery import DeliveryError, Message
from reports.delivery.registry import open_channel

Build = Callable[..., Settings]
CHANNEL = {"name": "ops", "kind": "apprise", "url_env": "OPS_URL"}


def test_card_arrives(
    httpserver: HTTPServer,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("ok")
    monkeypatch.setenv("OPS_URL", f"json://127.0.0.1:{httpserver.port}/hook")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    settings = settings_with(CHANNEL)
    assert open_channel(settings.channels[0], settings, clock).send(alert) == ()
    body = httpserver.log[0][0].json
    assert body["title"] == alert.title
    assert "负面 96" in body["message"]
    assert "REQUESTS_CA_BUNDLE" not in os.environ


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("ntfy://127.0.0.1:{port}/topic", False),
        ("ntfy://127.0.0.1:{port}/topic?format=markdown", True),
        ("bark://127.0.0.1:{port}/devicekey", False),
        ("json://127.0.0.1:{port}/hook", True),
    ],
)
def test_markup_goes_only_where_it_is_taken(
    httpserver: HTTPServer,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
    address: str,
    marked: bool,
) -> None:
    httpserver.expect_request(re.compile(".*")).respond_with_json({"code": 200})
    monkeypatch.setenv("OPS_URL", address.format(port=httpserver.port))
    settings = settings_with(CHANNEL)
    open_channel(settings.channels[0], settings, clock).send(alert)
    sent = json.loads(httpserver.log[0][0].data)
    body = str(sent.get("message") or sent.get("body"))
    assert ("**" in body or "###" in body) is marked
    assert "负面 96" in body


def test_refusal_is_a_failure(
    httpserver: HTTPServer,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
) -> None:
    httpserver.expect_request("/hook").respond_with_data("no", status=403)
    monkeypatch.setenv("OPS_URL", f"json://127.0.0.1:{httpserver.port}/hook")
    settings = settings_with(CHANNEL)
    with pytest.raises(DeliveryError, match="ops"):
        open_channel(settings.channels[0], settings, clock).send(alert)


def test_proxy_of_the_config_is_used_and_taken_away_again(
    httpserver: HTTPServer,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    httpserver.expect_request("/hook").respond_with_data("ok")
    monkeypatch.setenv("OPS_URL", "json://service.invalid/hook")
    settings = settings_with(CHANNEL, proxy=httpserver.url_for("").rstrip("/"))
    open_channel(settings.channels[0], settings, clock).send(alert)
    assert httpserver.log[0][0].headers["Host"] == "service.invalid"
    assert "HTTP_PROXY" not in os.environ


def test_unknown_address_is_a_config_error(
    settings_with: Build, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    monkeypatch.setenv("OPS_URL", "carrierpigeon://secret-loft")
    settings = settings_with(CHANNEL)
    with pytest.raises(ConfigError, match="OPS_URL") as caught:
        open_channel(settings.channels[0], settings, clock)
    assert "secret-loft" not in str(caught.value)
