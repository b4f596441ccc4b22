"""The two data views of the mentions: by publication, and by filing for those without a known time."""

from __future__ import annotations

from typing import Any

from indexer.kibana.objects import Json, dumped, saved_object
from koubei.core.records import FIELDS

BY_PUBLISHED = "koubei-mentions"
BY_FILED = "koubei-mentions-filed"

HIDDEN = ("detail", "beyond")
"""Objects that are kept to be read back whole, not to be looked at."""

NAMES: dict[str, dict[str, str]] = {
    "label": {"neg": "负面", "neu": "中性", "pos": "正面", "uncertain": "看不准", "unknown": "无法判断"},
    "role": {
        "customer": "客户", "media": "媒体", "marketing": "营销号", "official": "官方", "employee": "员工",
        "unknown": "未知",
    },
    "kind": {
        "post": "帖子", "comment": "评论", "reply": "回帖", "review": "评价", "complaint": "投诉",
        "ticket": "工单", "news": "新闻",
    },
    "matched_by": {"text": "正文", "declared": "来源申明", "thread": "仅主题", "rejected": "非本品牌"},
    "primary_factor": {"none": "未涉及要素"},
}  # fmt: skip
"""How codes are shown; what is stored, and what a query names, stays the code."""


def data_views(alias: str) -> list[Json]:
    """Both data views of the monthly indices behind an alias.

    The one by publication leaves out mentions without a publication time.
    """
    pattern = f"{alias}-*"
    return [
        _view(BY_PUBLISHED, pattern, "口碑提及（按发布时间）", "published_at"),
        _view(BY_FILED, pattern, "口碑提及（按归档时间，含时间未知）", "filed_at"),
    ]


def _view(view_id: str, pattern: str, name: str, time_field: str) -> Json:
    labels = {field.name: {"customLabel": field.label} for field in FIELDS}
    attributes: Json = {
        "title": pattern, "name": name, "timeFieldName": time_field, "fields": dumped([]),
        "fieldAttrs": dumped(labels), "fieldFormatMap": dumped(_formats()), "runtimeFieldMap": dumped({}),
        "sourceFilters": dumped([{"value": name} for name in HIDDEN]), "typeMeta": dumped({}),
    }  # fmt: skip
    return saved_object("index-pattern", view_id, attributes, [])


def _formats() -> dict[str, Any]:
    """Chinese names for codes; the address as a link to the post."""
    formats: dict[str, Any] = {field: _lookup(names) for field, names in NAMES.items()}
    formats["url"] = {
        "id": "url",
        "params": {"type": "a", "labelTemplate": "原帖", "openLinkInCurrentTab": False},
    }
    return formats


def _lookup(names: dict[str, str]) -> Json:
    entries = [{"key": key, "value": value} for key, value in names.items()]
    return {"id": "static_lookup", "params": {"lookupEntries": entries}}
