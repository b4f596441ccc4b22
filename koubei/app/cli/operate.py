"""koubei init / doctor / status / schedule / retention / notify: keep it running."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from koubei.app import doctor as checks
from koubei.app.cli.alerts import STATUSES, subject
from koubei.app.cli.commands import Commands
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
from koubei.core.language import _, strerror
from reports.alerts import summary

notify_cli = Commands(_("渠道"))
cli.add_typer(notify_cli, name="notify")


@cli.command(help=_("写一份带注释的 koubei.toml。"))
def init(
    path: Annotated[Path, typer.Argument(help=_("写到哪里"))] = Path("koubei.toml"),
) -> None:
    """Write a koubei.toml with comments."""
    text = files("koubei.app").joinpath("files/koubei.example.toml").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(
            _("{path} 已存在", path=path), _("一个还没有的文件"), _("换一个名字，或先移走它")
        ) from None
    except OSError as error:
        raise InputError(
            _("{path} 写不进去：{reason}", path=path, reason=strerror(error)), _("一个可写的目录")
        ) from error
    say(_("已写 {path}。下一步：填 [network] contact 和要采的来源，再运行 koubei doctor", path=path))


@cli.command(help=_("检查配置、库、模型、来源、渠道、时钟、磁盘。"))
def doctor(context: typer.Context) -> None:
    """Check config, stores, model, sources, channels, clock and disk."""
    with open_app(context) as app:
        findings = checks.examine(app)
    for finding in findings:
        say(
            _(
                "{mark} {what}：{says}",
                mark="✓" if finding.ok else "✗",
                what=finding.what,
                says=finding.says,
            )
        )
        if finding.fix and not finding.ok:
            say(_("    办法：{fix}", fix=finding.fix))
    if not all(f.ok for f in findings):
        raise typer.Exit(DEGRADED)


@cli.command(help=_("队列、最近的采集、未了事件、最近的投递。"))
def status(context: typer.Context, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """The spool, the latest crawls, open incidents, the latest deliveries."""
    with open_app(context) as app:
        now = status_of(app)
    if as_json:
        say_json(now.as_dict())
    else:
        _say_status(now)
    if now.trouble:
        raise now.trouble


def _say_status(now: Status) -> None:
    say(
        _("队列 {waiting} 帖", waiting=now.waiting)
        + (_("，最早 {oldest}", oldest=beijing(now.oldest)) if now.oldest else "")
    )
    kept = _("不可用，帖子在队列里等") if now.trouble else _("{mentions} 条提及", mentions=now.mentions)
    say(
        _(
            "库 {kept}；未提及品牌 {unmatched} 帖；隔离 {quarantined} 行",
            kept=kept,
            unmatched=now.unmatched,
            quarantined=now.quarantined,
        )
    )
    rows = [[r.source, beijing(r.started_at), r.status, str(r.collected), r.finish_reason] for r in now.runs]
    say_table([_("来源"), _("最近采集"), _("状态"), _("采到"), _("说明")], rows)
    for incident in now.incidents:
        what = _("{subject}，{status}", subject=subject(summary(incident)), status=STATUSES[incident.status])
        say(
            _(
                "事件 {number}：{what}，自 {started_at}",
                number=incident.number,
                what=what,
                started_at=beijing(incident.started_at),
            )
        )
    for d in now.deliveries:
        what = _("投递 {kind} {ref} → {channel}", kind=d.kind, ref=d.ref, channel=d.channel)
        say(
            _(
                "{what}：{status} {intended_at} {reason}",
                what=what,
                status=DELIVERED[d.status],
                intended_at=beijing(d.intended_at),
                reason=d.reason or "",
            )
        )


@cli.command(help=_("按时间表采集、出报告、查预警；Ctrl-C 停。"))
def schedule(context: typer.Context) -> None:
    """Crawl, report and look for alerts on schedule; Ctrl-C stops."""
    settings = load_settings(context.obj)
    remark(_("按时间表运行，Ctrl-C 停"))
    serve(settings, config_path(context.obj))
    remark(_("已停，无遗留进程"))


@cli.command(help=_("删去过期的帖子（时间表每夜会做）。"))
def retention(context: typer.Context) -> None:
    """Delete posts past their time (the schedule does so every night)."""
    with open_app(context) as app:
        gone = purge(app)
    say(
        _(
            "删去未提及品牌的 {unmatched} 帖、过期提及 {mentions} 条",
            unmatched=gone.unmatched,
            mentions=gone.mentions,
        )
    )


@notify_cli.command("test", help=_("向各渠道发一条试投递。"))
def notify_test(
    context: typer.Context,
    channel: Annotated[str | None, typer.Option(help=_("只试这个渠道"))] = None,
) -> None:
    """Send a test delivery to the channels."""
    with open_app(context) as app:
        results = send_test(app, channel)
        say_printed(app)
    say_deliveries(results)
