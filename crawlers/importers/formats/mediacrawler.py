"""Files of MediaCrawler: contents and comments of seven platforms, old and new columns.

Ids of contents and comments are counted apart on most of these platforms, so a comment's id is prefixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from crawlers.importers.registry import Format, columns_of
from crawlers.importers.row import Row
from koubei.core.domain import Engagement, RawPost

COMMENT = "comment:"
TITLES, TEXTS = ("title",), ("content", "desc", "content_text")
TIMES = ("create_time", "time", "publish_time", "created_time", "create_date_time")
AUTHOR_IDS, AUTHOR_NAMES = ("user_id", "sec_uid"), ("nickname", "user_nickname")


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of one platform's contents or comments.

    Attributes:
        content_id: column of the content's id.
        address: the content's page where no column gives it.
        url: column of its address, "" where the one given holds tokens.
    """

    platform: str
    signature: frozenset[str]
    content_id: str
    address: str = ""
    url: str = ""
    likes: str = "liked_count"
    comments: str = "comment_count"
    reposts: str = "share_count"
    views: str = ""


SHAPES = (
    Shape(
        "weibo",
        columns_of("note_id content create_date_time note_url"),
        "note_id",
        address="https://m.weibo.cn/detail/{}",
        comments="comments_count",
        reposts="shared_count",
    ),
    Shape(
        "xiaohongshu",
        columns_of("note_id title desc time share_count"),
        "note_id",
        address="https://www.xiaohongshu.com/explore/{}",
    ),
    Shape(
        "douyin",
        columns_of("aweme_id desc create_time"),
        "aweme_id",
        address="https://www.douyin.com/video/{}",
    ),
    Shape(
        "kuaishou",
        columns_of("video_id desc create_time viewd_count"),
        "video_id",
        address="https://www.kuaishou.com/short-video/{}",
        views="viewd_count",
    ),
    Shape(
        "bilibili",
        columns_of("video_id desc create_time video_play_count"),
        "video_id",
        url="video_url",
        comments="video_comment",
        reposts="video_share_count",
        views="video_play_count",
    ),
    Shape(
        "tieba",
        columns_of("note_id title desc tieba_name"),
        "note_id",
        url="note_url",
        likes="",
        comments="total_replay_num",
        reposts="",
    ),
    Shape(
        "zhihu",
        columns_of("content_id content_type content_text"),
        "content_id",
        url="content_url",
        likes="voteup_count",
        reposts="",
    ),
)
COMMENT_SHAPES = (
    Shape(
        "weibo",
        columns_of("comment_id note_id content create_time create_date_time"),
        "note_id",
        likes="comment_like_count",
    ),
    Shape("xiaohongshu", columns_of("comment_id note_id content create_time"), "note_id", likes="like_count"),
    Shape("douyin", columns_of("comment_id aweme_id content create_time"), "aweme_id", likes="like_count"),
    Shape("kuaishou", columns_of("comment_id video_id content create_time"), "video_id", likes="like_count"),
    Shape(
        "bilibili",
        columns_of("comment_id video_id content create_time parent_comment_id"),
        "video_id",
        likes="like_count",
    ),
    Shape("tieba", columns_of("comment_id note_id content tieba_name"), "note_id", likes="like_count"),
    Shape(
        "zhihu", columns_of("comment_id content_id content publish_time"), "content_id", likes="like_count"
    ),
)


def read(row: Row) -> list[RawPost]:
    """A content or a comment, told apart by its columns."""
    shape, is_comment = _shape(frozenset(row.cells))
    return [_comment(row, shape) if is_comment else _content(row, shape)]


@lru_cache(maxsize=256)
def _shape(present: frozenset[str]) -> tuple[Shape, bool]:
    """The shape that explains most columns; a row with fewer than its table has is read as the likeliest."""
    is_comment = "comment_id" in present
    shapes = COMMENT_SHAPES if is_comment else SHAPES
    return max(
        shapes, key=lambda s: (len(s.signature & present) / len(s.signature), len(s.signature))
    ), is_comment


def _content(row: Row, shape: Shape) -> RawPost:
    title, text = row.text(*TITLES), row.body(*TEXTS)
    native_id = _content_id(row, shape)
    plain_id = row.ident(shape.content_id)
    address = shape.address.format(plain_id) if plain_id and shape.address else None
    published_at, precision = row.time(*TIMES)
    question = row.ident("question_id")
    return RawPost(
        platform=shape.platform,
        source=row.context.source,
        kind="post",
        title="" if not text or text.startswith(title) else title,
        text=text or title,
        fetched_at=row.context.fetched_at,
        native_id=native_id,
        url=(row.text(shape.url) if shape.url else "") or address,
        author_id=row.ident(*AUTHOR_IDS),
        author_hash=row.text("creator_hash") or None,
        author_name=row.name(*AUTHOR_NAMES),
        published_at=published_at,
        time_precision=precision,
        engagement=row.engagement(shape.likes, shape.comments, shape.reposts, shape.views),
        thread_id=f"question:{question}" if question else None,
        province=row.text("ip_location") or None,
        extra=row.extra(topics="tag_list", community="tieba_name", keyword="source_keyword"),
    )


def _comment(row: Row, shape: Shape) -> RawPost:
    own, parent = row.ident("comment_id"), row.ident("parent_comment_id")
    content = _content_id(row, shape)
    published_at, precision = row.time(*TIMES)
    return RawPost(
        platform=shape.platform,
        source=row.context.source,
        kind="comment",
        text=row.body("content"),
        fetched_at=row.context.fetched_at,
        native_id=f"{COMMENT}{own}" if own else None,
        author_id=row.ident(*AUTHOR_IDS),
        author_hash=row.text("creator_hash") or None,
        author_name=row.name(*AUTHOR_NAMES),
        published_at=published_at,
        time_precision=precision,
        engagement=Engagement(likes=row.count(shape.likes), comments=row.count("sub_comment_count")),
        thread_id=content,
        parent_id=f"{COMMENT}{parent}" if parent else content,
        province=row.text("ip_location") or None,
        extra=row.extra(community="tieba_name"),
    )


def _content_id(row: Row, shape: Shape) -> str | None:
    """Zhihu counts answers, articles and videos apart."""
    number = row.ident(shape.content_id)
    kind = row.text("content_type") if shape.platform == "zhihu" else ""
    return f"{kind}:{number}" if number and kind else number


FORMAT = Format(
    name="mediacrawler",
    title="MediaCrawler 的内容或评论文件",
    signatures=tuple(shape.signature for shape in (*SHAPES, *COMMENT_SHAPES)),
    read=read,
    ignored=columns_of(
        "add_ts create_date_time last_modify_ts last_update_time updated_time type aweme_type"
        " video_type gender avatar profile_url collected_count video_url cover_url video_download_url"
        " music_download_url video_cover_url note_download_url image_list xsec_token pictures"
        " note_url aweme_url video_play_url tieba_id tieba_link total_replay_page"
        " disliked_count video_favorite_count video_coin_count video_danmaku dislike_count"
        " user_signature short_user_id user_unique_id sex sign user_link user_avatar"
        " user_url_token level"
    ),
    private=columns_of(
        "user_id sec_uid short_user_id user_unique_id nickname user_nickname creator_hash avatar user_avatar"
        " profile_url user_link user_signature sign user_url_token"
    ),
)
