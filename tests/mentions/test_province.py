"""Declared or named provinces; misleading names; several are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from koubei.core.config.schema import Brand
from koubei.core.domain import Post
from koubei.core.text import fold
from koubei.mentions.places import MISLEADING, PROVINCE_OF, PROVINCES
from koubei.mentions.positions import lower
from koubei.mentions.province import ProvinceFinder, declared_province

BRANDS = [Brand(id="cmcc", name="中国移动", include=("中国移动", "移动宽带"), context=("移动",))]
FINDER = ProvinceFinder(BRANDS)
POST = Post("f:1", "f", "f", "post", "", "", datetime(2026, 11, 18, tzinfo=UTC), "h")


def find(text: str, declared: str | None = None) -> tuple[str | None, str]:
    post = replace(POST, text=text, province=declared)
    return FINDER.find(post, lower(fold(post.scored_text)))


def test_there_are_31_provinces() -> None:
    assert len(PROVINCES) == 31
    assert set(PROVINCE_OF.values()) == set(PROVINCES)
    assert set(PROVINCE_OF) >= MISLEADING
    assert len(PROVINCE_OF) > 350


@pytest.mark.parametrize(
    ("declared", "province"),
    [
        ("山东", "山东"),
        ("发布于 山东", "山东"),
        ("来自山东", "山东"),
        ("IP属地：广东", "广东"),
        ("IP屬地：廣東", "广东"),
        ("广东,深圳", "广东"),
        ("山东省济南市", "山东"),
        ("济南", "山东"),
        ("朝阳市", "辽宁"),
        ("内蒙古自治区", "内蒙古"),
        ("新疆维吾尔自治区", "新疆"),
        ("中国 上海", "上海"),
        ("归属地：陕西西安", "陕西"),
        ("美国", None),
        ("未知", None),
        ("", None),
        (None, None),
    ],
)
def test_declared_places_get_their_short_name(declared: str | None, province: str | None) -> None:
    assert declared_province(declared) == province


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("山东移动乱扣费", "山东"),
        ("山東移動亂扣費", "山东"),
        ("济南的移动宽带断了", "山东"),
        ("大同移动断网", "山西"),
        ("人在广东出差，山东移动又停我的机", "山东"),
        ("坐标山东省，移动没信号", "山东"),
        ("我在青岛和济南，移动都没信号", "山东"),
        ("上海南站移动没信号", "上海"),
        ("大理市移动营业厅", "云南"),
        ("哈尔滨移动没信号", "黑龙江"),
        ("山东路由器坏了，移动宽带断", "山东"),
    ],
)
def test_a_named_place_counts(text: str, province: str) -> None:
    assert find(text) == (province, "named")


@pytest.mark.parametrize(
    "text",
    [
        "移动没信号",
        "从山东到广东，移动都没信号",
        "山东移动和广东移动资费不一样",
        "世界大同，移动没信号",
        "未开封的卡，移动不退",
        "阿里巴巴和移动合作",
        "北京时间八点，移动断网",
        "南京东路的移动营业厅排长队",
        "黄河南岸移动没信号",
        "东方市场移动没信号",
        "移动大理石桌子",
        "日照充足，移动信号却差",
    ],
)
def test_no_place_several_or_a_misleading_word_is_none(text: str) -> None:
    assert find(text) == (None, "none")


def test_the_declared_place_comes_first() -> None:
    assert find("山东移动乱扣费", "广东") == ("广东", "declared")
    assert find("山东移动乱扣费", "海外") == ("山东", "named")
