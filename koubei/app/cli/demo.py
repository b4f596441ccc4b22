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
from koubei.core.language import _
from reports.alerts import summary


@cli.command(help=_("在本机演示全程：采集、导入、打分、入库、日报、预警。不需要服务器和账号。"))
def demo(
    folder: Annotated[Path, typer.Option(help=_("演示放在哪里"))] = Path("koubei-demo"),
) -> None:
    """See it all on this machine: crawl, import, score, store, daily report, alerts."""
    with progress(_("演示")) as advance:
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
    say_table([_("来源"), _("本次采到"), _("库中帖数（提及品牌）"), _("采集时丢弃")], rows)
    left_out = reasons(shown.ingested.dropped) or _("无")
    say(_("本次入库 {posts} 帖；未入库：{left_out}", posts=shown.ingested.posts, left_out=left_out))
    say()


def _say_incidents(shown: Shown) -> None:
    for incident in shown.incidents:
        what = subject(summary(incident))
        say(_("事件 {number}：{subject} 负面激增", number=incident.number, subject=what))
        say(
            _(
                "  {started_at} 起，{opened_at} 报出",
                started_at=beijing(incident.started_at),
                opened_at=beijing(incident.opened_at),
            )
        )
    for moment, change in shown.sent:
        level = change.incident.level
        say(_("  {moment} {event}，{level} 级", moment=moment, event=EVENTS[change.event], level=level))
    if not shown.incidents:
        say(_("没有事件"))
    say()


def _say_places(shown: Shown) -> None:
    assert shown.report is not None  # noqa: S101  (play returns only after the report)
    say(_("日报    {page}", page=shown.report.page))
    say(_("数据    {figures}", figures=shown.report.figures))
    say(_("投递    {folder}", folder=shown.stage.folder / "data" / "outbox"))
    say(_("配置    {config}", config=shown.stage.config))
    koubei = Path(sys.argv[0])
    say(
        _(
            "试一试  {koubei} --config {config} search '升档 AND province:山东'",
            koubei=koubei,
            config=shown.stage.config,
        )
    )
    say(_("用时 {seconds:.0f} 秒", seconds=shown.seconds))
