"""CSV of the weibo-search crawler: one row per post, mid in `id`."""

from __future__ import annotations

from crawlers.importers.platforms import mid_from_bid, weibo_url
from crawlers.importers.registry import Format
from crawlers.importers.row import Row
from koubei.core.domain import RawPost


def read(row: Row) -> RawPost:
    """A weibo post; where the spreadsheet spoilt the mid, `bid` gives it back."""
    mid = row.ident("id") or mid_from_bid(row.text("bid"))
    published_at, precision = row.time("发布时间")
    return RawPost(
        platform="weibo",
        source=row.context.source,
        kind="post",
        text=row.body("微博正文"),
        fetched_at=row.context.fetched_at,
        native_id=mid,
        url=weibo_url(mid) if mid else None,
        author_id=row.ident("user_id"),
        author_name=row.name("用户昵称"),
        account=row.text("user_authentication"),
        published_at=published_at,
        time_precision=precision,
        engagement=row.engagement("点赞数", "评论数", "转发数"),
        repost_of=row.ident("retweet_id"),
        province=row.text("ip") or None,
        extra=row.extra(location="发布位置", topics="话题", device="发布工具"),
    )


FORMAT = Format(
    name="weibo-search",
    title="weibo-search 的 CSV",
    signatures=(frozenset({"id", "bid", "微博正文", "发布时间"}),),
    read=read,
    ignored=frozenset(
        {"bid", "头条文章url", "艾特用户", "微博图片url", "微博视频url", "会员类型", "会员等级"}
    ),
    private=frozenset({"user_id", "用户昵称", "艾特用户"}),
)
