"""Writes the weibo posts the way export tools do: 新浪舆情通 as Excel and CSV, weibo-search as CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from hashlib import md5
from pathlib import Path
from typing import Literal

import xlsxwriter

from crawlers.sandbox.items import Weibo
from koubei.core.clock import BEIJING

Layout = Literal["yuqingtong", "weibo-search"]
NULL = "--"

_ATTRIBUTE = {"neg": "敏感", "neu": "中性", "pos": "非敏感"}
_EMOTION = {"neg": "愤怒", "neu": "中性", "pos": "喜悦"}


def write_xlsx(path: Path, weibos: Sequence[Weibo]) -> int:
    """Write an Excel export, all cells as text; how many rows."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("微博")
    for number, weibo in enumerate(weibos, 1):
        row = _yuqingtong(number, weibo, wide=True)
        if number == 1:
            sheet.write_row(0, 0, list(row))
        for column, value in enumerate(row.values()):
            sheet.write_string(number, column, value)
    book.close()
    return len(weibos)


def write_csv(path: Path, weibos: Sequence[Weibo], layout: Layout) -> int:
    """Write a GB18030 CSV with the headers of `layout`; how many rows."""
    rows = [
        _yuqingtong(n, w, wide=False) if layout == "yuqingtong" else _weibo_search(w)
        for n, w in enumerate(weibos, 1)
    ]
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else ["id"])
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def _yuqingtong(number: int, weibo: Weibo, wide: bool) -> dict[str, str]:
    """A row; `wide` picks one of the vendor's header variants (full-width slash, 发布日期 …)."""
    root = weibo.repost_of if isinstance(weibo.repost_of, Weibo) else None
    facts = weibo.facts
    # the vendor's own guess at the mood is wrong now and then, as it is in life
    guess = next(iter(facts.brands.values()), "neu") if weibo.likes % 4 else "neu"
    region = facts.province if facts.province_source == "declared" and facts.province else NULL
    return {
        "序号": str(number),
        "标题／微博内容" if wide else "标题/微博内容": weibo.text,
        "全文内容": weibo.text if wide else NULL,
        "原微博内容": root.text if root else NULL,
        "信息属性": _ATTRIBUTE[guess],
        "微博情绪": _EMOTION[guess],
        "原创/转发": "转发" if root else "原创",
        "原文/评论链接": f"https://weibo.com/{weibo.author.uid}/{weibo.bid}",
        "来源网站": "新浪微博",
        "媒体名称": "微博",
        "原文作者": f"'{weibo.author.name}'" if wide else weibo.author.name,
        "作者ID": weibo.author.uid,
        "发布日期" if wide else "日期": _date(weibo),
        "媒体类型": "微博",
        "认证类型": weibo.author.account,
        "信源地域" if wide else "信源地域（IP）": region,
        "精准地域": f"{region},{weibo.author.city}" if region != NULL else NULL,
        "性别": NULL,
        "粉丝数": str(weibo.likes * 3 + 17),
        "转发数": str(weibo.reposts),
        "评论数": str(weibo.comments),
        "点赞数": str(weibo.likes),
        "阅读数/浏览热度" if wide else "阅读数": NULL,
        "话题": NULL,
        "根微博作者": root.author.name if root else NULL,
        "根微博标题": root.text[:40] if root else NULL,
        "根微博发布时间": _date(root) if root else NULL,
        "根微博mid": root.native_id if root else NULL,
        "MD5-mid": md5(weibo.native_id.encode(), usedforsecurity=False).hexdigest(),
        "相似文章数": "0",
    }


def _weibo_search(weibo: Weibo) -> dict[str, str]:
    facts = weibo.facts
    declared = facts.province if facts.province_source == "declared" else None
    return {
        "id": weibo.native_id,
        "bid": weibo.bid,
        "user_id": weibo.author.uid,
        "用户昵称": weibo.author.name,
        "微博正文": weibo.text,
        "头条文章url": "",
        "发布位置": "",
        "艾特用户": "",
        "话题": "",
        "转发数": str(weibo.reposts),
        "评论数": str(weibo.comments),
        "点赞数": str(weibo.likes),
        "发布时间": "" if facts.timed == "unknown" else _date(weibo),
        "发布工具": "微博网页版",
        "微博图片url": "",
        "微博视频url": "",
        "retweet_id": weibo.repost_of.native_id if weibo.repost_of else "",
        "ip": declared or "",
        "user_authentication": weibo.author.account,
        "会员类型": "",
        "会员等级": "",
    }


def _date(weibo: Weibo) -> str:
    return NULL if weibo.facts.timed == "unknown" else f"{weibo.at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
