"""koubei sentiment score / evaluate / explain: what the shown label is, how good, and why."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from koubei.app.bare_texts import BareTextScorer, brand_spans
from koubei.app.cli.commands import Commands
from koubei.app.cli.output import json_line, remark, say, say_json, say_table
from koubei.app.cli.root import cli
from koubei.app.scoring_setup import ScoringSetup, scoring_setup, without_config
from koubei.core.domain import Score, Span
from koubei.core.errors import ConfigError, InputError
from koubei.core.language import _
from koubei.core.ports import Scorer
from sentiment import open_polarity, open_scorer
from sentiment.polarity.polarity import Explanation
from sentiment.training.evaluate import evaluate_scorer
from sentiment.training.labelled import opened, read_labelled, rows
from sentiment.words.moods import CLASSES

BATCH = 500
MOST_SHOWN = 20
STDIN = _("标准输入")

LexiconInUse = Annotated[
    str | None, typer.Option(help=_("要素词典：自带的名称，或 .toml 文件；默认配置里的，没有配置时 telecom"))
]
ModelInUse = Annotated[
    str | None, typer.Option(help=_("极性模型文件，或 shipped；默认在用的，没有配置时自带的"))
]

sentiment_cli = Commands(_("情感：打分、评测、解释、训练"))
cli.add_typer(sentiment_cli, name="sentiment")


@sentiment_cli.command(
    "score",
    help=_('标准输入每行一个 {"text": …}（JSONL 或 JSONL.gz），按原顺序每行输出一个打分对象；空行跳过。'),
)
def score(context: typer.Context, lexicon: LexiconInUse = None, model: ModelInUse = None) -> None:
    """Standard input holds {"text": …} a line; writes a score a line in the same order."""
    if sys.stdin is None:
        raise InputError(
            _("标准输入是关着的"), _("每行一个 JSON 对象的文本"), "koubei sentiment score < texts.jsonl"
        )
    scorer = _scorer_in_use(context, lexicon, model)
    for batch in _batches(row for _line, row in rows(opened(sys.stdin.buffer, STDIN), STDIN)):
        for each in scorer.score([(row.get("text"), ()) for row in batch]):  # type: ignore[misc]  # what is no str is "unknown"
            sys.stdout.write(json_line(_plain(each)) + "\n")
        sys.stdout.flush()


def _scorer_in_use(context: typer.Context, lexicon: str | None, model: str | None) -> Scorer:
    """For commands that work without a config: one that cannot be used is named and passed over."""
    try:
        found = scoring_setup(context.obj, lexicon, model)
        scorer = scorer_of(found)
    except (ConfigError, InputError) as error:
        found = without_config(lexicon, model)
        scorer = scorer_of(found)
        remark(_("配置里的模型与词典用不了，改用自带的（{error}）", error=error))
    if found.config:
        remark(_("按 {config}：{version}", config=found.config, version=scorer.version))
    return scorer


def scorer_of(found: ScoringSetup) -> Scorer:
    """The scorer of a model and a lexicon; with a config, it judges what is said of the first brand."""
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


@sentiment_cli.command(
    "evaluate", help=_("在标注过的文本上评测：准确率、macro-F1、看不准之外的准确率、校准误差、速度。")
)
def evaluate(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help=_("JSONL 或 JSONL.gz，每行 text 与 label（neg / neu / pos）；text 为空算无法判断")
        ),
    ],
    lexicon: LexiconInUse = None,
    model: ModelInUse = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("一个 JSON 对象"))] = False,
) -> None:
    """Evaluate on labelled texts."""
    result = evaluate_scorer(_scorer_in_use(context, lexicon, model), read_labelled(file, textless=True))
    if as_json:
        say_json(result)
        return
    table = []
    for key, title in (("two_class", _("两类")), ("three_class", _("三类"))):
        if each := result[key]:
            kept = each["kept"]
            figures = (each["n"], each["accuracy"], each["macro_f1"], kept["coverage"], kept["accuracy"])
            table.append([title, *map(str, figures)])
    say_table(["", _("条数"), _("准确率"), "macro-F1", _("有把握的占比"), _("其中准确率")], table)
    labelled = result["two_class"]["labelled"]
    say(
        _(
            "两类里标签不是看不准的 {coverage}，其中准确率 {accuracy}",
            coverage=labelled["coverage"],
            accuracy=labelled["accuracy"],
        )
    )
    say(_("无法判断 {unknown} 条（算错），校准误差 {ece}", unknown=result["unknown"], ece=result["ece"]))
    say(
        _(
            "每秒 {texts_per_second} 条，模型 {model}",
            texts_per_second=result["texts_per_second"],
            model=result["model"],
        )
    )


@sentiment_cli.command("explain", help=_("哪些字词与规则把标签推向哪边。数是对数几率：负、中、正。"))
def explain(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help=_("一段文本"))],
    brand: Annotated[
        str, typer.Option(help=_("本品牌的词，如 移动；默认配置里的第一个品牌，没有配置时中国移动"))
    ] = "",
    lexicon: LexiconInUse = None,
    model: ModelInUse = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("一个 JSON 对象，含全部证据"))] = False,
) -> None:
    """Which words and rules push the label where. Numbers are log-odds: negative, neutral, positive."""
    found = scoring_setup(context.obj, lexicon, model)
    finder = brand_spans(found)
    spans: Sequence[Span] = finder.find(text) if finder else ()
    if brand:
        spans = [each.span() for each in re.finditer(re.escape(brand), text)]
    if brand and not spans:
        raise InputError(
            _("文本里没有 {brand!r}", brand=brand),
            _("文本里写着的词，繁简与大小写照原文"),
            _("改 --brand，或不写"),
        )
    polarity = open_polarity(found.lexicon, model=found.model)
    remark(
        _("模型 {version}，词典 {lexicon}", version=polarity.version, lexicon=found.lexicon)
        + (_("，按 {config}", config=found.config) if found.config else "")
    )
    made = polarity.explain(text, spans)
    if as_json:
        say_json(_explained(made))
        return
    p = made.judgement.p
    say(
        _("标签 {label}", label=made.judgement.label)
        + (_("，负 / 中 / 正 {neg:.2f} / {neu:.2f} / {pos:.2f}", neg=p[0], neu=p[1], pos=p[2]) if p else "")
    )
    say(
        _("模型看到：{judged}", judged=made.judged)
        + (_("；说本品牌的：{own}", own=made.own) if made.own else "")
    )
    if made.turn:
        say(_("转折之后：{turn}", turn=made.turn))
    say_table(
        [_("规则"), _("词"), _("负 / 中 / 正")],
        [[each.rule, each.words, _shown(each.push)] for each in made.rules],
    )
    grams = [[each.what, _shown(each.push)] for each in made.grams[:MOST_SHOWN]]
    say_table([_("字串"), _("负 / 中 / 正")], [[_("（起点）"), _shown(made.start)], *grams])


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
