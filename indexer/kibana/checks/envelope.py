"""Keys of saved objects, their versions, and the JSON strings in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from indexer.kibana.objects import CORE_VERSION, TYPE_VERSIONS, Json

KEYS = {
    "type", "id", "attributes", "references", "coreMigrationVersion", "typeMigrationVersion", "managed",
}  # fmt: skip
META = {"searchSourceJSON"}
ATTRIBUTES: dict[str, tuple[set[str], set[str]]] = {
    "index-pattern": (
        {"title"},
        {"name", "timeFieldName", "fields", "fieldAttrs", "fieldFormatMap", "runtimeFieldMap",
         "sourceFilters", "typeMeta"},
    ),
    "search": (
        {"title", "kibanaSavedObjectMeta"},
        {"description", "columns", "sort", "grid", "hideChart", "isTextBasedQuery", "breakdownField",
         "timeRestore", "timeRange", "hits", "version"},
    ),
    "dashboard": (
        {"title", "kibanaSavedObjectMeta"},
        {"description", "panelsJSON", "optionsJSON", "timeRestore", "timeFrom", "timeTo", "refreshInterval",
         "controlGroupInput", "hits", "version"},
    ),
}  # fmt: skip
"""Required and further attributes of each type, as Kibana 8.9's own schemas name them; others are refused."""

STRINGS = {"fields", "fieldAttrs", "fieldFormatMap", "runtimeFieldMap", "sourceFilters", "typeMeta"}
"""Attributes that hold JSON in a string without saying so in their name."""


def envelope_problems(objects: Sequence[Json]) -> list[str]:
    """Unknown and missing keys, wrong versions, two objects of one id, strings that are no JSON."""
    found, seen = [], set()
    for item in objects:
        name = title_of(item)
        if (item.get("type"), item.get("id")) in seen:
            found.append(f"{name}：编号重复")
        seen.add((item.get("type"), item.get("id")))
        found += [f"{name}：{problem}" for problem in _problems(item)]
    return found


def title_of(item: Json) -> str:
    """How a message names an object."""
    return f"{item.get('type')}:{item.get('id')}"


def _problems(item: Json) -> Iterator[str]:
    yield from _keys("", set(item), KEYS, KEYS)
    kind, attributes = item.get("type"), item.get("attributes")
    if kind not in ATTRIBUTES or not isinstance(attributes, dict):
        yield f"不认识的类型 {kind!r}，或没有 attributes"
        return
    for key, wanted in (
        ("typeMigrationVersion", TYPE_VERSIONS[kind]),
        ("coreMigrationVersion", CORE_VERSION),
    ):
        if item.get(key) != wanted:
            yield f"{key} 是 {item.get(key)!r}，应为 {wanted!r}"
    required, optional = ATTRIBUTES[kind]
    yield from _keys("attributes.", set(attributes), required, required | optional)
    yield from _meta(attributes)
    yield from _json_strings("attributes", attributes)


def _meta(attributes: Json) -> Iterator[str]:
    meta = attributes.get("kibanaSavedObjectMeta")
    if meta is not None:
        yield from _keys("kibanaSavedObjectMeta.", set(meta), META, META)


def _keys(where: str, given: set[str], required: set[str], allowed: set[str]) -> Iterator[str]:
    for key in sorted(given - allowed):
        yield f"多了 {where}{key}"
    for key in sorted(required - given):
        yield f"少了 {where}{key}"


def _json_strings(where: str, value: Any) -> Iterator[str]:
    """Every string that must be JSON, also inside other objects."""
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key.endswith("JSON") or (key in STRINGS and where == "attributes"):
            if not _is_json(inner):
                yield f"{where}.{key} 不是 JSON"
        else:
            yield from _json_strings(f"{where}.{key}", inner)


def _is_json(text: Any) -> bool:
    try:
        json.loads(text)
    except (TypeError, ValueError):
        return False
    return True
