"""07 热点话题: the day's topics and the words that stand out."""

from __future__ import annotations

from reports.figures import wording as w
from reports.figures.daily import DailyFigures
from reports.figures.topics import Topic
from reports.page.blocks import Body, Caption, Columns, Data, Empty, Group, Heading, Section
from reports.page.cells import clip, data, quote, ref
from reports.page.drawn import Line, TopicItem, TopicList, WordItem, Words
from reports.page.findings import n_of

STORM = 0.5
"""Share of copies from which a topic is marked 放大."""


def _build(figures: DailyFigures) -> Body | None:
    if figures.state in ("empty", "silent"):
        return None
    if not figures.topics:
        text = "没有一个词比前 4 周显著多见，也没有 10 帖以上的同文转发。"
        if figures.state == "first":
            text = "首日没有背景可比，热词从有历史的一天起计算。"
        return Body(Line("今日没有|突出的话题"), (Empty("无突出话题。", text),))
    most = max(t.posts for t in figures.topics)
    items = tuple(_item(figures, t, i, most) for i, t in enumerate(figures.topics, start=1))
    blocks = (Columns(Group((TopicList(items),)), _words(figures), "l"),)
    return Body(Line(_finding(figures), (ref(figures.topics[0].ref),)), blocks, _note())


def title(figures: DailyFigures, topic: Topic) -> str:
    """A topic is named by its own words, never by ours; a storm of copies by how its post begins."""
    if topic.words:
        return " · ".join(topic.words)
    first = figures.sample(topic.samples[0]) if topic.samples else None
    return w.inert(first.text or first.title, 18) if first and not first.deleted else "同文转发"


def _copies(topic: Topic) -> float:
    return 1 - topic.voices / topic.posts


def _finding(figures: DailyFigures) -> str:
    top = figures.topics[0]
    text = f"首位话题“{title(figures, top)}”|{n_of(top.voices, '条独立声音')}"
    if _copies(top) >= STORM:
        return f"{text}，|其帖 {_copies(top):.0%} 是转发|或近重复"
    if top.pos > top.neg:
        return f"{text}，|正面多于负面"
    return f"{text}，|其中负面 {top.neg} 条"


def _note() -> str:
    return (
        "话题：今日比前 4 周显著多见、又常在同一帖出现的词归为一组，含其中两个词的帖即属该话题；"
        "10 帖以上的同文转发另成一题。消退：不到此前 7 天峰值的六成。"
    )


def _item(figures: DailyFigures, topic: Topic, rank: int, most: int) -> TopicItem:
    quotes = tuple(quote(figures.sample(s)) for s in topic.samples)
    return TopicItem(
        rank, title(figures, topic), _chips(topic), w.whole(topic.voices), w.whole(topic.posts),
        _facts(topic),
        clip(topic.posts / most), clip(topic.voices / most), quotes, (ref(topic.ref),),
    )  # fmt: skip


def _chips(topic: Topic) -> tuple[tuple[str, str], ...]:
    bad = topic.neg > topic.pos
    status = f"持续 {topic.days} 日" if topic.status == "持续" else topic.status
    chips = [(status, "wa" if topic.status == "新增" and bad else "")]
    if _copies(topic) >= STORM:
        chips.append((f"放大 {_copies(topic):.0%}", ""))
    return tuple(chips)


def _facts(topic: Topic) -> str:
    parts = []
    if topic.first_at is not None:
        parts.append(f"首见 {w.moment(topic.first_at)} {w.platform(topic.first_platform)}")
    parts.append(f"负面 {w.whole(topic.neg)} · 正面 {w.whole(topic.pos)}")
    if topic.from_peak is not None:
        parts.append(f"较峰值 {w.signed(topic.from_peak * 100, 0)}%")
    elif topic.peak:
        parts.append(f"峰值 {topic.peak} 声/时")
    return " · ".join(parts)


def _words(figures: DailyFigures) -> Group:
    heading = Heading(Line("今日突出的词", tuple(ref(i) for i in figures.refs.get("words", ()))))
    if not figures.words:
        return Group((heading, Empty("没有突出的词。", "各词与前 4 周相比均在偶然波动之内。")), figure=True)
    top = max(figure.high for figure in figures.words)
    step = 1 if top <= 4 else 2
    end = -(-top // step) * step
    axis = tuple((clip(v / end), f"{v:g}") for v in range(0, int(end) + 1, step))
    items = tuple(
        WordItem(
            x.word, clip(x.delta / end), clip(x.low / end), clip(x.high / end), w.whole(x.voices), x.praise
        )
        for x in figures.words
    )
    caption = Caption("相对前 4 周的对数优势比与 95% 区间，右列为今日声音数。蓝点多见于正面声音。")
    return Group((heading, Words(items, axis), caption, _table(figures)), figure=True)


def _table(figures: DailyFigures) -> Data:
    rows = [
        [x.word, w.whole(x.voices), w.whole(x.before), f"{x.delta:.1f}", f"{x.low:.1f}–{x.high:.1f}"]
        for x in figures.words
    ]
    return data("数据表", ("词", "今日声音", "前 28 天声音", "对数优势比", "95% 区间"), rows)


SECTION = Section(8, "s7", "07", "热点话题", _build, "话题")
