"""koubei report: daily, verify, render."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from koubei.app.cli.output import DEGRADED, beijing, progress, remark, say, say_deliveries, say_printed
from koubei.app.cli.root import cli, open_app
from koubei.app.jobs import daily_report, redraw_report, verify_report

report_cli = typer.Typer(help="报告", no_args_is_help=True)
cli.add_typer(report_cli, name="report")

Day = Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="哪一天，默认昨天")]


@report_cli.command("daily")
def daily(
    context: typer.Context,
    day: Day = None,
    deliver: Annotated[bool, typer.Option("--deliver/--no-deliver", help="是否投递到渠道")] = True,
    again: Annotated[bool, typer.Option("--again", help="已投递过的渠道也再投递一次")] = False,
) -> None:
    """统计一天，写出报告，投递。"""
    with open_app(context) as app:
        with progress("统计与绘图"):
            made = daily_report(app, day.date() if day else None, deliver, again)
        say_printed(app)
    if made.collected_later:
        remark(
            f"{made.day} 有 {made.collected_later} 帖是 {beijing(made.frozen_at)} 之后才采到的，没有计入；"
            "要看现在所知的，不设 KOUBEI_NOW 重跑"
        )
    say(f"日报 {made.day}：{made.page}")
    say(f"数据：{made.figures}")
    say_deliveries(made.deliveries)


@report_cli.command("render")
def render(context: typer.Context, day: Day = None) -> None:
    """用存下的数据重画一天的报告；字节与原来相同。"""
    with open_app(context) as app:
        page = redraw_report(app, day.date() if day else None)
    say(f"已重画 {page}")


@report_cli.command("verify")
def verify(context: typer.Context, day: Day = None) -> None:
    """把报告里每个数的查询重跑一遍，对不上的列出来。"""
    with open_app(context) as app:
        checked, mismatches = verify_report(app, day.date() if day else None)
    for line in mismatches:
        remark(str(line))
    say(f"{checked} 个数重查，{len(mismatches)} 个不符")
    if mismatches:
        raise typer.Exit(DEGRADED)
