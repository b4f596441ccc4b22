"""The words the sandbox's texts use for each brand: write the demo's config from KEYWORDS.

A post names a brand when, after the brand's `exclude` phrases are taken out, it holds an `include` word,
or a `context` word together with one of `context_with`. Every text of the world is checked against
exactly this rule when it is written, so a config made from KEYWORDS finds every brand post.

    cmcc  中国移动  include 中国移动 10086 动感地带 全球通 神州行 移不动 山东移动 (any province) …;
                    context 移动; exclude 移动硬盘 移动支付 鼠标移动 …
    ctcc  中国电信  include 中国电信 10000号 天翼 山东电信 …; context 电信; exclude 电信诈骗 …
    cucc  中国联通  include 中国联通 10010 沃派 山东联通 …; context 联通; exclude 互联互通 …
    cbn   中国广电  include 中国广电 10099 广电5G 山东广电 …; context 广电; exclude 广电总局 …

`subjects` is what a source may declare (complaint targets, app ids), `official` the brand's own accounts.
"""

from __future__ import annotations

import re
from functools import cache

PROVINCES: dict[str, tuple[int, tuple[str, ...]]] = {
    "北京": (5, ("北京",)), "天津": (3, ("天津",)), "河北": (7, ("石家庄", "唐山")),
    "山西": (3, ("太原", "临汾")), "内蒙古": (2, ("包头", "赤峰")), "辽宁": (4, ("沈阳", "大连")),
    "吉林": (2, ("长春",)), "黑龙江": (3, ("哈尔滨", "齐齐哈尔")), "上海": (5, ("上海",)),
    "江苏": (8, ("南京", "苏州", "徐州")), "浙江": (7, ("杭州", "温州", "宁波")),
    "安徽": (5, ("合肥", "阜阳")), "福建": (4, ("福州", "泉州")), "江西": (4, ("南昌", "赣州")),
    "山东": (8, ("济南", "青岛", "临沂", "潍坊")), "河南": (8, ("郑州", "洛阳")),
    "湖北": (5, ("武汉", "襄阳")), "湖南": (5, ("长沙", "衡阳")), "广东": (12, ("广州", "深圳", "佛山")),
    "广西": (4, ("南宁", "桂林")), "海南": (1, ("海口", "三亚")), "重庆": (3, ("重庆",)),
    "四川": (7, ("成都", "绵阳")), "贵州": (3, ("贵阳", "遵义")), "云南": (4, ("昆明", "曲靖")),
    "西藏": (1, ("拉萨", "林芝")), "陕西": (4, ("西安", "咸阳")), "甘肃": (2, ("兰州", "张掖")),
    "青海": (1, ("西宁",)), "宁夏": (1, ("银川",)), "新疆": (2, ("乌鲁木齐", "喀什")),
}  # fmt: skip
"""Short name -> (weight, towns whose names mean nothing else)."""

NAMES = {"cmcc": "中国移动", "ctcc": "中国电信", "cucc": "中国联通", "cbn": "中国广电"}
BARE = {"cmcc": "移动", "ctcc": "电信", "cucc": "联通", "cbn": "广电"}
HOTLINES = {"cmcc": "10086", "ctcc": "10000号", "cucc": "10010", "cbn": "10099"}
NICKNAMES: dict[str, tuple[str, ...]] = {
    "cmcc": ("动感地带", "全球通", "神州行", "移不动"), "ctcc": ("天翼",), "cucc": ("沃派",),
    "cbn": ("广电5G",),
}  # fmt: skip

CONTEXT_WITH = (
    "套餐", "宽带", "信号", "流量", "话费", "营业厅", "客服", "5G", "4G", "校园卡", "携号转网", "转网",
    "断网",
    "网速", "掉线", "运营商", "基站", "资费", "月租", "副卡", "销户", "停机", "光猫", "降档", "升档", "VoLTE",
    "复机", "增值业务", "二次实名", "满格", "热点", "合约",
)  # fmt: skip

_KINDS = ("宽带", "客服", "营业厅", "信号", "套餐", "流量", "用户", "话费")
_EXCLUDE: dict[str, tuple[str, ...]] = {
    "cmcc": (
        "移动硬盘", "移动支付", "移动电源", "移动端", "移动互联网", "移动办公", "移动设备", "移动应用",
        "移动鼠标", "鼠标移动", "移动餐车", "移动平均线", "移动速度", "移动的城堡", "向前移动", "向南移动",
        "缓慢移动", "人物移动", "窗边移动",
    ),
    "ctcc": ("电信诈骗", "电信网络诈骗", "防电信", "电信条例"),
    "cucc": ("互联互通", "联通起来", "水管联通", "道路联通"),
    "cbn": ("广电总局", "广电大厦", "广电局"),
}  # fmt: skip

APPS = {
    "900010086": "cmcc", "900010087": "cmcc", "900010000": "ctcc", "900010010": "cucc", "900010099": "cbn",
}  # fmt: skip
"""Invented App Store ids -> brand; 900010087 is an own cloud-drive app."""

OFFICIAL = {
    "cmcc": ("中国移动", "中国移动客服", "中国移动新闻中心"), "ctcc": ("中国电信", "中国电信客服"),
    "cucc": ("中国联通", "中国联通客服"), "cbn": ("中国广电", "中国广电客服"),
}  # fmt: skip

KEYWORDS: dict[str, dict[str, tuple[str, ...]]] = {
    brand: {
        "include": (
            NAMES[brand], HOTLINES[brand], *NICKNAMES[brand], *(BARE[brand] + k for k in _KINDS),
            *(p + BARE[brand] for p in PROVINCES),
        ),
        "context": (BARE[brand],),
        "context_with": CONTEXT_WITH,
        "exclude": _EXCLUDE[brand],
        "official": OFFICIAL[brand],
        "subjects": (NAMES[brand], *(app for app, owner in APPS.items() if owner == brand)),
    }
    for brand in NAMES
}  # fmt: skip


def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    """5G is not found in 135G, nor 10086 in 100861: Latin letters and digits stand alone."""
    parts = []
    for word in sorted(words, key=len, reverse=True):
        before = r"(?<![0-9A-Za-z])" if word[0].isascii() else ""
        after = r"(?![0-9A-Za-z])" if word[-1].isascii() else ""
        parts.append(before + re.escape(word) + after)
    return re.compile("|".join(parts))


@cache
def _rules() -> tuple[tuple[str, str, re.Pattern[str], re.Pattern[str]], ...]:
    return tuple(
        (brand, w["context"][0], _any(w["exclude"]), _any(w["include"])) for brand, w in KEYWORDS.items()
    )


_CONTEXT = _any(CONTEXT_WITH)


def named(text: str) -> frozenset[str]:
    """Brand ids that a text in simplified characters names, by the rule of KEYWORDS."""
    found = set()
    for brand, bare, exclude, include in _rules():
        if bare not in text and HOTLINES[brand] not in text and not any(n in text for n in NICKNAMES[brand]):
            continue
        rest = exclude.sub("\n", text)
        if include.search(rest) or (bare in rest and _CONTEXT.search(rest)):
            found.add(brand)
    return frozenset(found)
