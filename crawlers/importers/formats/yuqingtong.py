"""新浪舆情通 export: posts and articles of all media, with headers that vary from version to version."""

from __future__ import annotations

from crawlers.importers.platforms import id_from_url, platform_named, platform_of_url, weibo_url
from crawlers.importers.registry import Format, columns_of
from crawlers.importers.row import Row
from koubei.core.domain import Engagement, Kind, RawPost

TITLE_OR_POST = "标题/微博内容"
LINK = ("原文/评论链接", "原文链接", "链接")
SITE = ("来源网站.1", "来源网站", "来源", "媒体名称")
DATE = ("日期", "发布日期", "发布时间")
REGION = ("信源地域(IP)", "信源地域", "精准地域")
COMMON_TITLES = (TITLE_OR_POST, "标题/内容", "标题")
OTHER = "other"


def read(row: Row) -> list[RawPost]:
    """A post on its platform; the native id comes from the link where it holds it."""
    link = row.text(*LINK)
    platform = _platform(row, link)
    title, text = _title_and_text(row, platform)
    native_id = id_from_url(link)
    published_at, precision = row.time(*DATE)
    is_repost = row.text("原创/转发") == "转发"
    root = row.ident("根微博mid")
    return [
        RawPost(
            platform=platform,
            source=row.context.source,
            kind=_kind(platform),
            title=title,
            text=text,
            fetched_at=row.context.fetched_at,
            native_id=native_id,
            url=weibo_url(native_id) if native_id and platform == "weibo" else link or None,
            quoted=row.body("原微博内容", "根微博标题") if is_repost else "",
            author_id=row.ident("作者ID"),
            author_hash=row.text("MD5-作者ID") or None,
            author_name=row.name("原文作者", "作者"),
            account=row.text("认证类型", "账号类型", "用户类型"),
            published_at=published_at,
            time_precision=precision,
            engagement=_engagement(row),
            repost_of=root if root != native_id else None,
            province=row.text(*REGION) or None,
            extra=row.extra(
                medium="媒体类型",
                outlet="媒体名称",
                vendor_attribute="信息属性",
                vendor_emotion="微博情绪",
                outlet_level="信源级别",
                topics="话题",
            ),
        )
    ]


def _platform(row: Row, link: str) -> str:
    """The link's own site first: it is never a vendor's word for a group of sites."""
    sites = [row.text(column) for column in SITE]
    medium = row.text("媒体类型")
    named = platform_named(*sites, medium)
    return platform_of_url(link) or named or row.context.platform or OTHER


def _kind(platform: str) -> Kind:
    if platform == "heimao":
        return "complaint"
    return "news" if platform in ("news", "print", "toutiao") else "post"


def _title_and_text(row: Row, platform: str) -> tuple[str, str]:
    """A Weibo post has no title: the column shared with titles holds its text, sometimes cut."""
    title, full = row.body(*COMMON_TITLES), row.body("全文内容", "正文", "摘要")
    if not full:
        return "", title
    beginning = title.rstrip("….").strip()
    if platform == "weibo" or full.startswith(beginning):
        return "", max(title, full, key=len)
    return title, full


def _engagement(row: Row) -> Engagement:
    return Engagement(
        likes=row.count("点赞数"),
        comments=row.count("评论数"),
        reposts=row.count("转发数"),
        views=row.count("阅读数/浏览热度", "阅读数", "浏览热度", "阅读数/播放量"),
    )


FORMAT = Format(
    name="yuqingtong",
    title="新浪舆情通导出",
    signatures=(
        frozenset({TITLE_OR_POST, "媒体类型"}),
        frozenset({TITLE_OR_POST, "来源网站"}),
        frozenset({TITLE_OR_POST, "信息属性"}),
        frozenset({TITLE_OR_POST, "原文/评论链接"}),
        frozenset({"标题", "全文内容", "媒体类型"}),
    ),
    read=read,
    ignored=columns_of(
        "序号 地址 摘要 城市 用户注册地 性别 粉丝数 用户关注数 微博数 作品数 收藏数 行业标签"
        " 涉及行业 涉及词 根微博作者 根微博发布时间 根微博标题 MD5-mid 用户类型 账号类型"
        " 注册时间 用户简介 主页链接 头像 图文识别 相似文章数"
    ),
    private=frozenset(("原文作者", "作者", "作者ID", "根微博作者", "用户简介", "主页链接", "头像")),
)
