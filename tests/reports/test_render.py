"""The page, the mail and the chat card: the same bytes, nothing leaves, hostile words stay words."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from koubei.core.clock import FixedClock, day_window
from koubei.core.config.schema import Settings
from koubei.core.ports import MentionStore
from koubei.core.state import State
from reports.figures.daily import DailyFigures
from reports.measure.daily import compute
from reports.page import charts, render
from reports.page.sections import load

DAY = date(2026, 11, 18)
NOON = day_window(DAY).start + timedelta(hours=12)
EVIL = (
    "<script>alert(1)</script>\u202e\u2066 套餐到期 \"'--><img src=x onerror=alert(2)>{{ 7 * 7 }} ]]> "
    + "长" * 900
)
VOID = {"meta", "br", "wbr", "img", "link", "hr"}


class Page(HTMLParser):
    """Tags, attributes and balance of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def values(page: Page, *names: str) -> list[str]:
    """Every value of some attributes."""
    return [v for _, attrs in page.tags for k, v in attrs.items() if k in names and v]


def test_drawn_again_from_json_the_page_is_the_same_bytes(figures: DailyFigures) -> None:
    first = render.page(figures)
    charts.hours([(0, 1, None, False)], charts.HOURS_NARROW)  # moves the drawing library's id counter
    assert render.page(DailyFigures.from_json(figures.to_json())) == first


def test_the_page_is_whole_and_self_contained(figures: DailyFigures) -> None:
    text = render.page(figures)
    page = Page(text)
    assert (page.wrong, page.open) == ([], [])
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "form"}
    assert "default-src 'none'" in text
    assert not re.search(r"url\((?!#)|@import|https?://[^\s\"<]*\.(?:js|css|woff)", text)
    ids = values(page, "id")
    assert len(ids) == len(set(ids))
    inside = [v[1:] for v in values(page, "href") if v.startswith("#")]
    assert set(inside) <= set(ids)


def test_every_link_out_is_safe(figures: DailyFigures) -> None:
    page = Page(render.page(figures))
    out = [a for tag, a in page.tags if tag == "a" and not (a.get("href") or "").startswith("#")]
    assert out
    assert all((a["href"] or "").startswith("https://") for a in out)
    assert {a.get("rel") for a in out} == {"noopener noreferrer nofollow"}


def test_each_figure_stands_in_the_appendix(figures: DailyFigures) -> None:
    ids = set(values(Page(render.page(figures)), "id"))
    assert {f.id for f in figures.figures} <= ids
    assert {s.id for s in figures.samples} <= ids
    assert {r.number for r in figures.risks} <= ids


def test_each_chart_has_words_and_a_table(figures: DailyFigures) -> None:
    text = render.page(figures)
    for chart in re.findall(r'<svg class="chart.*?</svg>', text, re.S):
        assert re.search(r"<title [^>]*>[^<]+</title><desc [^>]*>[^<]+</desc>", chart)
        assert "#b3321b" not in chart
    assert text.count('<details class="data">') >= 6


@pytest.fixture
def hostile(
    store: MentionStore, state: State, settings: Settings, clock: FixedClock, kit: Any
) -> DailyFigures:
    """A day whose one topic is hostile."""
    maker = kit.Maker()
    for i in range(12):
        maker.add(
            NOON, text=EVIL, title="<b>标题</b>", words=("<img>", "套餐到期"), label="neg", root="forum:evil",
            url="javascript:alert(3)" if i else "https://user:pw@evil.example/", province="山东",
        )  # fmt: skip
    for _ in range(40):
        maker.add(NOON - timedelta(days=1))
    return compute(kit.filled(store, maker.made), state, settings, clock, DAY)


def test_hostile_posts_stay_words(hostile: DailyFigures) -> None:
    assert hostile.topics
    assert hostile.samples
    text = render.page(hostile)
    page = Page(text)
    assert not {tag for tag, _ in page.tags} & {"script", "img"}
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "javascript:" not in " ".join(values(page, "href"))
    assert "user:pw" not in text
    assert "&lt;script&gt;alert(1)" in text
    quotes = re.findall(r"<q>(.*?)</q>", text, re.S)
    assert quotes
    assert all(q.startswith("<bdi>") and q.endswith("</bdi>") for q in quotes)
    assert "已截断" in text
    assert "长" * 200 not in text


def test_hostile_posts_stay_words_in_mail_and_card(hostile: DailyFigures) -> None:
    for text in (render.mail(hostile), render.card(hostile), render.subject(hostile)):
        assert "<script" not in text
        assert "\u202e" not in text
    assert "\n" not in render.subject(hostile)


def test_the_mail_is_tables_with_inline_hex(figures: DailyFigures) -> None:
    text = render.mail(figures)
    assert len(text.encode()) < 60_000
    assert not re.search(r"<(svg|img|script|style)|var\(|float:|display:\s*grid", text)
    assert 'style="' in text
    assert "R-1118-01" in text
    assert "山东资费套餐" in text


def test_the_card_fits(figures: DailyFigures) -> None:
    card = render.card(figures)
    assert len(card.encode()) < render.CARD_BYTES
    assert card.startswith("### 口碑日报 中国移动 11-18 周三\n")
    assert "R-1118-01" in card


def test_a_long_card_keeps_banner_and_interval(figures: DailyFigures) -> None:
    risk = figures.risks[0]
    many = tuple(risk.model_copy(update={"number": f"R-{i:04d}-01", "owner": "山" * 60}) for i in range(3))
    long = figures.model_copy(update={"risks": many, "console_url": "https://koubei.example/" + "x" * 1500})
    card = render.card(long)
    assert len(card.encode()) < render.CARD_BYTES
    assert "采集 5 / 5 源正常" in card
    assert "95% 区间" in card


def test_the_subject_is_one_line(figures: DailyFigures) -> None:
    name = figures.brand.model_copy(update={"name": "中国\r\nBcc: x@example.org移动"})
    subject = render.subject(figures.model_copy(update={"brand": name}))
    assert subject.isprintable()


@pytest.mark.parametrize("days", [0, 3])
def test_young_stores_are_drawn(
    days: int, store: MentionStore, state: State, settings: Settings, clock: FixedClock, kit: Any
) -> None:
    figures = compute(kit.filled(store, kit.world(days=days)), state, settings, clock, DAY)
    text = render.page(figures)
    assert ("首日" in text) == (days == 0)
    assert Page(text).wrong == []


def test_an_empty_store_is_drawn(
    store: MentionStore, state: State, settings: Settings, clock: FixedClock
) -> None:
    figures = compute(store, state, settings, clock, DAY)
    text = render.page(figures)
    assert "还没有提及" in text
    assert "还没有提及" in render.mail(figures) + render.card(figures)


def test_every_section_draws_the_day_of_the_surge(figures: DailyFigures) -> None:
    text = render.page(figures)
    for section in load():
        assert f'id="{section.id}"' in text, section.name


def test_section_orders_follow_the_page() -> None:
    numbers = [s.number for s in load()]
    assert numbers == sorted(numbers)
    assert len(numbers) >= 11


def test_calm_days_have_no_red_flag(figures: DailyFigures) -> None:
    calm = figures.model_copy(update={"risks": ()})
    assert "今日无待办" in render.page(calm)
