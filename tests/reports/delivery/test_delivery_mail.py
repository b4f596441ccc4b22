"""Mail against a real SMTP server on loopback."""

# ruff: noqa: N802, ARG002 - aiosmtpd gives the handler its names and arguments

from __future__ import annotations

import email
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from koubei.core.clock import FixedClock
from koubei.core.config.schema import Settings
from koubei.core.errors import ConfigError
from reports.delivery import DeliveryError, Message
from reports.delivery.registry import open_channel

Build = Callable[..., Settings]
TO = ["brand@example.com", "pr@example.com"]


class Postbox:
    """Keeps what arrives; refuses recipients named nobody@."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"pa:ss", handled=False)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def port(postbox: Postbox, unused_port: int) -> Iterator[int]:
    controller = Controller(
        postbox,
        hostname="127.0.0.1",
        port=unused_port,
        authenticator=postbox.authenticate,
        auth_require_tls=False,
    )
    controller.start()
    yield unused_port
    controller.stop()


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mail(url: str, build: Build, monkeypatch: pytest.MonkeyPatch, clock: FixedClock, **more: Any) -> Any:
    monkeypatch.setenv("SMTP_URL", url)
    table = {
        "name": "mail",
        "kind": "mail",
        "url_env": "SMTP_URL",
        "to": TO,
        "sender": "koubei@example.com",
    } | more
    settings = build(table)
    return open_channel(settings.channels[0], settings, clock)


def test_report_arrives_with_both_bodies_and_the_file(
    postbox: Postbox,
    port: int,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    report: Message,
) -> None:
    mail(f"smtp://koubei%40example.com:pa%3Ass@127.0.0.1:{port}", settings_with, monkeypatch, clock).send(
        report
    )
    got = postbox.mails[0]
    assert postbox.logins == [(b"koubei@example.com", b"pa:ss")]
    assert (got["Subject"], got["To"]) == (report.title, ", ".join(TO))
    plain, html = got.get_body(("plain",)), got.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "口碑日报" in plain.get_content()
    assert "<p>口碑日报</p>" in html.get_content()
    [attached] = got.iter_attachments()
    assert attached.get_filename() == "koubei-2026-11-18.html"
    assert "17:30:00 +0800" in got["Date"]


def test_header_lines_cannot_be_smuggled_in(
    postbox: Postbox,
    port: int,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
) -> None:
    wild = replace(alert, title="涨价\r\nBcc: all@example.com\n\nbody\u202e\x00")
    mail(f"smtp://127.0.0.1:{port}", settings_with, monkeypatch, clock).send(wild)
    got = postbox.mails[0]
    assert got["Bcc"] is None
    assert "\n" not in got["Subject"]
    assert "\u202e" not in got["Subject"]


def test_the_same_message_has_the_same_id(
    postbox: Postbox,
    port: int,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
) -> None:
    channel = mail(f"smtp://127.0.0.1:{port}", settings_with, monkeypatch, clock)
    channel.send(alert)
    channel.send(alert.possible_repeat())
    assert postbox.mails[0]["Message-ID"] == postbox.mails[1]["Message-ID"]
    assert "可能重复" in postbox.mails[1]["Subject"]


def test_wrong_password_and_refused_recipient_are_failures(
    port: int, settings_with: Build, monkeypatch: pytest.MonkeyPatch, clock: FixedClock, alert: Message
) -> None:
    wrong = mail(f"smtp://u:hunter2@127.0.0.1:{port}", settings_with, monkeypatch, clock)
    with pytest.raises(DeliveryError, match="535") as caught:
        wrong.send(alert)
    assert "hunter2" not in str(caught.value)
    some = mail(
        f"smtp://127.0.0.1:{port}", settings_with, monkeypatch, clock, to=["nobody@example.com", TO[0]]
    )
    with pytest.raises(DeliveryError, match=r"nobody@example\.com"):
        some.send(alert)


def test_no_server_is_a_failure(
    unused_port: int, settings_with: Build, monkeypatch: pytest.MonkeyPatch, clock: FixedClock, alert: Message
) -> None:
    with pytest.raises(DeliveryError, match="ConnectionRefusedError"):
        mail(f"smtps://127.0.0.1:{unused_port}", settings_with, monkeypatch, clock).send(alert)


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:465"])
def test_address_of_another_kind_is_refused(
    url: str, settings_with: Build, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    with pytest.raises(ConfigError, match="不是发信地址"):
        mail(url, settings_with, monkeypatch, clock)


@pytest.mark.parametrize("to", ["nobody", "a@b\r\nBcc: c@d", "", "@example.com"])
def test_bad_recipient_is_a_config_error(
    to: str, settings_with: Build, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    with pytest.raises(ConfigError, match="邮件地址"):
        mail("smtp://127.0.0.1", settings_with, monkeypatch, clock, to=[to])
