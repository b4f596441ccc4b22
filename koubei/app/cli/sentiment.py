"""koubei sentiment score / evaluate / explain / train / compare / use: the loop around the shown label."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from koubei.app.bare_texts import BareTextScorer, brand_spans
from koubei.app.cli.output import json_line, remark, say, say_json, say_table
from koubei.app.cli.root import cli, open_app
from koubei.app.scoring_setup import ScoringSetup, model_file, scoring_setup, without_config
from koubei.core.domain import Score, Span
from koubei.core.errors import ConfigError, InputError
from koubei.core.ports import Scorer
from sentiment import open_polarity, open_scorer
from sentiment.factors.lexicon import load_lexicon
from sentiment.polarity.model_file import SHIPPED, load_model, reset_model, use_model
from sentiment.polarity.polarity import Explanation
from sentiment.rules.ruleset import load_rules, rules_for
from sentiment.snow.batch import SnowBatch
from sentiment.training.card import model_card
from sentiment.training.compare import compare_scorers
from sentiment.training.evaluate import evaluate_scorer
from sentiment.training.labelled import LabelledSet, opened, read_labelled, rows
from sentiment.training.recipe import own_plan, shipped_plan
from sentiment.training.train import train_model
from sentiment.words.moods import CLASSES

BATCH = 500
MOST_SHOWN = 20
STDIN = "标准输入"

Lexicon = Annotated[str, typer.Option(help="要素词典：自带的名称，或 .toml 文件")]
LexiconInUse = Annotated[
    str | None, typer.Option(help="要素词典：自带的名称，或 .toml 文件；默认配置里的，没有配置时 telecom")
]
ModelInUse = Annotated[
    str | None, typer.Option(help="极性模型文件，或 shipped；默认在用的，没有配置时自带的")
]

sentiment_cli = typer.Typer(help="情感：打分、评测、解释、训练", no_args_is_help=True)
cli.add_typer(sentiment_cli, name="sentiment")


@sentiment_cli.command("score")
def score(context: typer.Context, lexicon: LexiconInUse = None, model: ModelInUse = None) -> None:
    """标准输入每行一个 {"text": …}（JSONL 或 JSONL.gz），按原顺序每行输出一个打分对象；空行跳过。"""
    if sys.stdin is None:
        raise InputError(
            "标准输入是关着的", "每行一个 JSON 对象的文本", "koubei sentiment score < texts.jsonl"
        )
    scorer = _scorer_in_use(context, lexicon, model)
    for batch in _batches(row for _, row in rows(opened(sys.stdin.buffer, STDIN), STDIN)):
        for each in scorer.score([(row.get("text"), ()) for row in batch]):  # type: ignore[misc]  # what is no str is "unknown"
            sys.stdout.write(json_line(_plain(each)) + "\n")
        sys.stdout.flush()


def _scorer_in_use(context: typer.Context, lexicon: str | None, model: str | None) -> Scorer:
    """For commands that work without a config: one that cannot be used is named and passed over."""
    try:
        found = scoring_setup(context.obj, lexicon, model)
        scorer = _opened(found)
    except (ConfigError, InputError) as error:
        found = without_config(lexicon, model)
        scorer = _opened(found)
        remark(f"配置里的模型与词典用不了，改用自带的（{error}）")
    if found.config:
        remark(f"按 {found.config}：{scorer.version}")
    return scorer


def _opened(found: ScoringSetup) -> Scorer:
    scorer, spans = open_scorer(found.lexicon, model=found.model), brand_spans(found)
    return BareTextScorer(scorer, spans) if spans else scorer


def _batches(given: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The rows in batches; those before a bad row are given out before it is complained of."""
    batch: list[dict[str, Any]] = []
    try:
        for row in given:
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except InputError:
        yield batch
        raise
    yield batch


def _plain(score: Score) -> dict[str, Any]:
    return {
        "snow": score.snow,
        "margin": score.margin,
        "p": {"neg": score.p_neg, "neu": score.p_neu, "pos": score.p_pos},
        "label": score.label,
        "severity": score.severity,
        "factors": [{"name": f.name, "polarity": f.polarity, "clause": f.clause} for f in score.factors],
        "primary_factor": score.primary_factor,
        "stage": score.stage,
        "model": score.model_version,
    }


@sentiment_cli.command("evaluate")
def evaluate(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(help="JSONL 或 JSONL.gz，每行 text 与 label（neg / neu / pos）；text 为空算无法判断"),
    ],
    lexicon: LexiconInUse = None,
    model: ModelInUse = None,
    as_json: Annotated[bool, typer.Option("--json", help="一个 JSON 对象")] = False,
) -> None:
    """在标注过的文本上评测：准确率、macro-F1、看不准之外的准确率、校准误差、速度。"""
    result = evaluate_scorer(_scorer_in_use(context, lexicon, model), read_labelled(file, textless=True))
    if as_json:
        say_json(result)
        return
    table = []
    for key, title in (("two_class", "两类"), ("three_class", "三类")):
        if each := result[key]:
            kept = each["kept"]
            figures = (each["n"], each["accuracy"], each["macro_f1"], kept["coverage"], kept["accuracy"])
            table.append([title, *map(str, figures)])
    say_table(["", "条数", "准确率", "macro-F1", "有把握的占比", "其中准确率"], table)
    labelled = result["two_class"]["labelled"]
    say(f"两类里标签不是看不准的 {labelled['coverage']}，其中准确率 {labelled['accuracy']}")
    say(f"无法判断 {result['unknown']} 条（算错），校准误差 {result['ece']}")
    say(f"每秒 {result['texts_per_second']} 条，模型 {result['model']}")


@sentiment_cli.command("explain")
def explain(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="一段文本")],
    brand: Annotated[
        str, typer.Option(help="本品牌的词，如 移动；默认配置里的第一个品牌，没有配置时中国移动")
    ] = "",
    lexicon: LexiconInUse = None,
    model: ModelInUse = None,
    as_json: Annotated[bool, typer.Option("--json", help="一个 JSON 对象，含全部证据")] = False,
) -> None:
    """哪些字词与规则把标签推向哪边。数是对数几率：负、中、正。"""
    found = scoring_setup(context.obj, lexicon, model)
    finder = brand_spans(found)
    spans: Sequence[Span] = finder.find(text) if finder else ()
    if brand:
        spans = [each.span() for each in re.finditer(re.escape(brand), text)]
    if brand and not spans:
        raise InputError(f"文本里没有 {brand!r}", "文本里写着的词，繁简与大小写照原文", "改 --brand，或不写")
    polarity = open_polarity(found.lexicon, model=found.model)
    remark(
        f"模型 {polarity.version}，词典 {found.lexicon}" + (f"，按 {found.config}" if found.config else "")
    )
    made = polarity.explain(text, spans)
    if as_json:
        say_json(_explained(made))
        return
    p = made.judgement.p
    say(
        f"标签 {made.judgement.label}" + (f"，负 / 中 / 正 {p[0]:.2f} / {p[1]:.2f} / {p[2]:.2f}" if p else "")
    )
    say(f"模型看到：{made.judged}" + (f"；说本品牌的：{made.own}" if made.own else ""))
    if made.turn:
        say(f"转折之后：{made.turn}")
    say_table(
        ["规则", "词", "负 / 中 / 正"], [[each.rule, each.words, _shown(each.push)] for each in made.rules]
    )
    grams = [[each.what, _shown(each.push)] for each in made.grams[:MOST_SHOWN]]
    say_table(["字串", "负 / 中 / 正"], [["（起点）", _shown(made.start)], *grams])


def _explained(made: Explanation) -> dict[str, Any]:
    return {
        "label": made.judgement.label,
        "p": dict(zip(CLASSES, made.judgement.p or (None,) * 3, strict=True)),
        "judged": made.judged,
        "own": made.own,
        "turn": made.turn,
        "start": _rounded(made.start),
        "rules": [
            {"rule": each.rule, "words": each.words, "push": _rounded(each.push)} for each in made.rules
        ],
        "grams": [{"gram": each.what, "push": _rounded(each.push)} for each in made.grams],
    }


def _rounded(push: Iterable[float]) -> list[float]:
    return [round(number, 3) for number in push]


def _shown(push: Iterable[float]) -> str:
    return " / ".join(f"{number:+.2f}" for number in push)


@sentiment_cli.command("train")
def train(
    files: Annotated[
        list[Path], typer.Argument(help="标注文件，每行 text 与 label；用 --recipe 时是一个目录")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="写出的模型文件")],
    recipe: Annotated[
        bool, typer.Option("--recipe", help="按自带模型的配方，从目录里的数据集重做它")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="从头训练；默认在自带模型上调整")] = False,
    name: Annotated[str, typer.Option(help="模型名")] = "own",
    lexicon: Lexicon = "telecom",
) -> None:
    """训练极性模型，写出模型文件与模型卡（同名 .md）。不会替换正在用的模型：见 compare 与 use。"""
    if not name.strip() or not name.isprintable():
        raise InputError(f"--name {name!r}", "看得见的字，不含换行与控制字符", "例如 --name own")
    card_file = output.with_suffix(".md")
    if output == card_file or {output.resolve(), card_file.resolve()} & {file.resolve() for file in files}:
        raise InputError(f"不能写到 {output}", "不是标注文件、不以 .md 结尾的位置", "例如 -o own.polarity")
    load_lexicon(lexicon)
    ruleset = load_rules(rules_for(lexicon))
    plan = (
        shipped_plan(_folder(files))
        if recipe
        else own_plan(name, files, None if fresh else load_model(SHIPPED))
    )
    made = train_model(plan, ruleset, SnowBatch.open().words)
    _write(output, made.to_bytes())
    card = model_card(made, _opened(ScoringSetup(lexicon, output)), plan.held_out)
    _write(card_file, card.encode())
    say(f"{made.name}-{made.digest} 写入 {output}，模型卡 {card_file}")


def _folder(files: list[Path]) -> Path:
    if len(files) != 1 or not files[0].is_dir():
        raise InputError("--recipe 要一个目录", "放着配方所列数据集的目录", "见 docs/model-card.md")
    return files[0]


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise InputError(f"写不了 {path}：{error.strerror}", "可写的位置") from error


@sentiment_cli.command("compare")
def compare(
    old: Annotated[str, typer.Argument(help="模型文件，或 shipped")],
    new: Annotated[str, typer.Argument(help="模型文件，或 shipped")],
    files: Annotated[list[Path], typer.Argument(help="标注文件")],
    lexicon: Lexicon = "telecom",
) -> None:
    """两个模型在同样的标注文本上：准确率之差与 95% 区间，哪些标签变了。每个文件一个 JSON 对象。"""
    scorers = [_scorer(each, lexicon) for each in (old, new)]
    gold: list[LabelledSet] = [read_labelled(file, textless=True) for file in files]
    for each in gold:
        say(json_line({"file": each.name, **compare_scorers(scorers[0], scorers[1], each)}))


def _scorer(name: str, lexicon: str) -> Scorer:
    return _opened(ScoringSetup(lexicon, model_file(name)))


@sentiment_cli.command("use")
def use(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="模型文件，或 shipped（回到自带的）")],
) -> None:
    """从现在起用这个模型给新提及打分；已入库的不变。"""
    with open_app(context) as app:
        if model == "shipped":
            chosen = reset_model(app.folder.models)
        else:
            chosen = use_model(Path(model), app.folder.models)
    say(f"在用 {chosen.name}-{chosen.digest}")
