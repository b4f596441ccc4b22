"""koubei alerts: check, backtest, list."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from koubei.app.cli.commands import Commands
from koubei.app.cli.output import beijing, json_line, progress, say, say_deliveries, say_json, say_printed
from koubei.app.cli.root import cli, open_app
from koubei.app.jobs import backtest_alerts, check_alerts
from koubei.core.clock import days_window, parse_instant
from koubei.core.errors import InputError
from koubei.core.language import _
from reports.alerts import Summary, summary

EVENTS = {"opened": _("新事件"), "escalated": _("升级"), "ongoing": _("持续"), "resolved": _("解除")}
STATUSES = {"open": _("新开"), "ongoing": _("持续"), "resolved": _("已解除")}

alerts_cli = Commands(_("预警"))
cli.add_typer(alerts_cli, name="alerts")


@alerts_cli.command("check", help=_("看有没有负面激增；有变化就投递。"))
def check(
    context: typer.Context,
    as_of: Annotated[str | None, typer.Option("--as-of", help=_("截至何时（ISO 时间，默认现在）"))] = None,
) -> None:
    """Look for a surge of negative posts; deliver what changed."""
    moment = parse_instant(as_of, "--as-of") if as_of else None
    with open_app(context) as app:
        done = check_alerts(app, moment)
        say_printed(app)
    for change in done.changes:
        incident = change.incident
        say(
            _(
                "{event} {number}，自 {started_at}",
                event=EVENTS[change.event],
                number=incident.number,
                started_at=beijing(incident.started_at),
            )
        )
    if not done.changes:
        say(_("无变化"))
    say_deliveries(done.deliveries)


@alerts_cli.command("backtest", help=_("逐小时重放一段时间：会报哪些事件。不投递，不留痕。"))
def backtest(
    context: typer.Context,
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help=_("含当日"))],
    as_json: Annotated[bool, typer.Option("--json", help=_("一个 JSON 对象"))] = False,
) -> None:
    """Replay some days hour by hour: which incidents would be told. Delivers and keeps nothing."""
    if since > until:
        raise InputError(
            _("--from {since} 晚于 --to {until}", since=since.date(), until=until.date()), _("起不晚于止")
        )
    with open_app(context) as app, progress(_("重放")) as advance:
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
    say(
        _(
            "{hours} 小时，{incidents} 个事件，每周 {per_week:.2f} 个",
            hours=replay.hours,
            incidents=len(replay.incidents),
            per_week=replay.per_week,
        )
    )
    if replay.trial_hours:
        say(_("其中 {trial_hours} 小时历史不足两周，试运行", trial_hours=replay.trial_hours))


def line(each: Summary) -> str:
    """An incident in one line: its worst level, when it began, was told and ended, how large it was."""
    size = (
        _(
            "，负面 {roots}，最高时段 {peak}（{ratio:.1f} 倍）",
            roots=each.roots,
            peak=each.peak_roots,
            ratio=each.ratio,
        )
        if each.ratio
        else ""
    )
    again = _("，重开 {times} 次", times=each.reopened) if each.reopened else ""
    not_over = _("未了")
    told = _(
        "{number} 最高 {level} 级：{subject}，{started_at} 起，{told_at} 报，{ended_at} 止",
        number=each.number,
        level=each.peak_level,
        subject=subject(each),
        started_at=beijing(each.started_at),
        told_at=beijing(each.told_at),
        ended_at=beijing(each.ended_at, not_over),
    )
    return f"{told}{size}{again}"


def subject(each: Summary) -> str:
    """What an incident is about, in words."""
    if each.kind == "coverage":
        return _("采集缺数")
    return " ".join(part for part in (each.province, each.factor) if part) or _("全品牌")


@alerts_cli.command("list", help=_("未了的事件。"))
def list_(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help=_("每行一个 JSON 对象"))] = False,
) -> None:
    """Incidents that are not over."""
    with open_app(context) as app:
        active = app.state.incidents.active()
    for i in active:
        if as_json:
            say(json_line(asdict(summary(i)) | {"status": i.status, "level": i.level}))
        else:
            now = _("{status} {level} 级", status=STATUSES[i.status], level=i.level)
            say(_("，").join((now, line(summary(i)))))
    if not as_json:
        say(_("{active} 个未了", active=len(active)))
