"""The gold sample in words: the line under the negative share, and the appendix's accuracy block."""

from __future__ import annotations

from reports.figures import wording as w
from reports.figures.daily import DailyFigures
from reports.figures.gold import Gold, Rate
from reports.figures.stats import MIN_N
from reports.page.blocks import Caption, Cell, Column, Empty, Group, Heading, Table, TableRow
from reports.page.drawn import Block, Line

NONE = "没有金标样本"
GOLD_LABELS = {"neg": "实为负面", "neu": "实为中性", "pos": "实为正面", "not_about_us": "与本品牌无关"}
MODEL_LABELS = {
    "neg": "判负面", "neu": "判中性", "pos": "判正面", "uncertain": "看不准", "unknown": "无法判断",
}  # fmt: skip


def beside_share(gold: Gold | None) -> str:
    """The corrected share, or why there is none: "金标校正 23.7%（20.7–26.5）"."""
    if gold is None:
        return NONE
    if not gold.covers:
        return f"当日{NONE}"
    if gold.share is None:
        return f"金标仅 {gold.about_us:g} 条，不作校正"
    return f"金标校正 {w.percent(gold.share.value)}%（{w.interval(gold.share.low, gold.share.high)}）"


def block(figures: DailyFigures) -> Group:
    """What is known of the model's accuracy, and the same share over all posts."""
    heading, every, gold = Heading(Line("情感判定的准确度")), figures.all_posts, figures.gold
    blocks: list[Block] = [heading, *(_none() if gold is None else _measured(gold))]
    if every.share is not None:
        blocks.append(
            Caption(
                f"按全部帖（含转发、各类角色）计，负面占比 {w.percent(every.share)}%"
                f"（{w.whole(every.neg)} / {w.whole(every.n)}）；正文各处按客户独立声音计。"
            )
        )
    return Group(tuple(blocks))


def _none() -> tuple[Block, ...]:
    text = "尚未抽取人工样本，判定的准确度未知。判定由模型给出，占比请与原帖对照看。"
    return (Empty(f"{NONE}。", text),)


def _measured(gold: Gold) -> tuple[Block, ...]:
    drawn = Caption(_drawn(gold))
    if not gold.judged:
        return Empty(f"金标样本 {gold.sample_id} 尚未标注。", "判定的准确度未知。"), drawn
    if gold.about_us < MIN_N:
        text = f"其中说本品牌的 {gold.about_us:g} 条，少于 {MIN_N} 条，不计算准确度，不作校正。"
        return Empty(f"金标样本 {gold.sample_id} 只标了 {gold.judged} 条。", text), drawn
    return _table(gold), Caption(_rates(gold)), Caption(_corrected(gold)), drawn


def _table(gold: Gold) -> Table:
    """Judged voices: a row what people say, a column what the model says."""
    cells = {(c.gold, c.model): c.voices for c in gold.confusion}
    shown = [name for name in MODEL_LABELS if any(model == name for _, model in cells)]
    columns = (Column(f"金标 {gold.judged} 条"), *(Column(MODEL_LABELS[name], "r") for name in shown))
    rows = []
    for label, name in GOLD_LABELS.items():
        counts = [cells.get((label, model), 0.0) for model in shown]
        if any(counts):
            numbers = (
                Cell(f"{count:g}", "r", label=MODEL_LABELS[model])
                for count, model in zip(counts, shown, strict=True)
            )
            rows.append(TableRow((Cell(f"{name} {sum(counts):g}", head=True), *numbers)))
    return Table(columns, tuple(rows), label="混淆矩阵：人工标注与模型判定")


def _rates(gold: Gold) -> str:
    named = (("准确率", gold.accuracy), ("负面精确率", gold.precision), ("负面召回率", gold.recall))
    told = [f"{name} {_rate(rate)}" if rate else f"{name} 样本不足" for name, rate in named]
    return f"按抽样权重计：{'，'.join(told)}。准确率只计模型有判定、且说的是本品牌的声音。"


def _rate(rate: Rate) -> str:
    return f"{w.percent(rate.value)}%（{w.interval(rate.low, rate.high)}，n = {rate.n}）"


def _corrected(gold: Gold) -> str:
    if gold.share is None:
        return "样本不含本日，只说明准确度，不校正当日占比。"
    text = (
        f"校正后的当日负面占比 {_rate(gold.share)}：当日各判定的声音数 × 样本中该判定实为负面的比例，"
        "含看不准，不含与本品牌无关者。"
    )
    if gold.first_day != gold.last_day:
        text += "样本含多日，假定同一判定的出错比例各日相同。"
    return text


def _drawn(gold: Gold) -> str:
    days = w.day_text(gold.first_day)
    if gold.last_day != gold.first_day:
        days += f" 至 {w.day_text(gold.last_day)}"
    text = (
        f"样本 {gold.sample_id}：{days} 客户独立声音 {w.whole(gold.population)} 条中"
        f"分层随机抽 {w.whole(gold.drawn)} 条，"
        f"已标 {gold.judged} 条，{gold.people} 人标注"
    )
    if gold.kappa is not None:
        k = gold.kappa
        text += f"，双标 {k.n} 对 κ = {k.value:.2f}（{k.low:.2f} 至 {k.high:.2f}）"
    return text + "。"
