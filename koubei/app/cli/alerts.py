"""koubei alerts: check, backtest, list."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from koubei.app.cli.output import beijing, json_line, progress, say, say_deliveries, say_json, say_printed
from koubei.app.cli.root import cli, open_app
from koubei.app.jobs import backtest_alerts, check_alerts
from koubei.core.clock import days_window, parse_instant
from koubei.core.errors import InputError
from reports.alerts import Summary, summary

EVENTS = {"opened": "新事件", "escalated": "升级", "ongoing": "持续", "resolved": "解除"}
STATUSES = {"open": "新开", "ongoing": "持续", "resolved": "已解除"}

alerts_cli = typer.Typer(help="预警", no_args_is_help=True)
cli.add_typer(alerts_cli, name="alerts")


@alerts_cli.command("check")
def check(
    context: typer.Context,
    as_of: Annotated[str | None, typer.Option("--as-of", help="截至何时（ISO 时间，默认现在）")] = None,
) -> None:
    """看有没有负面激增；有变化就投递。"""
    moment = parse_instant(as_of, "--as-of") if as_of else None
    with open_app(context) as app:
        done = check_alerts(app, moment)
        say_printed(app)
    for change in done.changes:
        incident = change.incident
        say(f"{EVENTS[change.event]} {incident.number}，自 {beijing(incident.started_at)}")
    if not done.changes:
        say("无变化")
    say_deliveries(done.deliveries)


@alerts_cli.command("backtest")
def backtest(
    context: typer.Context,
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="含当日")],
    as_json: Annotated[bool, typer.Option("--json", help="一个 JSON 对象")] = False,
) -> None:
    """逐小时重放一段时间：会报哪些事件。不投递，不留痕。"""
    if since > until:
        raise InputError(f"--from {since.date()} 晚于 --to {until.date()}", "起不晚于止")
    with open_app(context) as app, progress("重放") as advance:
        replay = backtest_alerts(app, days_window(since.date(), until.date()), advance)
    found = [summary(each) for each in replay.incidents]
    if as_json:
        say_json(
            {
                "hours": replay.hours,
                "trial_hours": replay.trial_hours,
                "per_week": round(replay.per_week, 2),
                "incidents": [asdict(each) for each in found],
            }
        )
        return
    for each in found:
        say(line(each))
    say(f"{replay.hours} 小时，{len(replay.incidents)} 个事件，每周 {replay.per_week:.2f} 个")
    if replay.trial_hours:
        say(f"其中 {replay.trial_hours} 小时历史不足两周，试运行")


def line(each: Summary) -> str:
    """An incident in one line: its worst level, when it began, was told and ended, how large it was."""
    size = f"，负面 {each.roots}，最高时段 {each.peak_roots}（{each.ratio:.1f} 倍）" if each.ratio else ""
    again = f"，重开 {each.reopened} 次" if each.reopened else ""
    return (
        f"{each.number} 最高 {each.peak_level} 级：{subject(each)}，{beijing(each.started_at)} 起，"
        f"{beijing(each.told_at)} 报，{beijing(each.ended_at, '未了')} 止{size}{again}"
    )


def subject(each: Summary) -> str:
    """What an incident is about, in words."""
    if each.kind == "coverage":
        return "采集缺数"
    return " ".join(part for part in (each.province, each.factor) if part) or "全品牌"


@alerts_cli.command("list")
def list_(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象")] = False,
) -> None:
    """未了的事件。"""
    with open_app(context) as app:
        active = app.state.incidents.active()
    for i in active:
        if as_json:
            say(json_line(asdict(summary(i)) | {"status": i.status, "level": i.level}))
        else:
            say(f"{STATUSES[i.status]} {i.level} 级，{line(summary(i))}")
    if not as_json:
        say(f"{len(active)} 个未了")
