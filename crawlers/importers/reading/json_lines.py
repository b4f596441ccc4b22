"""JSON Lines and JSON arrays, read as they come, nested objects flattened to `user.name`."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from crawlers.decoding.files import REPLACEMENT, Encoding, Opener, detect
from crawlers.importers.table import Line, Table, Unreadable, longest, tidy_name
from koubei.core.errors import InputError
from koubei.core.language import _

LINE_LIMIT = 16 << 20
CHUNK = 1 << 18
PEEK = 20
"""Objects may leave out keys they have no value for: the columns are those of the first so many."""
EXACT = 2**53
"""Whole numbers below this are exact as floats."""

Item = Line | Unreadable


def read_json(opener: Opener, name: str, *, array: bool) -> Table:
    """The table of a JSONL file (one object a line) or of a JSON array of objects.

    Raises:
        InputError: it is no text, or holds no object.
    """
    encoding = detect(opener, name)
    stream = io.TextIOWrapper(opener(), encoding=encoding.name, errors="replace")
    items = _array(stream) if array else _lines(stream)
    first = list(islice(items, PEEK))
    columns = dict.fromkeys(key for item in first if isinstance(item, Line) for key in item.cells)
    if not columns:
        reason = next((f"（第 {i.number} 条：{i.reason}）" for i in first if isinstance(i, Unreadable)), "")
        raise InputError(
            _("{name} 里没有 JSON 对象{reason}", name=name, reason=reason),
            _("每行一个对象的 JSONL，或对象数组"),
            _("重新导出"),
        )
    lines = _whole(chain(first, items), encoding)
    return Table(name, tuple(columns), lines, 0 if array else encoding.lines, encoding.note)


def _whole(items: Iterator[Item], encoding: Encoding) -> Iterator[Item]:
    for item in items:
        if encoding.damaged and isinstance(item, Line) and any(REPLACEMENT in v for v in item.cells.values()):
            yield Unreadable(
                item.number, f"有无法按 {encoding.name} 解码的字节", longest([*item.cells.values()])
            )
        else:
            yield item


def _lines(stream: io.TextIOWrapper) -> Iterator[Item]:
    number = 0
    while line := stream.readline(LINE_LIMIT):
        number += 1
        if line.strip():
            yield _object(number, line)


def _object(number: int, line: str) -> Item:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Unreadable(number, f"不是完整的 JSON（{_where(error)}）", _longest_string(line))
    return _line(number, value)


def _array(stream: io.TextIOWrapper) -> Iterator[Item]:
    """Elements of an array one by one. After a broken one nothing can be told apart: the rest is one."""
    buffer = stream.read(CHUNK).lstrip().removeprefix("[")
    decoder = json.JSONDecoder()
    number = 0
    while True:
        buffer = buffer.lstrip(" \t\r\n,")
        if not buffer or buffer.startswith("]"):
            more = "" if buffer else stream.read(CHUNK)
            if not more:
                return
            buffer = more
            continue
        try:
            value, end = decoder.raw_decode(buffer)
        except (ValueError, RecursionError) as error:
            more = stream.read(max(CHUNK, len(buffer)))
            if more and len(buffer) < LINE_LIMIT:
                buffer += more
                continue
            reason = f"从第 {number + 1} 个元素起不是完整的 JSON（{_where(error)}）"
            yield Unreadable(number + 1, reason, _longest_string(buffer))
            return
        number += 1
        yield _line(number, value)
        buffer = buffer[end:]


def _line(number: int, value: Any) -> Item:
    if not isinstance(value, dict):
        return Unreadable(number, "不是 JSON 对象", value if isinstance(value, str) else "")
    try:
        return Line(number, dict(_flatten(value, "")))
    except RecursionError:
        return Unreadable(number, "嵌套过深", "")


def _flatten(value: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from _flatten(inner, f"{prefix}{key}.")
        else:
            yield tidy_name(f"{prefix}{key}"), _text(inner)


def _text(value: Any) -> str:
    if value is None or value == {}:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return ",".join(_text(item) for item in value)
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)


def _where(error: ValueError | RecursionError) -> str:
    return f"第 {error.pos + 1} 个字符" if isinstance(error, json.JSONDecodeError) else "数字或嵌套过大"


def _longest_string(broken: str) -> str:
    return longest(broken[:LINE_LIMIT].split('"'))
