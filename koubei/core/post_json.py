"""A Post as one line of JSON and back: what the spool and the state database keep.

Every line carries the version of the form it was written in. A field that is added to Post gets a default
and needs no new version; one that is renamed or changes its meaning does.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any

from koubei.core.domain import Engagement, Post
from koubei.core.errors import StoreError
from koubei.core.language import _

VERSION = 1
_TIMES = ("collected_at", "published_at")
_COUNTS = ("likes", "comments", "reposts", "views")


def encode_post(post: Post) -> str:
    """One line of JSON; fields that hold their default are left out."""
    row: dict[str, Any] = {"v": VERSION}
    for field in fields(Post):
        value = getattr(post, field.name)
        if field.default is not MISSING and value == field.default:
            continue
        row[field.name] = _plain(field.name, value)
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def decode_post(line: str) -> Post:
    """The post a line was made from; `decode_post(encode_post(p)) == p`.

    Raises:
        StoreError: the line is damaged, or a newer version of koubei wrote it.
    """
    try:
        row = json.loads(line)
        version = row.pop("v")
        if version == VERSION:
            return Post(**{name: _rich(name, value) for name, value in row.items()})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(
            _("一条保存的帖文已损坏（{name}）", name=type(error).__name__),
            _("第 {VERSION} 版格式的 JSON", VERSION=VERSION),
            _("从备份恢复该文件"),
        ) from error
    raise StoreError(
        _("一条保存的帖文是第 {version} 版格式", version=version),
        _("第 {VERSION} 版", VERSION=VERSION),
        _("该文件由更新的 koubei 写成：升级后再试"),
    )


def _plain(name: str, value: Any) -> Any:
    if name in _TIMES:
        return value.isoformat()
    if name == "engagement":
        return [getattr(value, count) for count in _COUNTS]
    if name == "extra":
        return dict(value)
    return list(value) if name == "declares" else value


def _rich(name: str, value: Any) -> Any:
    if name in _TIMES and value is not None:
        return datetime.fromisoformat(value).astimezone(UTC)
    if name == "engagement":
        return Engagement(*value)
    return tuple(value) if name == "declares" else value
