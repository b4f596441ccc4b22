"""Include, context and exclude words; text, declared, thread; spans and explanations."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koubei.core.config.schema import Brand
from koubei.core.domain import Post
from koubei.core.text import fold
from koubei.mentions import Matcher
from koubei.mentions.matching import SPANS_KEPT
from koubei.mentions.positions import lower, spans_as_written

MOBILE = Brand(
    id="cmcc",
    name="中国移动",
    include=("中国移动", "移动宽带", "移动端口业务", "10086", "China Mobile", "CMCC"),
    context=("移动",),
    context_with=("信号", "套餐", "5G", "电信"),
    context_except=("移动到", "移动了", "移动至", "向左移动"),
    exclude=("移动硬盘", "移动支付", "移动端", "信号灯"),
    subjects=("中国移动", "app:583700738"),
)
TELECOM = Brand(
    id="ctcc", name="中国电信", include=("中国电信", "电信宽带"), context=("电信",), context_with=("移动",)
)
MATCHER = Matcher([MOBILE, TELECOM])

TWO_AMBIGUOUS = Matcher(
    [MOBILE.model_copy(update={"context_with": ()}), TELECOM.model_copy(update={"context_with": ()})]
)

POST = Post("f:1", "f", "f", "post", "", "", datetime(2026, 11, 18, tzinfo=UTC), "h")


def brands(text: str) -> list[str]:
    return [hit.brand_id for hit in MATCHER.match(replace(POST, text=text))]


@pytest.mark.parametrize(
    "text",
    [
        "中国移动乱扣费",
        "中國移動亂扣費",
        "中国\u200b移\ufe0f动乱扣费",
        "打１００８６没人接",
        "打10086没人接",
        "cmcc真慢",
        "ＣＭＣＣ真慢",
        "china  mobile is slow",
        "China\u3000Mobile",
        "移动的信号真差",
        "移动5g用不了",
        "移动硬盘里的照片，移动宽带传不上去",
        "移动端口业务停了",
    ],
)
def test_the_brand_is_named(text: str) -> None:
    assert brands(text) == ["cmcc"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "移动一下鼠标",
        "把手机移动到窗边",
        "移动硬盘坏了",
        "中国移动支付市场规模",
        "移动端的信号条",
        "慢慢移动，看信号灯",
        "SN100861",
        "A10086B",
        "CMCCX",
        "5G信号很好",
        "\U0001f621\U0001f621",
    ],
)
def test_the_brand_is_not_named(text: str) -> None:
    assert brands(text) == []


def test_one_post_may_name_two_brands() -> None:
    assert brands("移动太烂换电信真香") == ["cmcc", "ctcc"]


def test_spans_and_words_are_those_of_the_text_as_written() -> None:
    text = "\u200b【吐槽】中國\u200b移動的ＣＭＣＣ，移動信號差"
    (hit,) = MATCHER.match(replace(POST, title="題目", text=text))
    scored = f"題目\n{text}"
    assert [scored[a:b] for a, b in hit.spans] == ["中國\u200b移動", "ＣＭＣＣ", "移動"]
    assert hit.words == ("中国移动", "cmcc", "移动")
    assert hit.matched_by == "text"
    assert "中国移动" in hit.why


def test_a_title_names_the_brand_but_not_for_a_reply() -> None:
    post = replace(POST, title="移动宽带断网", text="我也是")
    assert [hit.matched_by for hit in MATCHER.match(post)] == ["text"]
    assert MATCHER.match(replace(post, kind="reply")) == []


def test_what_a_source_declares_counts() -> None:
    (hit,) = MATCHER.match(replace(POST, text="闪退", declares=("其他", "APP:583700738")))
    assert (hit.matched_by, hit.spans, hit.words) == ("declared", (), ("app:583700738",))
    (hit,) = MATCHER.match(replace(POST, text="闪退", declares=("中國移動 ",)))
    assert hit.brand_id == "cmcc"
    assert MATCHER.match(replace(POST, text="闪退", declares=("中国移动山东公司",))) == []


def test_the_text_comes_before_the_declaration() -> None:
    (hit,) = MATCHER.match(replace(POST, text="中国移动闪退", declares=("中国移动",)))
    assert hit.matched_by == "text"


@pytest.mark.parametrize("kind", ["reply", "comment"])
def test_a_reply_stands_in_its_thread(kind: str) -> None:
    post = replace(POST, kind=kind, text="同感", thread_title="移动宽带断网")
    (hit,) = MATCHER.match(post)
    assert (hit.matched_by, hit.spans, hit.words) == ("thread", (), ("移动宽带",))
    own = MATCHER.match(replace(post, text="电信宽带也断"))
    assert [(h.brand_id, h.matched_by) for h in own] == [("cmcc", "thread"), ("ctcc", "text")]
    assert MATCHER.match(replace(post, kind="post")) == []


def test_a_thread_title_gives_a_reply_no_context() -> None:
    (hit,) = MATCHER.match(
        replace(POST, kind="reply", text="把路由器移动到客厅", thread_title="移动宽带断网")
    )
    assert hit.matched_by == "thread"


def test_explanations_say_what_counted_and_what_did_not() -> None:
    lines = MATCHER.explain("移動宽带，移动硬盘，10086")
    assert lines == [
        "中国移动：命中“移動宽带”（第 1 至 4 字）",
        "中国移动：命中“10086”（第 11 至 15 字）",
        "中国移动：属于排除词组，先剔除：“移动硬盘”（第 6 至 9 字）",
    ]
    (line,) = MATCHER.explain("移动一下鼠标")
    assert "有歧义" in line
    assert "“移动”（第 1 至 2 字）" in line
    assert MATCHER.explain("天气真好") == ["没有出现任何品牌的关键词"]


def test_the_version_follows_the_keywords_and_nothing_else() -> None:
    def version(**changes: object) -> str:
        return Matcher([MOBILE.model_copy(update=changes), TELECOM]).version

    assert version() == MATCHER.version
    assert version(name="移动", official=("weibo:1",)) == MATCHER.version
    others = {version(include=("中国移动",)), version(exclude=()), version(context_with=("信号",))}
    assert len(others | {MATCHER.version}) == 4


def test_words_from_the_config_are_no_patterns() -> None:
    odd = Brand(id="odd", name="C++", include=("C++", "a.b", "(x"), exclude=("[",))
    matcher = Matcher([odd])
    assert [h.words for h in matcher.match(replace(POST, text="学 c++ 和 (X"))] == [("c++", "(x")]
    assert matcher.match(replace(POST, text="a1b ccc")) == []


UNICOM = Brand(id="cucc", name="中国联通", include=("中国联通",), context=("联通",), context_with=("信号",))
THREE = Matcher([MOBILE, TELECOM, UNICOM])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("从移动换到联通，后悔", ["cmcc", "cucc"]),
        ("移动到联通只用了一天", ["cmcc", "cucc"]),
        ("还是移动好，联通不行", ["cmcc", "cucc"]),
        ("移动和10086", ["cmcc"]),
        ("手机移动到桌面", []),
        ("移动了两格", []),
        ("信号格向左移动", []),
        ("把图标移动至第二屏，信号还是差", []),
        ("移动真垃圾", []),
        ("联通两岸", []),
    ],
)
def test_another_brand_is_company_and_a_verb_is_no_brand(text: str, named: list[str]) -> None:
    assert [hit.brand_id for hit in THREE.match(replace(POST, text=text))] == named


def test_the_verb_is_not_a_name_beside_another_brand() -> None:
    hits = THREE.match(replace(POST, text="把联通图标移动到桌面"))
    assert "cmcc" not in [hit.brand_id for hit in hits]


@settings(deadline=None)
@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_matched(text: str) -> None:
    for hit in MATCHER.match(replace(POST, text=text)):
        assert all(0 <= a < b <= len(text) for a, b in hit.spans)


@settings(deadline=None)
@given(st.text(), st.sampled_from(["中国移动", "中國移動", "１００８６", "CmCc"]), st.text())
def test_a_word_between_brackets_is_found_where_it_stands(before: str, word: str, after: str) -> None:
    text = f"{before}（{word}）{after}"
    (hit,) = [h for h in MATCHER.match(replace(POST, text=text)) if h.brand_id == "cmcc"]
    where = len(before) + 1
    assert (where, where + len(word)) in hit.spans


@settings(deadline=None)
@given(st.text(st.sampled_from("a移動\u200b\u0301がﾊﾞﾟ각\u1100\u1161\ufe0fＡ\U0001f621İ\n"), max_size=30))
def test_positions_survive_every_kind_of_folding(text: str) -> None:
    folded = fold(text)
    assert len(lower(folded)) == len(folded)
    spans = [(n, n + 1) for n in range(len(folded))]
    written = spans_as_written(text, folded, spans)
    assert list(written) == sorted(written)
    for (a, b), (start, end) in zip(spans, written, strict=True):
        assert folded[a:b] in fold(text[start:end])


@pytest.mark.parametrize(
    "unit", ["移动", "移动。", "移动硬盘", "移动宽带", "10086 ", "移\u200b动信号", "1", "中", "移动 5"]
)
def test_a_hostile_length_is_matched_in_linear_time(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    assert all(len(hit.spans) <= SPANS_KEPT for hit in MATCHER.match(replace(POST, text=text)))


def test_words_of_several_parts_may_stand_apart() -> None:
    odd = Brand(
        id="gm",
        name="GM",
        include=("general motors",),
        context=("big motors",),
        exclude=("general motors road",),
    )
    matcher = Matcher([odd])
    assert matcher.match(replace(POST, text="General  Motors")) != []
    assert matcher.match(replace(POST, text="general  motors  road")) == []
    assert matcher.match(replace(POST, text="big  motors")) == []


def test_two_brands_that_never_stand_near_are_looked_for_in_linear_time() -> None:
    text = "移动。" * 20_000 + "中" * 40 + "电信。" * 20_000
    started = time.perf_counter()
    assert TWO_AMBIGUOUS.match(replace(POST, text=text)) == []
    assert time.perf_counter() - started < 10
