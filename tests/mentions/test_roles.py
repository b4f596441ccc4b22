"""Speaker roles: sellers, media and staff are no customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from koubei.core.config.schema import Brand
from koubei.core.domain import RawPost, Role
from koubei.core.intake import PostFactory
from koubei.core.privacy import AuthorKeys
from koubei.core.text import fold
from koubei.mentions.positions import lower
from koubei.mentions.roles import RoleFinder

NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)
KEYS = AuthorKeys(b"s" * 32)
BRANDS = [
    Brand(
        id="cmcc",
        name="中国移动",
        include=("中国移动", "移动客服"),
        context=("移动",),
        official=("weibo:777", "中国移动10086", "forum:移动小助手"),
    ),
    Brand(id="ctcc", name="中国电信", include=("中国电信",), context=("电信",), official=("中国电信客服",)),
]
ROLES = RoleFinder(BRANDS, KEYS)


def role(text: str = "移动信号差", **changes: object) -> Role:
    raw = RawPost("weibo", "export", "post", text, NOON, native_id="1")
    post = PostFactory(KEYS).build(replace(raw, **changes))  # type: ignore[arg-type]  # any field by name
    return ROLES.role(post, lower(fold(post.scored_text)))


@pytest.mark.parametrize(
    "author",
    [
        {"author_id": "777"},
        {"author_id": "1", "author_name": "中国移动10086"},
        {"author_name": " 中国移动10086 "},
        {"author_id": "中国移动10086"},
        {"platform": "forum", "author_name": "移动小助手"},
        {"author_name": "中国电信客服"},
    ],
)
def test_official_accounts_are_told_although_names_are_masked(author: dict[str, str]) -> None:
    assert role(**author) == "official"


@pytest.mark.parametrize(
    "author",
    [
        {"author_id": "7777"},
        {"author_id": "777", "platform": "forum"},
        {"author_name": "中国移动10086粉丝"},
        {"author_name": "移动小助手"},
        {"author_hash": "777"},
        {},
    ],
)
def test_others_are_not(author: dict[str, str]) -> None:
    assert role(**author) == "unknown"


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("媒体", "media"),
        ("蓝V 新闻媒体", "media"),
        ("政府", "media"),
        ("蓝V", "marketing"),
        ("企业认证", "marketing"),
        ("普通用户", "customer"),
        ("黄V", "unknown"),
        ("", "unknown"),
    ],
)
def test_what_the_source_says_of_the_account(account: str, expected: Role) -> None:
    assert role(account=account) == expected


def test_a_private_account_may_sell() -> None:
    assert role("移动大流量卡29元月租，需要的加我微信办理", account="普通用户") == "marketing"


def test_news_copy_is_media() -> None:
    assert role("记者昨日从中国移动获悉，山东将新建300个基站") == "media"
    assert role("记者去哪了？移动断网三天没人报道") == "unknown"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("据央视新闻报道，中国移动将在全国下调国际漫游资费。", "media"),
        ("【移动下调资费】据新华网消息，中国移动18日宣布下调资费", "media"),
        ("据央视新闻报道移动要降价了，我怎么没感觉", "unknown"),
        ("据央视新闻报道，中国移动要下调资费了，真的吗？", "unknown"),
        ("移动断网了，据说明天才修好", "unknown"),
        ("天天据理力争，移动就是不退钱", "unknown"),
    ],
)
def test_who_only_hands_on_the_news_is_media(text: str, expected: Role) -> None:
    assert role(text) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("news", "media"),
        ("complaint", "customer"),
        ("review", "customer"),
        ("ticket", "customer"),
        ("comment", "unknown"),
    ],
)
def test_the_kind_of_post_decides(kind: str, expected: Role) -> None:
    assert role(kind=kind) == expected


@pytest.mark.parametrize(
    "text",
    [
        "移动大流量卡29元月租，需要的加我微信办理",
        "【移动】19元包100G流量卡免费领，加V：abc12345",
        "低价办理宽带，靓号多多，联系电话13800138000",
        "全国代办移动号卡，秒过包邮，私聊我",
        "关注并转发本条，抽3位送移动话费100元",
        "转发加关注，抽奖送出10名幸运用户移动话费",
        "【联通大流量卡】29元200G，想要的私我",
    ],
)
def test_adverts_are_marketing(text: str) -> None:
    assert role(text) == "marketing"


@pytest.mark.parametrize(
    "text",
    [
        "办的流量卡根本用不了，移动客服说加微信处理",
        "小心！低价流量卡加我微信的都是骗子",
        "我的移动宽带三个月没装上，联系电话13800138000",
        "客服让我加微信办理套餐，结果没下文",
        "免费领流量是真的吗？移动这个月月租19元",
        "关注移动很久了，转发给大家看看",
        "加上vip会员一个月月租50，移动太贵",
        "有没有人转发抽奖抽到过3位数的",
        "移动转发抽奖我抽到过2个",
        "流量卡29元，想要的功能一个都没有",
    ],
)
def test_people_who_talk_of_such_things_are_not(text: str) -> None:
    assert role(text) == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "我是移动的客户经理，大家有问题可以问",
        "本人是一名中国移动员工，说句公道话",
        "我在移动上班，最近天天加班",
        "我就在电信营业厅工作",
        "作为一名移动员工，我想说句公道话",
        "作为移动的客服，每天被骂的都是我",
        "在移动上班三年了，工资没涨过",
        "累死了。在中国移动工作了10年，第一次见",
        "说实话我是移动的员工，套餐确实贵",
        "跟大家说一下我是移动的客服",
    ],
)
def test_staff_who_say_so_are_employees(text: str) -> None:
    assert role(text) == "employee"


@pytest.mark.parametrize(
    "text",
    [
        "我是移动十年老用户",
        "我又不是移动员工",
        "我朋友在移动上班",
        "我在移动上班的朋友说的",
        "移动员工态度差",
        "我在移动营业厅等了半天",
        "移动客服说我是移动的员工就可以办",
        "如果我是移动的员工我也不想干",
        "要是我在移动上班早就辞职了",
        "他们以为我是移动的员工",
        "我是移动员工的话早帮你办了",
        "作为移动员工，你就这个态度？",
        "作为移动客服还骂人，投诉了",
        "作为移动客服把我骂了一顿",
        "我表哥在移动上班三年了",
        "在移动上班三年的表哥说的",
        "在移动上班的人都知道",
    ],
)
def test_others_who_speak_of_staff_are_not(text: str) -> None:
    assert role(text) == "unknown"


@pytest.mark.parametrize(
    "unit",
    ["1", "1元 ", "加我", "转发", "*", "我是", "vx:", "微信 ", "据报道", "作为移动客服", "。", "转发抽"],
)
def test_a_hostile_length_gets_a_role_in_linear_time(unit: str) -> None:
    assert role(unit * (200_000 // len(unit))) in ("unknown", "marketing", "media")
