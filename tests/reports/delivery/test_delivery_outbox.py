"""Intent, sending, result: nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from pytest_httpserver import HTTPServer

from koubei.core.clock import FixedClock
from koubei.core.config.schema import Channel, Settings
from koubei.core.state import State
from reports.delivery import Message, Outbox, channel_problems
from reports.delivery.outbox import MAX_ATTEMPTS
from reports.delivery.registry import kinds

Build = Callable[..., Settings]
CONSOLE = {"name": "screen", "kind": "console"}
FOLDER = {"name": "files", "kind": "folder", "to": ["out"]}
WECOM = {"name": "group", "kind": "wecom", "url_env": "ROBOT_URL"}
PATH = "/cgi-bin/webhook/send"


@pytest.fixture
def server(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> HTTPServer:
    monkeypatch.setenv("ROBOT_URL", httpserver.url_for(PATH) + "?key=SECRET")
    return httpserver


def test_every_kind_of_the_config_has_its_file() -> None:
    assert set(kinds()) == set(get_args(Channel.model_fields["kind"].annotation))


def test_the_same_message_goes_out_once(
    settings_with: Build, state: State, clock: FixedClock, alert: Message
) -> None:
    outbox = Outbox(settings_with(CONSOLE), state, clock)
    first, second = outbox.send(alert), outbox.send(replace(alert, text="新的数"))
    assert [d.status for d in first + second] == ["sent", "sent"]
    assert first[0].id == second[0].id
    assert outbox.printed == alert.text.splitlines()
    assert [d.status for d in outbox.send(replace(alert, identity="resolved/2/0"))] == ["sent"]
    assert len(outbox.printed) == 4


def test_a_corrected_report_is_another_message(
    settings_with: Build, state: State, clock: FixedClock, report: Message
) -> None:
    outbox = Outbox(settings_with(CONSOLE), state, clock)
    outbox.send(report)
    outbox.send(report)
    outbox.send(replace(report, attachments=(replace(report.attachments[0], content=b"431"),)))
    assert len(outbox.printed) == 2


def test_a_channel_gets_only_what_it_sends(
    settings_with: Build, state: State, clock: FixedClock, alert: Message, report: Message
) -> None:
    outbox = Outbox(settings_with({**CONSOLE, "sends": ["alert"]}), state, clock)
    assert outbox.send(report) == []
    assert [d.channel for d in outbox.send(alert)] == ["screen"]
    assert [d.channel for d in outbox.send(replace(report, kind="test"))] == ["screen"]


def test_one_dead_channel_does_not_stop_the_others(
    settings_with: Build, state: State, clock: FixedClock, alert: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ROBOT_URL", raising=False)
    settings = settings_with(WECOM, CONSOLE)
    done = Outbox(settings, state, clock).send(alert)
    assert [(d.channel, d.status) for d in done] == [("group", "failed"), ("screen", "sent")]
    assert "ROBOT_URL" in done[0].reason
    assert {d.channel: d.status for d in state.deliveries.latest(9)} == {"group": "failed", "screen": "sent"}
    assert list(channel_problems(settings, clock)) == ["group"]


def test_failed_is_tried_again_with_the_words_it_had(
    server: HTTPServer, settings_with: Build, state: State, clock: FixedClock, report: Message
) -> None:
    server.expect_ordered_request(PATH).respond_with_json({"errcode": 45009, "errmsg": "freq"})
    server.expect_ordered_request(PATH).respond_with_json({"errcode": 0})
    settings = settings_with(WECOM)
    assert Outbox(settings, state, clock).send(report)[0].status == "failed"
    assert [d.status for d in Outbox(settings, state, clock).retry_unfinished()] == ["sent"]
    assert server.log[1][0].json["markdown"]["content"] == report.markdown
    assert Outbox(settings, state, clock).retry_unfinished() == []


def test_retries_are_bounded(
    server: HTTPServer, settings_with: Build, state: State, clock: FixedClock, alert: Message
) -> None:
    server.expect_request(PATH).respond_with_json({"errcode": 93000, "errmsg": "invalid webhook url"})
    outbox = Outbox(settings_with(WECOM), state, clock)
    outbox.send(alert)
    for _ in range(MAX_ATTEMPTS + 3):
        outbox.retry_unfinished()
    assert len(server.log) == MAX_ATTEMPTS
    last = state.deliveries.latest(1)[0]
    assert (last.status, "93000" in last.reason) == ("failed", True)


def test_what_is_a_day_old_is_not_tried_again(
    server: HTTPServer, settings_with: Build, state: State, clock: FixedClock, alert: Message
) -> None:
    server.expect_request(PATH).respond_with_json({"errcode": 93000, "errmsg": "no"})
    outbox = Outbox(settings_with(WECOM), state, clock)
    outbox.send(alert)
    clock.set(clock.now() + timedelta(hours=25))
    assert outbox.retry_unfinished() == []
    assert len(server.log) == 1


class Killed(BaseException):
    """The process ends between intent and result."""


@pytest.fixture
def kill(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def die(self: object, message: Message) -> tuple[str, ...]:
        raise Killed

    monkeypatch.setattr("reports.delivery.channels.console.Console.send", die)
    return monkeypatch


def test_alert_cut_off_goes_out_again_marked(
    kill: pytest.MonkeyPatch, settings_with: Build, state: State, clock: FixedClock, alert: Message
) -> None:
    settings = settings_with(CONSOLE)
    with pytest.raises(Killed):
        Outbox(settings, state, clock).send(alert)
    kill.undo()
    outbox = Outbox(settings, state, clock)
    assert [d.status for d in outbox.retry_unfinished()] == ["sent"]
    assert "可能重复" in outbox.printed[0]
    assert [d.status for d in outbox.send(alert)] == ["sent"]
    assert len(outbox.printed) == 3


def test_report_cut_off_stays_doubtful(
    kill: pytest.MonkeyPatch, settings_with: Build, state: State, clock: FixedClock, report: Message
) -> None:
    settings = settings_with(CONSOLE)
    with pytest.raises(Killed):
        Outbox(settings, state, clock).send(report)
    kill.undo()
    outbox = Outbox(settings, state, clock)
    assert [d.status for d in outbox.retry_unfinished()] == ["doubtful"]
    assert [d.status for d in outbox.send(report)] == ["doubtful"]
    assert outbox.printed == []
    assert [d.status for d in state.deliveries.unfinished()] == ["doubtful"]


def test_cut_off_before_the_intent_is_sent_by_the_retry(
    settings_with: Build, state: State, clock: FixedClock, report: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(state.deliveries, "intend", die)
    settings = settings_with(CONSOLE)
    with pytest.raises(Killed):
        Outbox(settings, state, clock).send(report)
    monkeypatch.undo()
    assert [d.status for d in Outbox(settings, state, clock).retry_unfinished()] == ["sent"]


def test_folder_holds_whole_files_with_tame_names(
    settings_with: Build, state: State, clock: FixedClock, report: Message, tmp_path: Path
) -> None:
    wild = replace(
        report, ref="../../etc/passwd", attachments=(replace(report.attachments[0], name="../x.html"),)
    )
    assert Outbox(settings_with(FOLDER), state, clock).send(wild)[0].status == "sent"
    files = sorted(p.name for p in (tmp_path / "data" / "out").iterdir())
    assert [Path(f).suffix for f in files] == [".html", ".html", ".md", ".txt"]
    assert not any("/" in f or f.startswith(".") for f in files)
    assert [
        p for p in tmp_path.rglob("*") if p.is_file() and "etc" in p.name and p.parent.name != "out"
    ] == []


def test_folder_that_cannot_be_written_is_a_failure(
    settings_with: Build, state: State, clock: FixedClock, alert: Message, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    done = Outbox(settings_with({**FOLDER, "to": [str(tmp_path / "file")]}), state, clock).send(alert)
    assert (done[0].status, "写不进去" in done[0].reason) == ("failed", True)


def test_console_lines_cannot_steer_the_terminal(
    settings_with: Build, state: State, clock: FixedClock, alert: Message
) -> None:
    outbox = Outbox(settings_with(CONSOLE), state, clock)
    outbox.send(replace(alert, text="a\x1b[2Jb\u202ec\x00d"))
    assert outbox.printed == ["a[2Jbcd"]
