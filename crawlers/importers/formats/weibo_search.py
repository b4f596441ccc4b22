"""CSV of the weibo-search crawler: one row per post, mid in `id`; some versions repeat it per comment."""

from __future__ import annotations

from crawlers.importers.platforms import mid_from_bid, weibo_url
from crawlers.importers.registry import Format
from crawlers.importers.row import Row
from koubei.core.domain import Engagement, RawPost

COMMENT_TEXT = ("评论内容", "评论正文")
COMMENT_TIME = ("评论时间", "评论发布时间")
COMMENT_AUTHOR_ID = ("评论人ID", "评论者ID", "评论用户ID")
COMMENT_AUTHOR = ("评论人昵称", "评论者昵称", "评论用户昵称")
COMMENT_LIKES = ("点赞次数", "评论点赞数")
COMMENT_PLACE = ("评论人ip", "评论ip")


def read(row: Row) -> list[RawPost]:
    """A weibo post, and the comment that stands in its row where there is one.

    Where the spreadsheet spoilt the mid, `bid` gives it back.
    """
    mid = row.ident("id") or mid_from_bid(row.text("bid"))
    post, comment = _post(row, mid), _comment(row, mid)
    return [post, comment] if comment.text else [post]


def _post(row: Row, mid: str | None) -> RawPost:
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


def _comment(row: Row, mid: str | None) -> RawPost:
    """It has no id of its own: author, time and text make one."""
    published_at, precision = row.time(*COMMENT_TIME)
    return RawPost(
        platform="weibo",
        source=row.context.source,
        kind="comment",
        text=row.body(*COMMENT_TEXT),
        fetched_at=row.context.fetched_at,
        author_id=row.ident(*COMMENT_AUTHOR_ID),
        author_name=row.name(*COMMENT_AUTHOR),
        published_at=published_at,
        time_precision=precision,
        engagement=Engagement(likes=row.count(*COMMENT_LIKES)),
        thread_id=mid,
        parent_id=mid,
        province=row.text(*COMMENT_PLACE) or None,
    )


FORMAT = Format(
    name="weibo-search",
    title="weibo-search 的 CSV",
    signatures=(frozenset({"id", "bid", "微博正文", "发布时间"}),),
    read=read,
    ignored=frozenset(
        {"bid", "头条文章url", "艾特用户", "微博图片url", "微博视频url", "会员类型", "会员等级"}
    ),
    private=frozenset({"user_id", "用户昵称", "艾特用户", *COMMENT_AUTHOR_ID, *COMMENT_AUTHOR}),
)
