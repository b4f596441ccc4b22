"""Which platform an export means, and the native id a link holds."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_WORDS = {
    "weibo": ("微博", "weibo"),
    "wechat": ("微信", "公众号", "wechat"),
    "douyin": ("抖音", "douyin"),
    "kuaishou": ("快手", "kuaishou"),
    "xiaohongshu": ("小红书", "xiaohongshu", "xhs"),
    "bilibili": ("哔哩", "b站", "bilibili"),
    "zhihu": ("知乎", "zhihu"),
    "tieba": ("贴吧", "tieba"),
    "heimao": ("黑猫", "tousu.sina"),
    "toutiao": ("头条", "toutiao"),
    "douban": ("豆瓣", "douban"),
    "appstore": ("app store", "appstore", "应用商店"),
    "forum": ("论坛", "forum", "bbs"),
    "blog": ("博客", "blog"),
    "video": ("视频", "video"),
    "print": ("平媒", "报刊", "电子报", "报纸"),
    "news": ("新闻", "网媒", "网站", "资讯", "客户端", "自媒体", "政务", "app", "news"),
}
_HOSTS = {
    "tousu.sina.com.cn": "heimao",
    "weibo.com": "weibo",
    "weibo.cn": "weibo",
    "mp.weixin.qq.com": "wechat",
    "douyin.com": "douyin",
    "kuaishou.com": "kuaishou",
    "xiaohongshu.com": "xiaohongshu",
    "bilibili.com": "bilibili",
    "zhihu.com": "zhihu",
    "tieba.baidu.com": "tieba",
    "toutiao.com": "toutiao",
    "douban.com": "douban",
}
_SLUG = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIBO_PATH = re.compile(r"^/(?:detail/|status/|\d{5,12}/)([0-9A-Za-z]{8,20})$")
_SEVEN_DIGITS = 10**7
_PATHS = {
    "heimao": (re.compile(r"^/complaint/view/(G?\d+)"), "{}"),
    "douyin": (re.compile(r"^/(?:share/)?(?:video|note)/(\d+)"), "{}"),
    "kuaishou": (re.compile(r"^/short-video/(\w+)"), "{}"),
    "xiaohongshu": (re.compile(r"^/(?:explore|discovery/item)/([0-9a-f]{24})"), "{}"),
    "bilibili": (re.compile(r"^/video/av(\d+)"), "{}"),
    "tieba": (re.compile(r"^/p/(\d+)"), "{}"),
    "zhihu": (re.compile(r"^/question/\d+/answer/(\d+)"), "answer:{}"),
}
"""Where a platform's links hold the id, and how spiders and other formats write it."""


def platform_named(*words: str) -> str | None:
    """The platform id that one of the words means, the first word that means any."""
    for word in words:
        lower = word.lower().strip()
        for platform, names in _WORDS.items():
            if lower and any(name in lower for name in names):
                return platform
    return None


def platform_slug(word: str) -> str | None:
    """A known platform's id, or the word itself where it can be one; None for anything else."""
    lower = word.lower().strip()
    known = platform_named(lower) if lower not in _WORDS else lower
    if known and not _SLUG.fullmatch(lower):
        return known
    return lower if _SLUG.fullmatch(lower) else None


def platform_of_url(url: str) -> str | None:
    """The platform whose site a link leads to."""
    host = _host(url)
    for known, platform in _HOSTS.items():
        if host == known or host.endswith(f".{known}"):
            return platform
    return None


def id_from_url(url: str) -> str | None:
    """The native id of the post a link leads to, None where the link does not hold it."""
    platform, path = platform_of_url(url), _path(url)
    if platform == "weibo":
        found = _WEIBO_PATH.match(path)
        bare = found[1] if found else ""
        return bare if bare.isdigit() and len(bare) >= 16 else mid_from_bid(bare)
    pattern, form = _PATHS.get(platform or "", (None, ""))
    found = pattern.match(path) if pattern else None
    return form.format(found[1]) if found else None


def mid_from_bid(bid: str) -> str | None:
    """Weibo's short id to its number: each four characters from the right are seven digits in base 62."""
    if not bid or not all(c in _BASE62 for c in bid):
        return None
    groups = [_base62(bid[max(end - 4, 0) : end]) for end in range(len(bid), 0, -4)][::-1]
    if max(groups) >= _SEVEN_DIGITS:
        return None
    return "".join(f"{group:07d}" for group in groups).lstrip("0") or None


def weibo_url(mid: str) -> str:
    """The address of a post that does not hold its author's id."""
    return f"https://m.weibo.cn/detail/{mid}"


def _base62(group: str) -> int:
    value = 0
    for character in group:
        value = value * 62 + _BASE62.index(character)
    return value


def _host(url: str) -> str:
    try:
        return (urlsplit(url if "//" in url else f"//{url}").hostname or "").lower()
    except ValueError:
        return ""


def _path(url: str) -> str:
    try:
        return urlsplit(url if "//" in url else f"//{url}").path.rstrip("/")
    except ValueError:
        return ""
