"""Words of a query to values of a field's type: exact words, numbers, instants and Beijing days."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches

from koubei.core.clock import day_window, parse_instant
from koubei.core.errors import ConfigError, InputError, QueryError
from koubei.core.language import _
from koubei.core.query.ast import Everything, Exists, Query, Range, Term
from koubei.core.records import FIELD_BY_NAME, FIELDS, Field

_OPEN = "*"
_TIME_FORM = "2026-11-18 或 2026-11-18T08:30+08:00"


@dataclass(frozen=True, slots=True)
class _End:
    value: datetime | float | str | None
    open: bool = False


def find_field(name: str, column: int) -> Field:
    """The field of that name.

    Raises:
        QueryError: there is none, or it is kept but not searchable.
    """
    field = FIELD_BY_NAME.get(name)
    if field is None:
        raise QueryError(_("没有“{name}”这个字段", name=name), column, fix=_nearest(name))
    if field.type == "stored":
        raise QueryError(
            _("字段 {name}（{label}）只存不查", name=name, label=field.label),
            column,
            fix=_("标题和正文一起检索，直接写词即可"),
        )
    return field


def _nearest(name: str) -> str:
    literal = "；要查含冒号的文字请加引号"
    by_label = {field.label: field.name for field in FIELDS}
    if name in by_label:
        return f"写 {by_label[name]}{literal}"
    names = [field.name for field in FIELDS if field.type != "stored"]
    close = get_close_matches(name.lower(), names, 1, 0.5)
    return (f"是不是 {close[0]}" if close else f"可用的字段：{'、'.join(names)}") + literal


def field_value(field: Field, text: str, column: int) -> Query:
    """`field:text` for every type but `text`; a date is the whole Beijing day.

    Raises:
        QueryError: the text is no value of that type.
    """
    if field.values and text not in field.values:
        found = f"字段 {field.name}（{field.label}）没有“{text}”这个值"
        raise QueryError(found, column, _("{values} 之一", values=_("、").join(field.values)))
    if field.type in ("keyword", "keywords"):
        return Term(field.name, text)
    low = _end(field, text, column, upper=False)
    high = _end(field, text, column, upper=True)
    return Range(field.name, low.value, high.value, high.open)


def any_value(field: Field) -> Query:
    """`field:*`: the field has a value; every mention has a text."""
    return Everything() if field.type == "text" else Exists(field.name)


def compared(field: Field, text: str, column: int) -> Query:
    """`field:>5`, `>=`, `<`, `<=`; of a day, all of it is meant: `>2026-11-18` begins the day after.

    Raises:
        QueryError: the field has no order, or what stands behind the sign is no value of its type.
    """
    sign = text[: 2 if text[1:2] == "=" else 1]
    value = text[len(sign) :]
    if not value or value == _OPEN:
        raise QueryError(
            _("“{name}:{text}”后面没有值", name=field.name, text=text),
            column,
            _("例如 {name}:{sign}5", name=field.name, sign=sign),
        )
    if field.type not in ("integer", "number", "time"):
        raise QueryError(
            _("字段 {name}（{label}）不能按大小检索", name=field.name, label=field.label), column
        )
    if sign.startswith("<"):
        high = _end(field, value, column, upper=sign == "<=")
        return Range(field.name, None, high.value, high.open or sign == "<")
    low = _end(field, value, column, upper=sign == ">")
    return Range(field.name, _just_above(low, field) if sign == ">" else low.value, None)


def _just_above(end: _End, field: Field) -> datetime | float | str | None:
    """The least value greater than the end; the end of a day is the beginning of what follows."""
    value = end.value
    if end.open or value is None:
        return value
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, str):
        raise TypeError(value)
    return math.floor(value) + 1.0 if field.type == "integer" else math.nextafter(value, math.inf)


def field_range(field: Field, inside: str, column: int) -> Query:
    """`field:[low TO high]` or `[low TO high}`; `inside` is what follows the opening bracket.

    Raises:
        QueryError: not of that form, or an end is no value of the field's type.
    """
    body, closing = inside[:-1], inside[-1]
    low_text, middle, high_text = body.partition(" TO ")
    low_text, high_text = low_text.strip().strip('"“”'), high_text.strip().strip('"“”')
    if not (middle and low_text and high_text):
        raise QueryError(
            _("范围写成了“[{inside}”", inside=inside), column, _("[下限 TO 上限]，不限的一端写 *")
        )
    if low_text == high_text == _OPEN and field.type != "text":
        return Exists(field.name)
    if field.type in ("keywords", "text"):
        raise QueryError(
            _("字段 {name}（{label}）不能按范围检索", name=field.name, label=field.label), column
        )
    low = _end(field, low_text, column, upper=False)
    high = _end(field, high_text, column, upper=closing == "]")
    return Range(field.name, low.value, high.value, high.open or closing == "}")


def _end(field: Field, text: str, column: int, upper: bool) -> _End:
    if text == _OPEN:
        return _End(None)
    if field.type == "time":
        return _time(field, text, column, upper)
    if field.type in ("integer", "number"):
        return _End(_number(field, text, column))
    return _End(text)


def _number(field: Field, text: str, column: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise QueryError(
            _("字段 {name}（{label}）的值“{text}”不是数", name=field.name, label=field.label, text=text),
            column,
            _("例如 5 或 0.5"),
        )
    return number


def _time(field: Field, text: str, column: int, upper: bool) -> _End:
    try:
        if len(text) == len("2026-11-18"):
            window = day_window(date.fromisoformat(text))
            return _End(window.end, open=True) if upper else _End(window.start)
        return _End(parse_instant(text, field.name))
    except (ValueError, ConfigError, InputError) as error:
        found = f"字段 {field.name}（{field.label}）的值“{text}”不是日期或时间"
        raise QueryError(found, column, _TIME_FORM) from error
