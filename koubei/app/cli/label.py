"""koubei label: sample, list, export, import, ask, agree, verdict."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from indexer.export import write
from koubei.app.cli.asking import ask_person
from koubei.app.cli.commands import Commands
from koubei.app.cli.find import file_format
from koubei.app.cli.output import DEGRADED, beijing, one_line, remark, say
from koubei.app.cli.root import cli, open_app
from koubei.app.label_files import read_sheet, sheet_rows
from koubei.app.labelling import (
    checked_name,
    doubles,
    draw_sample,
    sample_of,
    training_rows,
)
from koubei.app.verdicts import decide, sentiment, withdraw
from koubei.core.errors import InputError
from koubei.core.language import _
from koubei.core.state import Sample
from reports.measure.agreement import cohen_kappa

label_cli = Commands(_("人工标注"))
cli.add_typer(label_cli, name="label")

SampleId = Annotated[str, typer.Argument(metavar="SAMPLE", help=_("样本编号，如 S261118-1"))]
Who = Annotated[str, typer.Option("--who", help=_("谁判的（名字或代号）"))]
NAMES = {"neg": _("负"), "neu": _("中"), "pos": _("正"), "not_about_us": _("无关")}


@label_cli.command("sample", help=_("从客户的独立声音中分层随机抽样，供人工标注。"))
def sample(
    context: typer.Context,
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help=_("发布日期起（北京）"))],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help=_("发布日期止，含当日"))],
    size: Annotated[int, typer.Option(min=1, max=100_000, help=_("抽几条"))],
    by: Annotated[str, typer.Option(help=_("按哪些字段分层，逗号分隔"))] = "platform,label",
) -> None:
    """Draw a stratified random sample of customers' independent voices for labelling."""
    fields = [name.strip() for name in by.split(",") if name.strip()]
    with open_app(context) as app:
        drawn = draw_sample(app, since.date(), until.date(), size, fields)
    for stratum in drawn.strata:
        values = " ".join(value or "—" for value in stratum.values.values())
        say(
            _(
                "  {values}：{population} 中抽 {drawn}",
                values=values,
                population=stratum.population,
                drawn=stratum.drawn,
            )
        )
    say(
        _(
            "样本 {id}：{population} 个声音中抽 {items}，种子 {seed}",
            id=drawn.id,
            population=drawn.population,
            items=len(drawn.items),
            seed=drawn.seed,
        )
    )


@label_cli.command("list", help=_("抽过的样本，新的在前，各标了多少。"))
def list_(context: typer.Context) -> None:
    """Samples drawn, newest first, and how much of each is labelled."""
    with open_app(context) as app:
        samples = app.state.samples.of_brand(app.settings.own_brand.id)
        for drawn in samples:
            _say_sample(drawn, len({g.mention_id for g in app.state.labels.of_sample(drawn.id)}))
    say(_("{samples} 个样本", samples=len(samples)))


def _say_sample(drawn: Sample, judged: int) -> None:
    say(
        _(
            "{id}  {first_day} 至 {last_day}  {population} 中抽 {items}  已标 {judged}  抽于 {drawn_at}",
            id=drawn.id,
            first_day=drawn.first_day,
            last_day=drawn.last_day,
            population=drawn.population,
            items=len(drawn.items),
            judged=judged,
            drawn_at=beijing(drawn.drawn_at),
        )
    )


@label_cli.command("export", help=_("CSV 或 Excel：待填的标注表；JSONL：已标好的 text 与 label，供训练。"))
def export(
    context: typer.Context,
    sample_id: SampleId,
    output: Annotated[Path | None, typer.Option("--output", "-o", help=_("文件；.csv .xlsx .jsonl"))] = None,
    kind: Annotated[str | None, typer.Option("--format", help=_("csv、xlsx 或 jsonl；默认看后缀"))] = None,
) -> None:
    """CSV or Excel: a sheet to fill in; JSONL: text and label of what is labelled, for training."""
    form = file_format(kind, output)
    if form != "jsonl" and output is None:
        raise InputError(_("标注表不能写到标准输出"), fix=_("用 --output 文件.xlsx"))
    with open_app(context) as app:
        drawn = sample_of(app, sample_id)
        rows = training_rows(app, drawn) if form == "jsonl" else sheet_rows(app, drawn)
        written = write(rows, output or sys.stdout.buffer, form)
    if output:
        say(_("{written} 条写入 {output}", written=written, output=output))


@label_cli.command("import", help=_("收回填好的标注表；读不懂的行逐行列出，其余照收。"))
def import_(
    context: typer.Context, file: Annotated[Path, typer.Argument(help=_("填好的标注表"))], who: Who
) -> None:
    """Take back a filled-in sheet; rows that cannot be read are listed, the others are taken."""
    name = checked_name(who)
    with open_app(context) as app:
        found = read_sheet(app, file, name)
        app.state.labels.put(found.labels)
    for line in found.errors:
        remark(line)
    say(
        _(
            "收下 {labels} 条，未填 {blank} 条，有误 {errors} 行",
            labels=len(found.labels),
            blank=found.blank,
            errors=len(found.errors),
        )
    )
    if found.errors:
        raise typer.Exit(DEGRADED)


@label_cli.command("ask", help=_("在终端里一条一条地问；随时退出，下次接着问。"))
def ask(context: typer.Context, sample_id: SampleId, who: Who) -> None:
    """Ask one by one in the terminal; quit at any time, the next call goes on."""
    name = checked_name(who)
    with open_app(context) as app:
        left = ask_person(app, sample_of(app, sample_id), name)
    say(_("还剩 {left} 条", left=left) if left else _("全部标完"))


@label_cli.command("agree", help=_("两人重复标注的一致程度（Cohen κ），和分歧在哪里。"))
def agree(context: typer.Context, sample_id: SampleId) -> None:
    """How far two people agree (Cohen's κ), and where they do not."""
    with open_app(context) as app:
        drawn = sample_of(app, sample_id)
        compared = doubles(app, drawn)
        if not compared:
            say(_("样本 {id} 没有两人都标过的条目", id=drawn.id))
        for (first, second), pairs in compared.items():
            found = cohen_kappa([(d.first, d.second) for d in pairs])
            kappa = _("κ 无定义（两人只用了同一个标签）")
            if found.kappa is not None:
                kappa = _(
                    "κ = {kappa:z.2f}（95% 区间 {low:z.2f} 至 {high:z.2f}）",
                    kappa=found.kappa,
                    low=found.low,
                    high=found.high,
                )
            say(
                _(
                    "{first} 与 {second}：{n} 条，一致 {agreed} 条，{kappa}",
                    first=first,
                    second=second,
                    n=found.n,
                    agreed=found.agreed,
                    kappa=kappa,
                )
            )
            for d in (d for d in pairs if d.first != d.second):
                mention = app.store.get(d.mention_id)
                text = one_line(mention.mention.post.scored_text) if mention else _("（已不在库中）")
                say(f"  {NAMES[d.first]} / {NAMES[d.second]}  {d.mention_id}  {text}")


@label_cli.command("verdict", help=_("对一条提及下裁定；重采、重判之后仍然有效。"))
def verdict(
    context: typer.Context,
    mention_id: Annotated[str, typer.Argument(metavar="MENTION_ID", help=_("提及编号，如 weibo:123|cmcc"))],
    who: Who,
    label: Annotated[str | None, typer.Option(help=_("neg、neu 或 pos"))] = None,
    not_us: Annotated[bool, typer.Option("--not-us", help=_("说的不是本品牌：不再计数"))] = False,
    undo: Annotated[bool, typer.Option("--withdraw", help=_("撤回裁定，恢复模型的判定"))] = False,
) -> None:
    """Give a verdict on a mention; it stays in force when the post is crawled or scored again."""
    name = checked_name(who)
    if (label is not None) + not_us + undo != 1:
        raise InputError(_("裁定什么不明确"), _("--label、--not-us、--withdraw 三者之一"))
    chosen = sentiment(label) if label is not None else None
    with open_app(context) as app:
        done = withdraw(app, mention_id) if undo else decide(app, mention_id, name, chosen, not not_us)
    counted = _("不计数") if done.mention.matched_by == "rejected" else _("计数")
    say(
        _(
            "{mention_id}：{label}，{counted}，修订号 {revision}",
            mention_id=mention_id,
            label=done.score.label,
            counted=counted,
            revision=done.revision,
        )
    )
