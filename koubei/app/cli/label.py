"""koubei label: sample, list, export, import, ask, agree, verdict."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from indexer.export import write
from koubei.app.cli.asking import ask_person
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
from koubei.core.state import Sample
from reports.measure.agreement import cohen_kappa

label_cli = typer.Typer(help="人工标注", no_args_is_help=True)
cli.add_typer(label_cli, name="label")

SampleId = Annotated[str, typer.Argument(metavar="SAMPLE", help="样本编号，如 S261118-1")]
Who = Annotated[str, typer.Option("--who", help="谁判的（名字或代号）")]
NAMES = {"neg": "负", "neu": "中", "pos": "正", "not_about_us": "无关"}


@label_cli.command("sample")
def sample(
    context: typer.Context,
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="发布日期起（北京）")],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="发布日期止，含当日")],
    size: Annotated[int, typer.Option(min=1, max=100_000, help="抽几条")],
    by: Annotated[str, typer.Option(help="按哪些字段分层，逗号分隔")] = "platform,label",
) -> None:
    """从客户的独立声音中分层随机抽样，供人工标注。"""
    fields = [name.strip() for name in by.split(",") if name.strip()]
    with open_app(context) as app:
        drawn = draw_sample(app, since.date(), until.date(), size, fields)
    for stratum in drawn.strata:
        values = " ".join(value or "—" for value in stratum.values.values())
        say(f"  {values}：{stratum.population} 中抽 {stratum.drawn}")
    say(f"样本 {drawn.id}：{drawn.population} 个声音中抽 {len(drawn.items)}，种子 {drawn.seed}")


@label_cli.command("list")
def list_(context: typer.Context) -> None:
    """抽过的样本，新的在前，各标了多少。"""
    with open_app(context) as app:
        samples = app.state.samples.of_brand(app.settings.own_brand.id)
        for drawn in samples:
            _say_sample(drawn, len({g.mention_id for g in app.state.labels.of_sample(drawn.id)}))
    say(f"{len(samples)} 个样本")


def _say_sample(drawn: Sample, judged: int) -> None:
    say(
        f"{drawn.id}  {drawn.first_day} 至 {drawn.last_day}  {drawn.population} 中抽 {len(drawn.items)}  "
        f"已标 {judged}  抽于 {beijing(drawn.drawn_at)}"
    )


@label_cli.command("export")
def export(
    context: typer.Context,
    sample_id: SampleId,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="文件；.csv .xlsx .jsonl")] = None,
    kind: Annotated[str | None, typer.Option("--format", help="csv、xlsx 或 jsonl；默认看后缀")] = None,
) -> None:
    """CSV 或 Excel：待填的标注表；JSONL：已标好的 text 与 label，供训练。"""
    form = file_format(kind, output)
    if form != "jsonl" and output is None:
        raise InputError("标注表不能写到标准输出", fix="用 --output 文件.xlsx")
    with open_app(context) as app:
        drawn = sample_of(app, sample_id)
        rows = training_rows(app, drawn) if form == "jsonl" else sheet_rows(app, drawn)
        written = write(rows, output or sys.stdout.buffer, form)
    if output:
        say(f"{written} 条写入 {output}")


@label_cli.command("import")
def import_(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="填好的标注表")], who: Who
) -> None:
    """收回填好的标注表；读不懂的行逐行列出，其余照收。"""
    name = checked_name(who)
    with open_app(context) as app:
        found = read_sheet(app, file, name)
        app.state.labels.put(found.labels)
    for line in found.errors:
        remark(line)
    say(f"收下 {len(found.labels)} 条，未填 {found.blank} 条，有误 {len(found.errors)} 行")
    if found.errors:
        raise typer.Exit(DEGRADED)


@label_cli.command("ask")
def ask(context: typer.Context, sample_id: SampleId, who: Who) -> None:
    """在终端里一条一条地问；随时退出，下次接着问。"""
    name = checked_name(who)
    with open_app(context) as app:
        left = ask_person(app, sample_of(app, sample_id), name)
    say(f"还剩 {left} 条" if left else "全部标完")


@label_cli.command("agree")
def agree(context: typer.Context, sample_id: SampleId) -> None:
    """两人重复标注的一致程度（Cohen κ），和分歧在哪里。"""
    with open_app(context) as app:
        drawn = sample_of(app, sample_id)
        compared = doubles(app, drawn)
        if not compared:
            say(f"样本 {drawn.id} 没有两人都标过的条目")
        for (first, second), pairs in compared.items():
            found = cohen_kappa([(d.first, d.second) for d in pairs])
            kappa = "κ 无定义（两人只用了同一个标签）"
            if found.kappa is not None:
                kappa = f"κ = {found.kappa:z.2f}（95% 区间 {found.low:z.2f} 至 {found.high:z.2f}）"
            say(f"{first} 与 {second}：{found.n} 条，一致 {found.agreed} 条，{kappa}")
            for d in (d for d in pairs if d.first != d.second):
                mention = app.store.get(d.mention_id)
                text = one_line(mention.mention.post.scored_text) if mention else "（已不在库中）"
                say(f"  {NAMES[d.first]} / {NAMES[d.second]}  {d.mention_id}  {text}")


@label_cli.command("verdict")
def verdict(
    context: typer.Context,
    mention_id: Annotated[str, typer.Argument(metavar="MENTION_ID", help="提及编号，如 weibo:123|cmcc")],
    who: Who,
    label: Annotated[str | None, typer.Option(help="neg、neu 或 pos")] = None,
    not_us: Annotated[bool, typer.Option("--not-us", help="说的不是本品牌：不再计数")] = False,
    undo: Annotated[bool, typer.Option("--withdraw", help="撤回裁定，恢复模型的判定")] = False,
) -> None:
    """对一条提及下裁定；重采、重判之后仍然有效。"""
    name = checked_name(who)
    if (label is not None) + not_us + undo != 1:
        raise InputError("裁定什么不明确", "--label、--not-us、--withdraw 三者之一")
    chosen = sentiment(label) if label is not None else None
    with open_app(context) as app:
        done = withdraw(app, mention_id) if undo else decide(app, mention_id, name, chosen, not not_us)
    counted = "不计数" if done.mention.matched_by == "rejected" else "计数"
    say(f"{mention_id}：{done.score.label}，{counted}，修订号 {done.revision}")
