"""koubei report: daily, verify, render."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from koubei.app.cli.commands import Commands
from koubei.app.cli.output import DEGRADED, beijing, progress, remark, say, say_deliveries, say_printed
from koubei.app.cli.root import cli, open_app
from koubei.app.jobs import daily_report, redraw_report, verify_report
from koubei.core.language import _

report_cli = Commands(_("报告"))
cli.add_typer(report_cli, name="report")

Day = Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help=_("哪一天，默认昨天"))]


@report_cli.command("daily", help=_("统计一天，写出报告，投递。"))
def daily(
    context: typer.Context,
    day: Day = None,
    deliver: Annotated[bool, typer.Option("--deliver/--no-deliver", help=_("是否投递到渠道"))] = True,
    again: Annotated[bool, typer.Option("--again", help=_("已投递过的渠道也再投递一次"))] = False,
) -> None:
    """Measure a day, write the report, deliver it."""
    with open_app(context) as app:
        with progress(_("统计与绘图")):
            made = daily_report(app, day.date() if day else None, deliver, again)
        say_printed(app)
    if made.collected_later:
        remark(
            _(
                "{day} 有 {count} 帖是 {frozen_at} 之后才采到的，没有计入；"
                "要看现在所知的，不设 KOUBEI_NOW 重跑",
                day=made.day,
                count=made.collected_later,
                frozen_at=beijing(made.frozen_at),
            )
        )
    say(_("日报 {day}：{page}", day=made.day, page=made.page))
    say(_("数据：{figures}", figures=made.figures))
    say_deliveries(made.deliveries)


@report_cli.command("render", help=_("用存下的数据重画一天的报告；字节与原来相同。"))
def render(context: typer.Context, day: Day = None) -> None:
    """Draw a day's report again from its stored figures; the bytes are the same."""
    with open_app(context) as app:
        page = redraw_report(app, day.date() if day else None)
    say(_("已重画 {page}", page=page))


@report_cli.command("verify", help=_("把报告里每个数的查询重跑一遍，对不上的列出来。"))
def verify(context: typer.Context, day: Day = None) -> None:
    """Run the query of every figure of a report again and list what differs."""
    with open_app(context) as app:
        checked, mismatches = verify_report(app, day.date() if day else None)
    for line in mismatches:
        remark(str(line))
    say(_("{checked} 个数重查，{mismatches} 个不符", checked=checked, mismatches=len(mismatches)))
    if mismatches:
        raise typer.Exit(DEGRADED)
