"""08 风险清单: incidents, what was left over from earlier days first."""

from __future__ import annotations

from reports.figures import wording as w
from reports.figures.daily import DailyFigures
from reports.figures.evidence import Risk
from reports.page.blocks import Body, Caption, Cell, Column, Empty, Section, Table, TableRow
from reports.page.cells import ref
from reports.page.drawn import Line
from reports.page.findings import n_of, overdue

KINDS = {"surge": "", "tripwire": "触线", "coverage": "采集"}
VERDICTS = {"true": "属实", "false": "误报", "duplicate": "重复"}


def _build(figures: DailyFigures) -> Body | None:
    if not figures.risks:
        empty = Empty("今日无风险条目。", "没有遗留的条目，也没有新的预警。")
        return Body(Line("没有遗留，|没有新增"), (empty,))
    columns = (
        Column("编号"), Column("级别"), Column("摘要"), Column("开始"), Column("责任"),
        Column("时限"), Column("状态"),
    )  # fmt: skip
    table = Table(columns, tuple(_row(figures, r) for r in figures.risks), "cards risk", "风险清单")
    caption = Caption("编号即案件号，提醒、控制台与本表一致。数字取事件至今的最高时段。")
    return Body(Line(_finding(figures)), (table, caption), "昨日未结在前，其后按级别。级别由预警规则给出。")


def _finding(figures: DailyFigures) -> str:
    old = [r for r in figures.risks if r.carried]
    new = [r for r in figures.risks if not r.carried]
    late = [r for r in figures.risks if overdue(figures, r)]
    told = [f"昨日遗留 {n_of(len(old), '项')}" if old else "没有遗留"]
    if late:
        told.append(f"{n_of(len(late), '项')}逾期")
    told.append(f"今日新增 {n_of(len(new), '项')}" if new else "没有新增")
    grave = [r for r in new if r.level <= 2 and r.kind == "surge"]
    if grave:
        told.append(f"{n_of(len(grave), '项')} {w.roman(min(r.level for r in grave))} 级")
    return "，|".join(told)


def _row(figures: DailyFigures, risk: Risk) -> TableRow:
    late = overdue(figures, risk)
    tone = "hot" if risk.level <= 2 and risk.kind == "surge" else "wa" if late or risk.level == 3 else ""
    cells = (
        Cell(risk.number, "id nw", tail="昨日" if risk.carried else "新增"),
        Cell(cls="lv", chip=KINDS.get(risk.kind, "") or f"{w.roman(risk.level)} 级", chip_tone=tone),
        Cell(risk.summary, "su", refs=tuple(ref(s) for s in risk.samples)),
        Cell(w.moment(risk.started_at), "nw be", label="开始"),
        Cell(risk.owner or "未指定", "nw ow", label="责任"),
        Cell(
            w.moment(risk.due_at) if risk.due_at else w.NOTHING, "nw du al" if late else "nw du", label="时限"
        ),
        Cell(_status(figures, risk, late), "nw st al" if late else "nw st"),
    )
    return TableRow(cells, id=risk.number)


def _status(figures: DailyFigures, risk: Risk, late: bool) -> str:
    if risk.verdict:
        return VERDICTS.get(risk.verdict, risk.verdict)
    if late and risk.due_at is not None:
        hours = int((figures.frozen_at - risk.due_at).total_seconds() // 3600)
        return f"逾期 {n_of(hours, '小时')}" if hours < 72 else f"逾期 {n_of(hours // 24, '天')}"
    if risk.resolved_at is not None:
        return f"{w.moment(risk.resolved_at)} 解除"
    return {"open": "新开", "ongoing": "持续"}.get(risk.status, risk.status)


SECTION = Section(9, "s8", "08", "风险清单", _build, "风险")
