"""Hostile posts on every way out: report, alert, mail, card, spreadsheet, terminal, JSON."""

from __future__ import annotations

import contextlib
import csv
import email
import email.policy
import json
import re
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from lxml import html
from python_calamine import CalamineWorkbook

from koubei.core.clock import BEIJING

Stand = Any
DAY_AFTER = datetime(2026, 11, 19, 8, 30, tzinfo=BEIJING)
BAIT = "山东移动乱扣费，资费套餐偷偷升档，骗子公司 "
HOSTILE = [
    BAIT + text
    for text in (
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        '"><img onerror=alert(1) src=//evil.example/x><svg onload=alert(2)>',
        '<a href="javascript:alert(document.cookie)">退费</a> javascript:alert(1)',
        "[退费点这里](http://evil.example/phish) ![x](http://evil.example/p.png) **加粗** `code`",
        '@all @所有人 <@all> <at user_id="all">所有人</at> <font color="warning">',
        "\u202e反过来写的字\u202c \u200f\u2066x",
        "零字节\x00中间 转义\x1b[31m红色\x1b]0;title\x07 \x9b31m 响铃\x07",
        "\ud83d 半个代理 \udc00",
        "{{7*7}} {% for x in ().__class__.__mro__ %} ${7*7} #{7*7}",
        "第一行\r\nBcc: victim@example.com\r\n\r\n正文注入",
    )
]
FORMULAS = [
    start + "山东移动资费乱扣费骗子"
    for start in (
        '=HYPERLINK("http://evil.example","x")',
        "+cmd|' /C calc'!A0 ",
        "-2+3+",
        "@SUM(1+1)*",
        "\t=1+1 ",
    )
]
MAIL = """
[[channels]]
name = "post"
kind = "mail"
url_env = "TORTURE_SMTP"
sender = "k@example.com"
to = ["a@example.com"]
"""
TERMINAL_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]")


class Inbox:
    """Keeps every mail it is handed."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def inbox() -> Any:
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=0)
    with contextlib.suppress(OSError):  # aiosmtpd then asks the port it was given, not the one it got
        controller.start()
    yield inbox, controller.server.sockets[0].getsockname()[1]
    controller.stop(no_assert=True)


@pytest.fixture
def hostile(full: Stand, inbox: Any, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """A store whose latest hour is a surge of hostile posts; mail goes to the inbox."""
    monkeypatch.setenv("TORTURE_SMTP", f"smtp://127.0.0.1:{inbox[1]}")
    full.config.write_text(full.config.read_text(encoding="utf-8") + MAIL, encoding="utf-8")
    file = full.surge([*HOSTILE, *FORMULAS], count=48)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    rows[-1]["text"] += "啊" * 1_000_000
    for row in rows:
        row["title"] = row["text"][:120]
        row["url"] = "javascript:alert(1)" if row["native_id"].endswith("3") else row["url"]
        row["author_name"] = "<b>@all</b>\r\nBcc: x@example.com"
    file.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    done = full.inside("import", str(file), "--source", "weibo")
    assert done.code == 0, done.err
    assert "采到 48" in done.out
    return full


def check_markup(text: str) -> None:
    tree = html.document_fromstring(text)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag not in ("script", "img", "iframe", "object", "embed", "form", "base"), element.tag
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), (element.tag, name)
            if name in ("href", "src", "action", "{http://www.w3.org/1999/xlink}href"):
                assert re.match(r"(https?://|#|mailto:|data:image/)", value), value
                assert "evil.example" not in value
    assert "\x00" not in text
    assert "49" not in re.findall(r"\{\{.*?\}\}", text)


def test_alert_and_report_show_hostile_posts_as_words(hostile: Stand, inbox: Any) -> None:
    alerted = hostile.inside("alerts", "check")
    assert alerted.code == 0, alerted.err
    assert "新事件" in alerted.out
    assert not TERMINAL_COMMANDS.search(alerted.out)
    outbox = hostile.data / "outbox"
    (card,) = outbox.glob("alert-*.md")
    text = card.read_text(encoding="utf-8")
    assert len(text.encode()) <= 4096
    assert not re.search(r"@all|@所有人|<at |<font|\]\(http://evil|!\[|evil\.example/phish\)", text)
    check_markup(next(outbox.glob("alert-*.html")).read_text(encoding="utf-8"))
    reported = hostile.inside("report", "daily", "--date", "2026-11-18", now=DAY_AFTER)
    assert reported.code == 0, reported.err
    (page,) = (hostile.data / "reports").glob("daily-*-18.html")
    drawn = page.read_text(encoding="utf-8")
    check_markup(drawn)
    assert "Content-Security-Policy" in drawn
    assert "default-src 'none'" in drawn
    assert "乱扣费" in drawn
    mails = inbox[0].mails
    assert len(mails) == 2
    for mail in mails:
        assert mail["Bcc"] is None
        assert mail["To"] == "a@example.com"
        assert not TERMINAL_COMMANDS.search(mail["Subject"])
        body = mail.get_body(("html",))
        check_markup(body.get_content())


def test_exports_and_terminal_show_words_only(hostile: Stand, tmp_path: Path) -> None:
    for ending in ("csv", "xlsx"):
        check_sheet(hostile, tmp_path / f"out.{ending}", ending)
    check_terminal(hostile)


def check_sheet(hostile: Stand, file: Path, ending: str) -> None:
    done = hostile.inside("export", "骗子", "-o", str(file))
    assert done.code == 0, done.err
    if ending == "csv":
        rows = list(csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    else:
        rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    assert len(rows) > 45
    cells = [cell for row in rows[1:] for cell in row if isinstance(cell, str)]
    assert any("HYPERLINK" in cell for cell in cells)
    if ending == "csv":
        assert not [
            c[:40] for c in cells if re.match(r"[=+\-@\t\r]", c) and not re.fullmatch(r"-?[\d.e+-]+", c)
        ]
    assert not [c for c in cells if "\x00" in c]


def check_terminal(hostile: Stand) -> None:
    shown = hostile.inside("search", "骗子", "--limit", "200")
    assert shown.code == 0
    assert not TERMINAL_COMMANDS.search(shown.out)
    lines = hostile.inside("search", "骗子", "--limit", "200", "--json").out.splitlines()
    assert len(lines) >= 48
    for line in lines:
        assert not TERMINAL_COMMANDS.search(line)
        assert json.loads(line)["mention_id"]
    exported = hostile.inside("export", "骗子").out.splitlines()
    assert [json.loads(line)["mention_id"] for line in exported]
