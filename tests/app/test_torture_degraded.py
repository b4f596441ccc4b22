"""A source that refuses: everybody is told, nobody is alarmed by it, and it ends when the source is back."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawlers.sandbox import World
from koubei.core.clock import BEIJING

Stand = Any
ANCHOR = datetime(2026, 11, 18, 8, 30, tzinfo=BEIJING)
KINDS = ("403", "429", "login200", "captcha", "empty_with_total", "markup_changed", "robots_5xx")


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_is_an_exit_code_a_reason_and_a_line_in_the_status(empty: Stand, kind: Any) -> None:
    empty.server.refuse("/robots.txt" if kind == "robots_5xx" else "/api/", kind)
    before = len(empty.server.log.visits)
    ended = empty.inside("crawl", "heimao")
    assert ended.code == 3
    assert "heimao 未完成（degraded）" in ended.err
    assert len(empty.server.log.visits) - before <= 3, "it asks no storm of questions"
    status = empty.inside("status")
    assert re.search(r"heimao +\S+ \S+ +degraded", status.out)
    assert empty.count("state.db", "seen") == 0


def test_bad_coverage_silences_surges_and_is_an_incident_of_its_own(full: Stand) -> None:
    for source in ("/forum", "/api/", "/cn/", "/feeds", "/rss", "/"):
        full.server.refuse(source, "403")
    now = ANCHOR + timedelta(minutes=40)
    assert full.inside("crawl", "--all", now=now).code == 3
    assert full.inside("import", str(full.surge()), "--source", "weibo", now=now).code == 0
    checked = full.inside("alerts", "check", now=now)
    assert checked.code == 0, checked.err
    kinds = full.rows("state.db", "SELECT kind FROM incidents")
    assert kinds == [("coverage",)], "posts surge, but half of the sources are dark"
    assert "缺数" in full.inside("alerts", "list", now=now).out
    next_day = ANCHOR + timedelta(days=1)
    assert full.inside("crawl", "--all", now=next_day).code == 3
    assert full.inside("report", "daily", now=next_day).code == 0
    page = next((full.data / "reports").glob("daily-*-18.html")).read_text(encoding="utf-8")
    assert 'class="flag"' in page
    figures = json.loads(next((full.data / "reports").glob("daily-*-18.json")).read_text(encoding="utf-8"))
    assert figures["health"]["comparable"] is False
    assert "本日数据不可比" in page
    assert page.count("不可比，") >= 2, "where a change would stand it says why there is none"
    full.server.relent()
    back = next_day
    for hour in range(0, 9, 4):
        back = next_day + timedelta(hours=hour)
        assert full.inside("crawl", "--all", now=back).code == 0
        assert full.inside("alerts", "check", now=back).code == 0
    assert full.rows("state.db", "SELECT kind, status FROM incidents WHERE kind = 'coverage'") == [
        ("coverage", "resolved")
    ]


def test_nothing_personal_is_left_anywhere(full: Stand, world: World) -> None:
    for command in (["alerts", "check"], ["report", "daily"], ["status"], ["export", "-o", "out.jsonl"]):
        ended = full.inside(*command)
        assert ended.code == 0, ended.err
    broken = full.surge(name="broken", count=2)
    broken.write_text(
        broken.read_text(encoding="utf-8") + '{"text": "打我电话19900001234\n', encoding="utf-8"
    )
    assert full.inside("import", str(broken)).code == 3
    numbers = {number for truth in world.truth for number in truth.facts.private} | {"19900001234"}
    assert len(numbers) > 5
    people = {item.author for item in world.items if item.facts.role == "customer"}
    ids = {person.uid for person in people}
    names = {person.name for person in people if len(person.name) > 4}
    files = [path for path in full.data.rglob("*") if path.is_file()]
    assert any(path.parent.name == "quarantine" for path in files)
    needles = [needle.encode() for needle in numbers | names]
    found = []
    for path in [*files, full.folder / "out.jsonl"]:
        content = path.read_bytes()
        found += [(path.name, needle) for needle in needles if needle in content]
        found += [
            (path.name, n) for n in re.findall(rb"(?<![0-9.])[0-9]{7}(?![0-9])", content) if n.decode() in ids
        ]
    assert not found
