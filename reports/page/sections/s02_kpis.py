"""02 核心指标: six key figures, each against yesterday, the same weekday last week, the 4-week median."""

from __future__ import annotations

from reports.figures import wording as w
from reports.figures.counts import Change
from reports.figures.daily import DailyFigures, Kpi
from reports.figures.stats import MIN_N, usual_range
from reports.page.accuracy import beside_share
from reports.page.blocks import Body, Caption, Correction, Data, Section
from reports.page.cells import clip, data, mark
from reports.page.drawn import Block, Card, Cards, Comparison, Line, Part, Strip
from reports.page.findings import refs, source_name

NAMES = {
    "share": "负面占比", "net": "净情感（正 − 负）", "posts": "声量（帖）", "voices": "独立声音",
    "interactions": "互动量", "voice_share": "声量份额",
}  # fmt: skip
COUNTED = ("posts", "voices", "interactions")
NO_SAMPLING = "全量计数，无抽样区间"


def _build(figures: DailyFigures) -> Body | None:
    if figures.state in ("empty", "silent"):
        return None
    cards = tuple(_card(figures, kpi, place) for place, kpi in enumerate(figures.kpis))
    blocks: list[Block] = [Cards(cards)]
    if figures.corrections is not None:
        blocks.append(Correction(corrected(figures)))
    if figures.health.excluded:
        names = "、".join(source_name(figures, s) for s in figures.health.excluded)
        blocks.append(Caption(f"比较已剔除{names}：两日中有一日缺数。大数字含全部来源。"))
    blocks.append(_table(figures))
    return Body(Line(_finding(figures), refs(figures, "trend")), tuple(blocks), _note(figures))


def _finding(figures: DailyFigures) -> str:
    if not figures.health.comparable:
        return "本日数据不可比，|只列已采到的数"
    if figures.state == "first":
        return "首日，|无可比历史"
    up = [_name(k) for k in figures.kpis if k.yesterday.significant and (k.yesterday.value or 0) > 0]
    down = [_name(k) for k in figures.kpis if k.yesterday.significant and (k.yesterday.value or 0) < 0]
    still = [_name(k) for k in figures.kpis if k.yesterday.significant is False]
    if not up and not down:
        return "各项指标|与昨日|均无显著差异" if still else "各项指标|与昨日不可比"
    told = [f"{'、'.join(up)}|高于昨日"] if up else []
    told += [f"{'、'.join(down)}|低于昨日"] if down else []
    told += [f"{'、'.join(still)}|无显著差异"] if still else []
    return "；|".join(told)


def _name(kpi: Kpi) -> str:
    return NAMES[kpi.key].split("（")[0]


def _note(figures: DailyFigures) -> str:
    text = (
        "横条：细线是此前 28 天每日值，灰底是 4 周常态（第 10–90 百分位），圆点是今日。"
        "● 显著 ○ 不显著（95%，六项三种比较合为一族，经 BH 校正）。占比的分母是客户独立声音，不含看不准。"
    )
    if len(figures.kpi("posts").known) < 14:
        text += "历史不足 14 天时不画常态。"
    return text


def _card(figures: DailyFigures, kpi: Kpi, place: int) -> Card:
    number, unit = _number(kpi)
    size = {"share": "big", "voice_share": "two"}.get(kpi.key, "")
    comparisons = (
        _compared("较昨日", kpi.yesterday, kpi.key),
        _compared(f"较上{w.weekday(figures.day)}", kpi.week, kpi.key),
        _compared("较 4 周中位", kpi.median, kpi.key),
    )
    parts = _parts(figures) if kpi.key == "voice_share" else ()
    strip = _strip(kpi)
    return Card(
        NAMES[kpi.key], number, unit, _info(figures, kpi), comparisons, strip, size, place in (1, 2), parts
    )


def _number(kpi: Kpi) -> tuple[str, str]:
    if kpi.value is None:
        return w.NOTHING, ""
    if kpi.key in COUNTED:
        return w.short(kpi.value)
    if kpi.key == "net":
        return w.signed(kpi.value * 100), "点"
    return w.percent(kpi.value), "%"


def _info(figures: DailyFigures, kpi: Kpi) -> tuple[str, ...]:
    counts = figures.counts
    if kpi.value is None:
        return (
            ("来源未给互动数",) if kpi.key == "interactions" else (f"n = {counts.n} < {MIN_N}，不计算占比",)
        )
    low, high = kpi.low or 0.0, kpi.high or 0.0
    if kpi.key == "share":
        doubt = f"另有看不准 {w.whole(counts.uncertain)} · 无法判断 {w.whole(counts.unknown)}"
        return (
            f"95% 区间 {w.interval(low, high)}%",
            f"{w.whole(counts.neg)} / {w.whole(counts.n)} 条客户声音", beside_share(figures.gold), doubt,
        )  # fmt: skip
    if kpi.key == "net":
        parts = f"= {w.percent(counts.pos / counts.n)}% − {w.percent(counts.neg / counts.n)}%"
        return parts, f"区间 {w.signed(low * 100)} 至 {w.signed(high * 100)}"
    if kpi.key == "voice_share":
        return f"{len(figures.brands)} 家独立声音之和为 100%", f"95% 区间 {w.interval(low, high)}%"
    first = {"posts": "含转发与近重复", "voices": "转发与近重复并为一条", "interactions": "赞、评、转合计"}
    return first[kpi.key], NO_SAMPLING


def _compared(name: str, change: Change, key: str) -> Comparison:
    if change.value is None:
        return Comparison(name, change.reason or w.NOTHING, "")
    value = change.value * 100
    return Comparison(
        name, f"{w.signed(value)}%" if key in COUNTED else f"{w.signed(value)} 点", mark(change)
    )


def _strip(kpi: Kpi) -> Strip | None:
    """Ticks of the days before and today's dot on one axis with a little room at both ends."""
    known = kpi.known
    if not known or kpi.value is None:
        return None
    interval = [v for v in (kpi.low, kpi.high) if v is not None]
    values = [*known, kpi.value, *interval]
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    low, span = low - span * 0.03, span * 1.06

    def place(value: float) -> float:
        return clip((value - low) / span)

    usual = usual_range(known)
    hot = kpi.key == "share" and bool(kpi.yesterday.significant) and (kpi.yesterday.value or 0) > 0
    return Strip(
        f"此前 {len(known)} 天{NAMES[kpi.key]}与今日", tuple(place(v) for v in known),
        (place(usual[0]), place(usual[1])) if usual else None, place(kpi.value),
        (place(interval[0]), place(interval[1])) if len(interval) == 2 else None, hot,
    )  # fmt: skip


def _parts(figures: DailyFigures) -> tuple[Part, ...]:
    total = figures.days[-1].all_voices
    shares = [
        (b, c.voices / total if total else 0.0) for b, c in zip(figures.brands, figures.rivals, strict=True)
    ]
    top = max((s for _, s in shares), default=0.0) or 1.0
    return tuple(
        Part(b.name.removeprefix("中国"), clip(s / top), w.percent(s), b.id == figures.brand.id)
        for b, s in shares
    )


def corrected(figures: DailyFigures) -> str:
    """昨日 412 更正为 431, in one line."""
    found = figures.corrections
    if found is None:
        return ""
    told = [f"昨日{c.title} {_value(c.old, c.unit)} 更正为 {_value(c.new, c.unit)}" for c in found.items]
    late = f"晚到 {w.whole(found.late)} 帖" if found.late else "重新判定或删除"
    return (
        f"更正（{late}）：{'，'.join(told)}；以上比较均按更正后计。"
        if told
        else f"昨日之后{late}，各数未变。"
    )


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return w.NOTHING
    return f"{w.percent(value)}%" if unit == "share" else w.whole(round(value))


def _table(figures: DailyFigures) -> Data:
    rows = []
    for day in reversed(figures.days):
        if not day.seen:
            rows.append([w.day_text(day.day), *["无数据"] * 6])
            continue
        counts = day.counts
        share = f"{w.percent(counts.share)}%" if counts.share is not None else f"n={counts.n}"
        net = w.signed(counts.net * 100) if counts.net is not None else f"n={counts.n}"
        voice = f"{w.percent(day.voices / day.all_voices)}%" if day.all_voices else w.NOTHING
        seen = w.whole(day.interactions) if day.interactions is not None else w.NOTHING
        rows.append([w.day_text(day.day), share, net, w.whole(day.posts), w.whole(day.voices), seen, voice])
    return data("29 天数据表", ("日期", "负面占比", "净情感", "声量", "独立声音", "互动量", "声量份额"), rows)


SECTION = Section(2, "s2", "02", "核心指标", _build, "指标")
