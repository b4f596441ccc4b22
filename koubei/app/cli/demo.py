"""koubei demo: see it all working."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from koubei.app.cli.alerts import EVENTS, subject
from koubei.app.cli.output import beijing, progress, reasons, say, say_table
from koubei.app.cli.root import cli
from koubei.app.demo import Shown, play
from reports.alerts import summary


@cli.command()
def demo(
    folder: Annotated[Path, typer.Option(help="演示放在哪里")] = Path("koubei-demo"),
) -> None:
    """在本机演示全程：采集、导入、打分、入库、日报、预警。不需要服务器和账号。"""
    with progress("演示") as advance:
        shown = play(folder, lambda title, done, total: advance(done, total, title))
    _say_sources(shown)
    _say_incidents(shown)
    _say_places(shown)


def _say_sources(shown: Shown) -> None:
    total: Counter[str] = Counter()
    dropped: dict[str, Counter[str]] = {}
    for run in shown.runs:
        total[run.source] += run.collected
        dropped.setdefault(run.source, Counter()).update(run.dropped)
    rows = [
        [source, str(total[source]), str(stored), reasons(dropped.get(source, {})) or "—"]
        for source, stored in shown.stored.items()
    ]
    say_table(["来源", "本次采到", "库中帖数（提及品牌）", "采集时丢弃"], rows)
    left_out = reasons(shown.ingested.dropped) or "无"
    say(f"本次入库 {shown.ingested.posts} 帖；未入库：{left_out}")
    say()


def _say_incidents(shown: Shown) -> None:
    for incident in shown.incidents:
        say(f"事件 {incident.number}：{subject(summary(incident))} 负面激增")
        say(f"  {beijing(incident.started_at)} 起，{beijing(incident.opened_at)} 报出")
    for moment, change in shown.sent:
        level = change.incident.level
        say(f"  {moment} {EVENTS[change.event]}，{level} 级")
    if not shown.incidents:
        say("没有事件")
    say()


def _say_places(shown: Shown) -> None:
    assert shown.report is not None  # noqa: S101  (play returns only after the report)
    say(f"日报    {shown.report.page}")
    say(f"数据    {shown.report.figures}")
    say(f"投递    {shown.stage.folder / 'data' / 'outbox'}")
    say(f"配置    {shown.stage.config}")
    koubei = Path(sys.argv[0])
    say(f"试一试  {koubei} --config {shown.stage.config} search '升档 AND province:山东'")
    say(f"用时 {shown.seconds:.0f} 秒")
