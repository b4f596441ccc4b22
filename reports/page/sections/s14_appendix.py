"""14 附录: corrections, accuracy, where every number comes from, definitions and limits."""

from __future__ import annotations

from reports.figures import wording as w
from reports.figures.daily import Correction, DailyFigures
from reports.figures.figure import Figure
from reports.figures.stats import MIN_N
from reports.page import accuracy
from reports.page.blocks import (
    Body,
    Bullets,
    Caption,
    Cell,
    Column,
    Columns,
    Empty,
    Group,
    Heading,
    Section,
    Source,
    Sources,
    Table,
    TableRow,
)
from reports.page.cells import quote
from reports.page.drawn import Block, Line
from reports.page.links import query_link

QUOTED = 60
MEASURES = {"count": "计数", "distinct root_id": "不同 root_id 数"}


def _build(figures: DailyFigures) -> Body | None:
    blocks: list[Block] = [Columns(_corrections(figures), accuracy.block(figures))]
    blocks.append(
        Group(
            (Heading(Line("出处：|每个数字是一条可重跑的查询")), Caption(_how(figures)), _sources(figures)),
            "blk",
        )
    )
    blocks.append(
        Group((Heading(Line("口径与限制")), Bullets(tuple(Line(t) for t in _limits(figures)))), "blk")
    )
    return Body(Line("口径、准确度、更正与出处"), tuple(blocks))


def _corrections(figures: DailyFigures) -> Group:
    heading = Heading(Line("更正前期数字"))
    found = figures.corrections
    if found is None or not found.items:
        text = "昨日的报告与今天重算的数一致，或昨日没有报告。"
        return Group((heading, Empty("没有更正。", text)))
    columns = (Column("日期与指标"), Column("原值", "r"), Column("更正为", "r"))
    rows = tuple(_correction(w.day_text(found.day), item) for item in found.items)
    why = (
        f"晚到 {w.whole(found.late)} 帖（{w.moment(found.frozen_at)} 冻结之后采到）"
        if found.late
        else "重新判定或删除"
    )
    caption = Caption(f"缘由：{why}。本期所有“较昨日”均按更正后的数计算。")
    return Group((heading, Table(columns, rows), caption))


def _correction(day: str, item: Correction) -> TableRow:
    new = Cell(_value(item.new, item.unit), "r new")
    return TableRow(
        (Cell(f"{day} {item.title}", head=True), Cell(cls="r", old=_value(item.old, item.unit)), new)
    )


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return w.NOTHING
    return f"{w.percent(value)}%" if unit == "share" else w.whole(round(value))


def _how(figures: DailyFigures) -> str:
    text = (
        "右列为命中数；一行里按日、按要素等分组的数，命中数是各组之和。"
        "查询可原样贴进 koubei search 或控制台；koubei report verify 逐条重跑。"
    )
    if figures.kibana_url:
        return text + "编号打开 Kibana 里的同一查询；那里的命中数是帖数，独立声音看 root_id 的不同值。"
    return text + ("编号链接到控制台里的同一查询。" if figures.console_url else "")


def _sources(figures: DailyFigures) -> Sources:
    rows = tuple(_source(figures, figure) for figure in figures.figures)
    return Sources(rows, tuple(quote(s, QUOTED) for s in figures.samples))


def _source(figures: DailyFigures, figure: Figure) -> Source:
    hits = w.whole(figure.hits) if figure.hits is not None else w.NOTHING
    measure = MEASURES.get(figure.measure, figure.measure)
    if figure.by:
        measure += "，按 " + " × ".join(figure.by)
    return Source(figure.id, figure.title, figure.query, measure, hits, query_link(figures, figure.query))


def _limits(figures: DailyFigures) -> list[str]:
    names = "；".join(f"{v.version}" for v in figures.versions)
    return [
        "公开帖不是客户抽样，占比描述的是“公开说话的人”，不能外推到全体客户。",
        "声量：标题或正文提到品牌的帖，以及来源申明是该品牌的帖。仅因所在主题命中的回帖另列，不计入。",
        "独立声音：转发与同文帖并为一条（不同的 root_id）。同一声音在两种判定下各计一次。",
        f"负面占比 = 负面 /（负面 + 中性 + 正面），只算客户；看不准与无法判断另列。n < {MIN_N} 不计算占比。",
        "看不准：模型把握低于阈值。阈值取自与训练数据同类的留出样本，使留下的九成判对；这只对同类帖成立，别处以金标为准。",
        "金标校正：随机样本经人工标注后按判定分层推算（Cochran 5A.9、6.11），区间含抽样与标注样本的误差。",
        "95% 区间为 Wilson 区间。占比的比较用双样本比例检验；帖数等计数与自身日间波动比较。",
        "贡献按结构与比率分解（Kitagawa），相加等于总变化。分解只说明变化集中在哪里。",
        "发布时间未知的帖不计入任何一天。逐时数只计时间精确到分的帖。",
        "“集中在”“同期”表示关联，不表示因果。",
        f"现用版本：{names or '无'}。本页离线可读，不发出任何请求；重算以后若有差别，列在下一期的更正里。",
    ]  # fmt: skip


SECTION = Section(15, "s14", "14", "附录", _build, "附录")
