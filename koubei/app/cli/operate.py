"""koubei init / doctor / status / schedule / retention / notify: keep it running."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from koubei.app import doctor as checks
from koubei.app.cli.alerts import STATUSES, subject
from koubei.app.cli.output import (
    DEGRADED,
    DELIVERED,
    beijing,
    remark,
    say,
    say_deliveries,
    say_json,
    say_printed,
    say_table,
)
from koubei.app.cli.root import cli, open_app
from koubei.app.jobs import retention as purge
from koubei.app.notify import send_test
from koubei.app.scheduler import serve
from koubei.app.status import Status, status_of
from koubei.core.config import config_path, load_settings
from koubei.core.errors import InputError
from reports.alerts import summary

notify_cli = typer.Typer(help="渠道", no_args_is_help=True)
cli.add_typer(notify_cli, name="notify")


@cli.command()
def init(
    path: Annotated[Path, typer.Argument(help="写到哪里")] = Path("koubei.toml"),
) -> None:
    """写一份带注释的 koubei.toml。"""
    text = files("koubei.app").joinpath("files/koubei.example.toml").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{path} 已存在", "一个还没有的文件", "换一个名字，或先移走它") from None
    except OSError as error:
        raise InputError(f"{path} 写不进去：{error.strerror}", "一个可写的目录") from error
    say(f"已写 {path}。下一步：填 [network] contact 和要采的来源，再运行 koubei doctor")


@cli.command()
def doctor(context: typer.Context) -> None:
    """检查配置、库、模型、来源、渠道、时钟、磁盘。"""
    with open_app(context) as app:
        findings = checks.examine(app)
    for finding in findings:
        say(f"{'✓' if finding.ok else '✗'} {finding.what}：{finding.says}")
        if finding.fix and not finding.ok:
            say(f"    办法：{finding.fix}")
    if not all(f.ok for f in findings):
        raise typer.Exit(DEGRADED)


@cli.command()
def status(context: typer.Context, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """队列、最近的采集、未了事件、最近的投递。"""
    with open_app(context) as app:
        now = status_of(app)
    if as_json:
        say_json(now.as_dict())
    else:
        _say_status(now)
    if now.trouble:
        raise now.trouble


def _say_status(now: Status) -> None:
    say(f"队列 {now.waiting} 帖" + (f"，最早 {beijing(now.oldest)}" if now.oldest else ""))
    kept = "不可用，帖子在队列里等" if now.trouble else f"{now.mentions} 条提及"
    say(f"库 {kept}；未提及品牌 {now.unmatched} 帖；隔离 {now.quarantined} 行")
    rows = [[r.source, beijing(r.started_at), r.status, str(r.collected), r.finish_reason] for r in now.runs]
    say_table(["来源", "最近采集", "状态", "采到", "说明"], rows)
    for incident in now.incidents:
        what = f"{subject(summary(incident))}，{STATUSES[incident.status]}"
        say(f"事件 {incident.number}：{what}，自 {beijing(incident.started_at)}")
    for d in now.deliveries:
        what = f"投递 {d.kind} {d.ref} → {d.channel}"
        say(f"{what}：{DELIVERED[d.status]} {beijing(d.intended_at)} {d.reason or ''}")


@cli.command()
def schedule(context: typer.Context) -> None:
    """按时间表采集、出报告、查预警；Ctrl-C 停。"""
    settings = load_settings(context.obj)
    remark("按时间表运行，Ctrl-C 停")
    serve(settings, config_path(context.obj))
    remark("已停，无遗留进程")


@cli.command()
def retention(context: typer.Context) -> None:
    """删去过期的帖子（时间表每夜会做）。"""
    with open_app(context) as app:
        gone = purge(app)
    say(f"删去未提及品牌的 {gone.unmatched} 帖、过期提及 {gone.mentions} 条")


@notify_cli.command("test")
def notify_test(
    context: typer.Context,
    channel: Annotated[str | None, typer.Option(help="只试这个渠道")] = None,
) -> None:
    """向各渠道发一条试投递。"""
    with open_app(context) as app:
        results = send_test(app, channel)
        say_printed(app)
    say_deliveries(results)
