"""Robots against replicas of their services, refusals included."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from koubei.core.clock import FixedClock
from koubei.core.config.schema import Settings
from koubei.core.errors import ConfigError
from reports.delivery import DeliveryError, Message
from reports.delivery.registry import open_channel

Build = Callable[..., Settings]
HOOKS = {
    "wecom": "/cgi-bin/webhook/send",
    "dingtalk": "/robot/send",
    "feishu": "/open-apis/bot/v2/hook/SECRET",
}
OFFICIAL = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=SECRET",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=SECRET",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/SECRET",
}
TAKEN = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"},
}


@pytest.fixture(params=sorted(HOOKS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def robot(
    kind: str,
    server: HTTPServer,
    build: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    **more: Any,
) -> Any:
    monkeypatch.setenv("ROBOT_URL", OFFICIAL[kind])
    base = server.url_for("").rstrip("/")
    settings = build({"name": "group", "kind": kind, "url_env": "ROBOT_URL", "base_url": base, **more})
    return open_channel(settings.channels[0], settings, clock)


def test_card_goes_to_the_configured_base_with_the_key(
    kind: str,
    httpserver: HTTPServer,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
) -> None:
    httpserver.expect_request(HOOKS[kind], method="POST").respond_with_json(TAKEN[kind])
    assert robot(kind, httpserver, settings_with, monkeypatch, clock).send(alert) == ()
    request = httpserver.log[0][0]
    assert "SECRET" in request.full_path
    assert "负面 96" in str(request.json)


def test_trial_goes_as_text(
    kind: str,
    httpserver: HTTPServer,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
) -> None:
    httpserver.expect_request(HOOKS[kind]).respond_with_json(TAKEN[kind])
    robot(kind, httpserver, settings_with, monkeypatch, clock).send(replace(alert, kind="test"))
    body = httpserver.log[0][0].json
    assert "text" in (body.get("msgtype"), body.get("msg_type"))


REFUSALS = {
    "wecom": {"errcode": 93000, "errmsg": "invalid webhook url"},
    "dingtalk": {"errcode": 310000, "errmsg": "sign not match"},
    "feishu": {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"},
}
LIMITS = {
    "wecom": {"errcode": 45009, "errmsg": "api freq out of limit"},
    "dingtalk": {"errcode": 130101, "errmsg": "send too fast"},
    "feishu": {"code": 11232, "msg": "frequency limited"},
}


def test_refusal_in_a_200_answer_is_a_failure(
    kind: str,
    httpserver: HTTPServer,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
) -> None:
    httpserver.expect_request(HOOKS[kind]).respond_with_json(REFUSALS[kind])
    with pytest.raises(DeliveryError, match="拒收") as caught:
        robot(kind, httpserver, settings_with, monkeypatch, clock).send(alert)
    assert "SECRET" not in str(caught.value)


def test_rate_limit_is_named(
    kind: str,
    httpserver: HTTPServer,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
) -> None:
    httpserver.expect_ordered_request(HOOKS[kind]).respond_with_json(LIMITS[kind])
    httpserver.expect_ordered_request(HOOKS[kind]).respond_with_data("slow down", status=429)
    channel = robot(kind, httpserver, settings_with, monkeypatch, clock)
    for _ in range(2):
        with pytest.raises(DeliveryError, match="限流"):
            channel.send(alert)


@pytest.mark.parametrize(
    ("content", "status"), [("<html>login</html>", 200), ("[]", 200), ("{}", 200), ("gateway", 502)]
)
def test_odd_answers_are_failures(
    content: str, status: int, kind: str, httpserver: HTTPServer, settings_with: Build,
    monkeypatch: pytest.MonkeyPatch, clock: FixedClock, alert: Message,
) -> None:  # fmt: skip
    httpserver.expect_request(HOOKS[kind]).respond_with_data(content, status=status)
    with pytest.raises(DeliveryError):
        robot(kind, httpserver, settings_with, monkeypatch, clock).send(alert)


def test_no_connection_does_not_show_the_key(
    kind: str, settings_with: Build, monkeypatch: pytest.MonkeyPatch, clock: FixedClock, alert: Message
) -> None:
    monkeypatch.setenv("ROBOT_URL", OFFICIAL[kind])
    settings = settings_with(
        {"name": "g", "kind": kind, "url_env": "ROBOT_URL", "base_url": "http://127.0.0.1:9"}
    )
    with pytest.raises(DeliveryError) as caught:
        open_channel(settings.channels[0], settings, clock).send(alert)
    assert "SECRET" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_missing_secret_names_key_and_fix(
    kind: str, settings_with: Build, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    monkeypatch.delenv("ROBOT_URL", raising=False)
    settings = settings_with({"name": "group", "kind": kind, "url_env": "ROBOT_URL"})
    with pytest.raises(ConfigError) as caught:
        open_channel(settings.channels[0], settings, clock)
    assert "channels.group.url_env" in caught.value.found
    assert "export ROBOT_URL" in caught.value.fix


def test_address_that_is_none_is_refused(
    settings_with: Build, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    monkeypatch.setenv("ROBOT_URL", "693axxx6-key-only")
    settings = settings_with({"name": "group", "kind": "wecom", "url_env": "ROBOT_URL"})
    with pytest.raises(ConfigError, match="不是网址") as caught:
        open_channel(settings.channels[0], settings, clock)
    assert "693axxx6" not in str(caught.value)


def test_dingtalk_signs_time_and_secret(
    httpserver: HTTPServer,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
) -> None:
    monkeypatch.setenv("ROBOT_SECRET", "SECabc")
    httpserver.expect_request(HOOKS["dingtalk"]).respond_with_json(TAKEN["dingtalk"])
    robot("dingtalk", httpserver, settings_with, monkeypatch, clock, secret_env="ROBOT_SECRET").send(alert)
    sent = httpserver.log[0][0].args
    stamp = str(int(clock.now().timestamp()) * 1000)
    due = hmac.new(b"SECabc", f"{stamp}\nSECabc".encode(), hashlib.sha256).digest()
    assert (sent["timestamp"], sent["sign"]) == (stamp, base64.b64encode(due).decode())
    assert sent["access_token"] == "SECRET"


def test_feishu_signs_with_time_and_secret_as_key(
    httpserver: HTTPServer,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
) -> None:
    monkeypatch.setenv("ROBOT_SECRET", "abc")
    httpserver.expect_request(HOOKS["feishu"]).respond_with_json(TAKEN["feishu"])
    robot("feishu", httpserver, settings_with, monkeypatch, clock, secret_env="ROBOT_SECRET").send(alert)
    body = httpserver.log[0][0].json
    stamp = str(int(clock.now().timestamp()))
    due = hmac.new(f"{stamp}\nabc".encode(), b"", hashlib.sha256).digest()
    assert (body["timestamp"], body["sign"]) == (stamp, base64.b64encode(due).decode())
    assert body["card"]["header"]["title"]["content"] == alert.title
    assert "###" not in body["card"]["elements"][0]["content"]


def test_wecom_never_gets_more_than_it_takes(
    httpserver: HTTPServer,
    settings_with: Build,
    monkeypatch: pytest.MonkeyPatch,
    clock: FixedClock,
    alert: Message,
) -> None:
    httpserver.expect_request(HOOKS["wecom"]).respond_with_json(TAKEN["wecom"])
    channel = robot("wecom", httpserver, settings_with, monkeypatch, clock)
    channel.send(replace(alert, markdown="网" * 3000))
    channel.send(replace(alert, kind="test", text="网" * 3000))
    card, text = (entry[0].json for entry in httpserver.log)
    assert len(card["markdown"]["content"].encode()) <= 4096
    assert len(text["text"]["content"].encode()) <= 2048
    assert "\ufffd" not in card["markdown"]["content"]
