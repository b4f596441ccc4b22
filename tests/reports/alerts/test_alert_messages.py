"""What people read: the form of the message, hostile posts, size limits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from koubei.core.config.schema import Settings
from koubei.core.domain import Incident, IncidentKey
from reports.alerts import Change, alert_message
from reports.delivery import MARKDOWN_BYTES

AT = datetime(2026, 11, 18, 2, tzinfo=UTC)
WILD = (
    "</td><script>alert(1)</script>](javascript:alert(1)) <@all> @所有人 **粗** # 标题 `x` "
    "http://evil.example/a \u202etxt.exe\u202c\x00\x1b[2J\r\nBcc: x@y.z"
)


def post(text: str = "套餐偷偷涨价", url: str | None = "https://forum.example/t/1") -> dict[str, Any]:
    return {
        "post_id": "forum:1",
        "url": url,
        "published_at": AT.isoformat(),
        "platform": "forum",
        "text": text,
    }


def evidence(**changes: Any) -> dict[str, Any]:
    part = [{"name": "资费套餐", "n": 70, "share": 0.73, "usual": 4.1}]
    return {
        "started_at": AT.isoformat(),
        "window": {"start": AT.isoformat(), "end": (AT + timedelta(hours=2)).isoformat()},
        "query": 'brand:"cmcc" AND label:"neg"', "negatives": 96, "posts": 240, "copies": 144,
        "copy_share": 0.6,
        "amplified": False, "authors": 88, "baseline": 21.3, "ratio": 4.5, "tail": 1e-12, "hours": 2,
        "negatives_since_start": 96, "record": True, "boom": False, "everyone": 150, "usual_everyone": 60.0,
        "trial": False, "calendar_known": True, "trend": "上升", "factor": "资费套餐", "province": "山东",
        "concentration": {"factor": part, "province": [], "platform": []}, "children": [],
        "first_post": post(),
        "snippets": [post() | {"post_id": "forum:2"}], "amplifiers": [], "last_fired": AT.isoformat(),
        "coverage": {"share": 1.0, "sources": 5, "down": []},
        "peak": {"negatives": 96, "baseline": 21.3}, "levels": [], "reopened": 0, "pending": "opened",
    } | changes  # fmt: skip


def change(event: str = "opened", level: int = 2, **changes: Any) -> Change:
    incident = Incident(
        "R-1118-01", IncidentKey("cmcc", "surge"), "open", level, AT, AT, AT, evidence=evidence(**changes)
    )
    return Change(incident, event, notify=True)  # type: ignore[arg-type]  # events are spelt out in the tests


def test_message_has_the_form_of_the_plan(settings: Settings) -> None:
    message = alert_message(change(), settings)
    assert message.title == "【橙色|Ⅱ级·新】中国移动 山东 资费套餐 负面激增"
    assert "11-18 10:00–12:00 负面 96，同期基线 21.3（4.5 倍），连续 2 小时" in message.text
    assert "独立声音 96，转发与重复 144（60%），作者 88" in message.text
    assert "资费套餐 70（73%，平常 4.1）" in message.text
    assert "https://forum.example/t/1" in message.text
    assert "[R-1118-01](https://koubei.example/c/R-1118-01)" in message.markdown


@pytest.mark.parametrize(
    ("event", "level", "tag"),
    [("opened", 1, "红色|Ⅰ级·新"), ("escalated", 3, "黄色|Ⅲ级·升级"), ("resolved", 4, "蓝色|Ⅳ级·解除")],
)
def test_colour_level_and_event_stand_in_the_title(
    event: str, level: int, tag: str, settings: Settings
) -> None:
    assert f"【{tag}】" in alert_message(change(event, level), settings).title


def test_reopened_is_said(settings: Settings) -> None:
    assert "重开" in alert_message(change(reopened=1), settings).title


def test_labels_and_limits_are_said(settings: Settings) -> None:
    down = [
        {
            "source": "heimao",
            "platform": "heimao",
            "since": None,
            "reason": "403",
            "expected": None,
            "collected": 0,
        }
    ]
    cover = {"share": 0.7, "sources": 5, "down": down}
    text = alert_message(
        change(amplified=True, trial=True, calendar_known=False, coverage=cover), settings
    ).text
    for words in ("放大", "试运行", "放假安排尚未公布", "采集 4/5 源正常；缺数：heimao"):
        assert words in text


def test_hostile_post_is_harmless_everywhere(settings: Settings) -> None:
    wild = post(WILD) | {"post_id": "forum:3"}
    bad_link = post("x", url="javascript:alert(1)") | {"post_id": "forum:4"}
    message = alert_message(change(first_post=wild, snippets=[bad_link, wild]), settings)
    card, html = message.markdown, message.html or ""
    assert "<" not in card.replace("\n> ", "")
    assert not re.search(r"@\w", card)
    assert "javascript:" not in html.replace("](javascript:alert(1)) ", "")
    assert "](javascript" not in card
    assert re.findall(r"\]\((\S+?)\)", card) == ["https://koubei.example/c/R-1118-01"] or "https://" in card
    assert "http://evil" not in card
    assert "<script>" not in html
    for text in (card, html, message.text, message.title):
        assert not re.search(r"[\u202a-\u202e\x00\x1b\r]", text)
    assert [line for line in card.splitlines() if line.startswith("#")] == [card.splitlines()[0]]


def test_hostile_names_cannot_break_the_title(settings: Settings) -> None:
    message = alert_message(change(factor="资费\r\nBcc: x@y.z", province="[山](http://x)"), settings)
    assert "\n" not in message.title
    assert "](http" not in message.markdown.splitlines()[0]


def test_card_fits_the_robot(settings: Settings) -> None:
    rows = [{"name": "资" * 90, "n": 7, "share": 0.1, "usual": None}] * 3
    long = change(
        concentration={"factor": rows, "province": rows, "platform": rows},
        snippets=[
            post("网" * 900) | {"post_id": f"p{i}", "url": "https://forum.example/" + "路" * 300}
            for i in range(5)
        ],
    )
    message = alert_message(long, settings)
    assert len(message.markdown.encode()) <= MARKDOWN_BYTES
    assert len(message.possible_repeat().markdown.encode()) <= 4096
    assert "负面 96" in message.markdown
    assert "R-1118-01" in message.markdown


def test_same_event_is_the_same_message_with_fresher_counts(settings: Settings) -> None:
    first = alert_message(change(), settings)
    assert alert_message(change(negatives=120), settings).digest == first.digest
    assert alert_message(change(level=1), settings).digest != first.digest
    assert alert_message(change("resolved"), settings).digest != first.digest


def test_without_a_console_there_is_no_link(settings: Settings) -> None:
    bare = Settings.model_validate(settings.model_dump() | {"reports": {}})
    assert "编号 R-1118-01" in alert_message(change(), bare).markdown


def test_coverage_message_names_sources_and_since(settings: Settings) -> None:
    down = {
        "source": "heimao", "platform": "heimao", "since": AT.isoformat(), "reason": "refused: 403 <b>",
        "expected": 27, "collected": 11,
    }  # fmt: skip
    cover = {"share": 0.4, "sources": 5, "down": [down], "muted": True, "pending": "opened"}
    incident = replace(change().incident, key=IncidentKey("cmcc", "coverage"), evidence=cover)
    message = alert_message(Change(incident, "opened", notify=True), settings)
    assert "采集缺数" in message.title
    assert "突增告警已停，缺数不等于零" in message.text
    assert "11-18 10:00 起，采到 11，应有约 27；refused: 403" in message.text
    assert "<b>" not in message.markdown
    closed = alert_message(Change(incident, "resolved", notify=True), settings)
    assert "采集恢复" in closed.text
