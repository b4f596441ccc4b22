"""A service that shows no markdown gets plain text: real Apprise plugins against loopback replicas."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from koubei.core.clock import FixedClock
from koubei.core.config.schema import Settings
from reports.delivery import Message
from reports.delivery.message import MARKDOWN_BYTES
from reports.delivery.registry import open_channel

Sent = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def sent(
    httpserver: HTTPServer,
    settings_with: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
) -> Sent:
    """Sends a message to some addresses in one channel ("PORT" is the replica's); what arrived."""

    def send(message: Message, *urls: str) -> list[dict[str, Any]]:
        httpserver.expect_request(re.compile(".*")).respond_with_json({"code": 200, "id": "x"})
        monkeypatch.setenv("OPS_URL", " ".join(urls).replace("PORT", str(httpserver.port)))
        settings = settings_with({"name": "ops", "kind": "apprise", "url_env": "OPS_URL"})
        open_channel(settings.channels[0], settings, clock).send(message)
        return [request.json for request, _ in httpserver.log]

    return send


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("ntfy://127.0.0.1:PORT/topic", "message"),
        ("bark://127.0.0.1:PORT/key", "body"),
        ("gotify://127.0.0.1:PORT/token", "message"),
        ("json://127.0.0.1:PORT/hook?format=text", "message"),
    ],
)
def test_plain_text_services_get_the_text_once(url: str, field: str, sent: Sent, alert: Message) -> None:
    [body] = sent(alert, url)
    assert (body["title"], body[field]) == (alert.title, "负面 96，同期基线 21.0")


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("ntfy://127.0.0.1:PORT/topic?format=markdown", "message"),
        ("bark://127.0.0.1:PORT/key?format=markdown", "markdown"),
        ("json://127.0.0.1:PORT/hook", "message"),
    ],
)
def test_services_that_show_markdown_get_the_card(url: str, field: str, sent: Sent, alert: Message) -> None:
    [body] = sent(alert, url)
    assert body[field] == alert.markdown


def test_html_services_get_the_card_as_html(sent: Sent, alert: Message) -> None:
    [body] = sent(alert, "json://127.0.0.1:PORT/hook?format=html")
    assert "<strong>负面 96，同期基线 21.0</strong>" in body["message"]


def test_each_service_of_one_address_gets_its_form(sent: Sent, alert: Message) -> None:
    bodies = sent(alert, "ntfy://127.0.0.1:PORT/topic", "json://127.0.0.1:PORT/hook")
    assert sorted(body["message"].count("**") for body in bodies) == [0, 2]


def test_long_text_is_cut(sent: Sent, alert: Message) -> None:
    long = Message("alert", "R-1", alert.title, alert.markdown, "负面" * 2_000)
    [body] = sent(long, "bark://127.0.0.1:PORT/key")
    assert len(body["body"].encode()) <= MARKDOWN_BYTES
