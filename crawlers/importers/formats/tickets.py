"""Telecom service tickets (服务请求明细): the customer's words, without the customer."""

from __future__ import annotations

from crawlers.importers.registry import Format, columns_of
from crawlers.importers.row import Row
from koubei.core.domain import RawPost

PLATFORM = "ticket"
CUSTOMER = "用户"
PHONE, NAME = "受理号码", "用户姓名"


def read(row: Row) -> list[RawPost]:
    """A ticket. The phone number serves only to make the author's key; the name is dropped.

    Every ticket declares "ticket": a brand that lists it among its `subjects` takes them all.
    """
    published_at, precision = row.time("受理时间", "统计日期")
    personal = (row.name(NAME), row.name(PHONE))
    return [
        RawPost(
            platform=row.context.platform or PLATFORM,
            source=row.context.source,
            kind="ticket",
            text=_without(row.body("业务内容"), personal),
            fetched_at=row.context.fetched_at,
            native_id=row.ident("工单流水号"),
            author_id=row.ident(PHONE),
            published_at=published_at,
            time_precision=precision,
            declares=(PLATFORM,),
            province=row.text("用户归属地") or None,
            extra=row.extra(
                channel="受理渠道",
                category="服务请求类别",
                escalated="声称升级",
                cause="责任原因",
                department="负责部门",
                closed="结单日期",
                solved="解决程度",
                satisfaction="工单满意度",
                campaign="用户参加的营销活动",
            ),
        )
    ]


def _without(text: str, personal: tuple[str, ...]) -> str:
    """Agents write the caller's name into the ticket: it is taken out wherever it stands."""
    for word in personal:
        if len(word) > 1:
            text = text.replace(word, CUSTOMER)
    return text


FORMAT = Format(
    name="tickets",
    title="电信服务请求明细（工单）",
    signatures=(
        frozenset({"工单流水号", "业务内容", "受理时间"}),
        frozenset({"工单流水号", "业务内容", "服务请求类别"}),
    ),
    read=read,
    ignored=columns_of(
        "用户星级 上报集团 立单工号 立单部门 处理意见 处理时长 处理时长(含夜间) 反馈方式"
        " 客户回访满意度 不满意原因 疑难客户类型 处理人 首处理 协办 反馈 处理人工作组 首处理工作组"
        " 协办工作组 反馈工作组 统计日期"
    ),
    private=frozenset((PHONE, NAME, "立单工号", "处理人", "业务内容", "处理意见")),
    hides_rows=True,
)
