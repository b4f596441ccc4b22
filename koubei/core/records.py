"""The flat row of a mention: the names that both stores, the query language and every export use.

One name means one thing everywhere. A field is added here and nowhere else; stores read FIELDS.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast, get_args

from koubei.core.domain import (
    Engagement,
    FactorHit,
    Kind,
    Label,
    MatchedBy,
    Mention,
    Post,
    ProvinceSource,
    Role,
    Score,
    ScoredMention,
    TimePrecision,
)

FieldType = Literal["keyword", "keywords", "text", "integer", "number", "time", "flag", "stored"]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a mention row.

    Attributes:
        type: keyword / keywords (exact words, one or many), text (tokenised), integer, number, time
            (UTC instant), flag, stored (kept, not searchable).
        label: its name in the Chinese interface and in exports.
        values: the only words a closed field may hold; () where any word may stand.
    """

    name: str
    type: FieldType
    label: str
    values: tuple[str, ...] = ()


FIELDS: tuple[Field, ...] = (
    Field("mention_id", "keyword", "提及编号"),
    Field("post_id", "keyword", "帖文编号"),
    Field("brand", "keyword", "品牌"),
    Field("platform", "keyword", "平台"),
    Field("source", "keyword", "来源"),
    Field("kind", "keyword", "类型", get_args(Kind)),
    Field("matched_by", "keyword", "匹配方式", get_args(MatchedBy)),
    Field("title", "stored", "标题"),
    Field("text", "text", "正文"),
    Field("url", "keyword", "链接"),
    Field("author_key", "keyword", "作者"),
    Field("author_name", "stored", "作者昵称"),
    Field("role", "keyword", "角色", get_args(Role)),
    Field("label", "keyword", "情感", get_args(Label)),
    Field("snow", "number", "SnowNLP概率"),
    Field("margin", "number", "SnowNLP对数几率"),
    Field("p_neg", "number", "负面概率"),
    Field("p_neu", "number", "中性概率"),
    Field("p_pos", "number", "正面概率"),
    Field("severity", "integer", "严重度"),
    Field("primary_factor", "keyword", "首要要素"),
    Field("factors", "keywords", "要素"),
    Field("stage", "keyword", "体验历程"),
    Field("keywords", "keywords", "分词"),
    Field("province", "keyword", "省份"),
    Field("province_source", "keyword", "省份依据", get_args(ProvinceSource)),
    Field("published_at", "time", "发布时间"),
    Field("time_precision", "keyword", "时间精度", get_args(TimePrecision)),
    Field("filed_at", "time", "归档时间"),
    Field("first_collected_at", "time", "首次采集"),
    Field("last_collected_at", "time", "最近采集"),
    Field("deleted_at", "time", "删除时间"),
    Field("root_id", "keyword", "独立声音"),
    Field("thread_id", "keyword", "主题"),
    Field("parent_id", "keyword", "回复对象"),
    Field("repost_of", "keyword", "转发自"),
    Field("likes", "integer", "点赞"),
    Field("comments", "integer", "评论"),
    Field("reposts", "integer", "转发"),
    Field("views", "integer", "阅读"),
    Field("rating", "number", "评分"),
    Field("keyword_version", "keyword", "关键词版本"),
    Field("model_version", "keyword", "模型版本"),
    Field("revision", "integer", "修订号"),
    Field("content_hash", "keyword", "内容指纹"),
    Field("detail", "stored", "其余"),
)
"""`detail` is a JSON object with what is only read back whole: spans, words, clauses, extra, quoted …"""

FIELD_BY_NAME: dict[str, Field] = {f.name: f for f in FIELDS}


def to_record(item: ScoredMention) -> Record:
    """The flat row of a scored mention: plain JSON types, times as aware UTC datetimes."""
    m, p, s = item.mention, item.mention.post, item.score
    return {
        "mention_id": m.mention_id, "post_id": p.post_id, "brand": m.brand_id, "platform": p.platform,
        "source": p.source, "kind": p.kind, "matched_by": m.matched_by, "title": p.title, "text": p.text,
        "url": p.url, "author_key": p.author_key, "author_name": p.author_name, "role": m.role,
        "label": s.label, "snow": s.snow, "margin": s.margin, "p_neg": s.p_neg, "p_neu": s.p_neu,
        "p_pos": s.p_pos, "severity": s.severity, "primary_factor": s.primary_factor,
        "factors": [f"{f.name}|{f.polarity}" for f in s.factors], "stage": s.stage,
        "keywords": list(s.words), "province": m.province, "province_source": m.province_source,
        "published_at": p.published_at, "time_precision": p.time_precision, "filed_at": item.filed_at,
        "first_collected_at": item.first_collected_at, "last_collected_at": item.last_collected_at,
        "deleted_at": item.deleted_at, "root_id": m.root_id, "thread_id": p.thread_id,
        "parent_id": p.parent_id, "repost_of": p.repost_of, "likes": p.engagement.likes,
        "comments": p.engagement.comments, "reposts": p.engagement.reposts, "views": p.engagement.views,
        "rating": p.rating, "keyword_version": m.keyword_version, "model_version": s.model_version,
        "revision": item.revision, "content_hash": p.content_hash,
        "detail": _detail(item),
    }  # fmt: skip


def _detail(item: ScoredMention) -> Record:
    m, p = item.mention, item.mention.post
    return {
        "native_id": p.native_id, "quoted": p.quoted, "account": p.account, "thread_title": p.thread_title,
        "declares": list(p.declares), "post_province": p.province, "deleted": p.deleted,
        "extra": dict(p.extra), "collected_at": p.collected_at.isoformat(),
        "spans": [list(span) for span in m.spans], "words": list(m.words), "indexed": item.indexed,
        "clauses": [f.clause for f in item.score.factors],
    }  # fmt: skip


def from_record(r: Record) -> ScoredMention:
    """The scored mention a row was made from; `from_record(to_record(x)) == x`."""
    detail = cast(Record, r["detail"])
    post = Post(
        post_id=r["post_id"], platform=r["platform"], source=r["source"], kind=r["kind"], title=r["title"],
        text=r["text"], collected_at=_instant(detail["collected_at"]), content_hash=r["content_hash"],
        native_id=detail["native_id"], url=r["url"], quoted=detail["quoted"], author_key=r["author_key"],
        author_name=r["author_name"], account=detail["account"], published_at=r["published_at"],
        time_precision=r["time_precision"],
        engagement=Engagement(r["likes"], r["comments"], r["reposts"], r["views"]), rating=r["rating"],
        thread_id=r["thread_id"], thread_title=detail["thread_title"], parent_id=r["parent_id"],
        repost_of=r["repost_of"], declares=tuple(detail["declares"]), province=detail["post_province"],
        deleted=detail["deleted"], extra=dict(detail["extra"]),
    )  # fmt: skip
    mention = Mention(
        mention_id=r["mention_id"], post=post, brand_id=r["brand"], matched_by=r["matched_by"],
        spans=tuple((a, b) for a, b in detail["spans"]), words=tuple(detail["words"]),
        keyword_version=r["keyword_version"], root_id=r["root_id"], role=r["role"],
        province=r["province"], province_source=r["province_source"],
    )  # fmt: skip
    factors = tuple(
        _factor(keyword, clause) for keyword, clause in zip(r["factors"], detail["clauses"], strict=True)
    )
    score = Score(
        snow=r["snow"], margin=r["margin"], p_neg=r["p_neg"], p_neu=r["p_neu"], p_pos=r["p_pos"],
        label=r["label"], factors=factors, primary_factor=r["primary_factor"], stage=r["stage"],
        severity=r["severity"], words=tuple(r["keywords"]), model_version=r["model_version"],
    )  # fmt: skip
    return ScoredMention(
        mention, score, r["revision"], r["filed_at"], r["first_collected_at"], r["last_collected_at"],
        r["deleted_at"], detail["indexed"],
    )  # fmt: skip


def _factor(keyword: str, clause: str) -> FactorHit:
    name, polarity = keyword.rsplit("|", 1)
    return FactorHit(name, cast(Label, polarity), clause)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
