"""koubei sentiment train / compare / use: models of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from koubei.app.cli.output import json_line, say
from koubei.app.cli.root import open_app
from koubei.app.cli.sentiment import scorer_of, sentiment_cli
from koubei.app.scoring_setup import ScoringSetup, model_file
from koubei.core.errors import InputError
from koubei.core.language import _, strerror
from koubei.core.ports import Scorer
from sentiment.factors.lexicon import load_lexicon
from sentiment.polarity.model_file import SHIPPED, load_model, reset_model, use_model
from sentiment.rules.ruleset import load_rules, rules_for
from sentiment.snow.batch import SnowBatch
from sentiment.training.card import model_card
from sentiment.training.compare import compare_scorers
from sentiment.training.labelled import LabelledSet, read_labelled
from sentiment.training.recipe import own_plan, shipped_plan
from sentiment.training.train import train_model

Lexicon = Annotated[str, typer.Option(help=_("要素词典：自带的名称，或 .toml 文件"))]


@sentiment_cli.command(
    "train",
    help=_("训练极性模型，写出模型文件与模型卡（同名 .md）。不会替换正在用的模型：见 compare 与 use。"),
)
def train(
    files: Annotated[
        list[Path], typer.Argument(help=_("标注文件，每行 text 与 label；用 --recipe 时是一个目录"))
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help=_("写出的模型文件"))],
    recipe: Annotated[
        bool, typer.Option("--recipe", help=_("按自带模型的配方，从目录里的数据集重做它"))
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help=_("从头训练；默认在自带模型上调整"))] = False,
    name: Annotated[str, typer.Option(help=_("模型名"))] = "own",
    lexicon: Lexicon = "telecom",
) -> None:
    """Train a polarity model, write it and its model card. The model in use stays."""
    if not name.strip() or not name.isprintable():
        raise InputError(f"--name {name!r}", _("看得见的字，不含换行与控制字符"), _("例如 --name own"))
    card_file = output.with_suffix(".md")
    if output == card_file or {output.resolve(), card_file.resolve()} & {file.resolve() for file in files}:
        raise InputError(
            _("不能写到 {output}", output=output),
            _("不是标注文件、不以 .md 结尾的位置"),
            _("例如 -o own.polarity"),
        )
    load_lexicon(lexicon)
    ruleset = load_rules(rules_for(lexicon))
    plan = (
        shipped_plan(_folder(files))
        if recipe
        else own_plan(name, files, None if fresh else load_model(SHIPPED))
    )
    made = train_model(plan, ruleset, SnowBatch.open().words)
    _write(output, made.to_bytes())
    card = model_card(made, scorer_of(ScoringSetup(lexicon, output)), plan.held_out)
    _write(card_file, card.encode())
    say(
        _(
            "{name}-{digest} 写入 {output}，模型卡 {card_file}",
            name=made.name,
            digest=made.digest,
            output=output,
            card_file=card_file,
        )
    )


def _folder(files: list[Path]) -> Path:
    if len(files) != 1 or not files[0].is_dir():
        raise InputError(_("--recipe 要一个目录"), _("放着配方所列数据集的目录"), _("见 docs/model-card.md"))
    return files[0]


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise InputError(
            _("写不了 {path}：{reason}", path=path, reason=strerror(error)), _("可写的位置")
        ) from error


@sentiment_cli.command(
    "compare",
    help=_("两个模型在同样的标注文本上：准确率之差与 95% 区间，哪些标签变了。每个文件一个 JSON 对象。"),
)
def compare(
    old: Annotated[str, typer.Argument(help=_("模型文件，或 shipped"))],
    new: Annotated[str, typer.Argument(help=_("模型文件，或 shipped"))],
    files: Annotated[list[Path], typer.Argument(help=_("标注文件"))],
    lexicon: Lexicon = "telecom",
) -> None:
    """Two models on the same labelled texts: difference in accuracy, which labels changed."""
    scorers = [_scorer(each, lexicon) for each in (old, new)]
    gold: list[LabelledSet] = [read_labelled(file, textless=True) for file in files]
    for each in gold:
        say(json_line({"file": each.name, **compare_scorers(scorers[0], scorers[1], each)}))


def _scorer(name: str, lexicon: str) -> Scorer:
    return scorer_of(ScoringSetup(lexicon, model_file(name)))


@sentiment_cli.command("use", help=_("从现在起用这个模型给新提及打分；已入库的不变。"))
def use(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help=_("模型文件，或 shipped（回到自带的）"))],
) -> None:
    """Score new mentions with this model from now on; what is stored stays."""
    with open_app(context) as app:
        if model == "shipped":
            chosen = reset_model(app.folder.models)
        else:
            chosen = use_model(Path(model), app.folder.models)
    say(_("在用 {name}-{digest}", name=chosen.name, digest=chosen.digest))
