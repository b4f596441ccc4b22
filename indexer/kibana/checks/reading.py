"""Saved objects held against their shapes: what is wrong, by object and path, in words."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from indexer.kibana.checks.shapes import SavedObject
from indexer.kibana.objects import CORE_VERSION, TYPE_VERSIONS, Json

_SHOWN = 60
_KINDS = {
    "string_type": "文字", "int_type": "整数", "bool_type": "true 或 false",
    "list_type": "列表", "dict_type": "对象", "string_pattern_mismatch": "now 起算的时间",
}  # fmt: skip


def read(objects: Sequence[Any]) -> tuple[list[Json], list[str]]:
    """The objects with the JSON in their strings read, and one line for each fault of their shape.

    An object with a fault is not among those read.
    """
    good: list[Json] = []
    found: list[str] = []
    for place, item in enumerate(objects, 1):
        try:
            good.append(_shape().validate_python(item))
        except ValidationError as error:
            name = title_of(item) if isinstance(item, dict) else f"第 {place} 个对象"
            found += [f"{name}：{_fault(one, item)}" for one in error.errors(include_url=False)]
    return good, found + [line for item in good for line in _wrong_versions(item)]


def title_of(item: Json) -> str:
    """How a message names an object."""
    return f"{item.get('type')}:{item.get('id')}"


@cache
def _shape() -> TypeAdapter[Any]:
    """Built with the first check: every other command need not wait for it."""
    return TypeAdapter(SavedObject)


def _wrong_versions(item: Json) -> Iterator[str]:
    wanted = {"typeMigrationVersion": TYPE_VERSIONS[item["type"]], "coreMigrationVersion": CORE_VERSION}
    for key, version in wanted.items():
        if item[key] != version:
            yield f"{title_of(item)}：{key} 是 {item[key]!r}，应为 {version!r}"


def _fault(error: ErrorDetails, item: Any) -> str:
    path, context = _path(error["loc"], item), error.get("ctx", {})
    key = ".".join(filter(None, [path, str(context.get("discriminator", "")).strip("'")]))
    match error["type"]:
        case "extra_forbidden":
            return f"多了 {path}"
        case "missing":
            return f"少了 {path}"
        case "union_tag_not_found":
            return f"少了 {key}"
        case "union_tag_invalid":
            return f"{key} 是 {context['tag'][:_SHOWN]!r}，应为 {context['expected_tags']}"
        case "json_type" | "json_invalid":
            return f"{path} 不是 JSON"
        case "too_short" | "too_long":
            wanted = context.get("min_length", context.get("max_length"))
            return f"{path} 有 {context['actual_length']} 项，应为 {wanted} 项"
        case kind:
            wanted = context.get("expected") or _KINDS.get(kind, error["msg"])
            return f"{path or '它'} 是 {_shown(error['input'])}，应为 {wanted}"


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "对象" if isinstance(value, dict) else f"{len(value)} 项的列表"
    return json.dumps(value, ensure_ascii=False)[:_SHOWN]


def _path(location: tuple[int | str, ...], value: Any) -> str:
    """The keys that lead to a fault, without the names of variants that a location holds too."""
    keys = []
    for place, part in enumerate(location, 1):
        inner = _held(value)
        if part in _keys(inner):
            value = inner[part]
        elif place < len(location) or not isinstance(inner, dict):
            continue
        keys.append(str(part))
    return ".".join(keys)


def _keys(value: Any) -> Container[int | str]:
    if isinstance(value, list):
        return range(len(value))
    return value if isinstance(value, dict) else ()


def _held(value: Any) -> Any:
    """What a string of JSON holds; any other value as it is."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value
