"""What a query may ask of a field, in the same words from every store."""

from __future__ import annotations

from datetime import datetime

from koubei.core.errors import InputError
from koubei.core.language import _
from koubei.core.records import FIELD_BY_NAME, FIELDS, Field

FIELD_NAMES = tuple(field.name for field in FIELDS)


def field_of(name: str, *types: str) -> Field:
    """The field of that name, of one of `types`.

    Raises:
        InputError: there is none of that name, or it is of another type.
    """
    found = FIELD_BY_NAME.get(name)
    if found is None:
        raise InputError(_("没有“{name}”这个字段", name=name), _("、").join(FIELD_NAMES))
    if found.type not in types:
        raise InputError(
            _("字段 {name} 不能这样用", name=name), _("类型为 {types} 的字段", types=_("、").join(types))
        )
    return found


def number_of(name: str, value: str) -> float:
    """The number a Term asks a number field for.

    Raises:
        InputError: it is none.
    """
    try:
        return float(value)
    except ValueError as error:
        raise InputError(_("字段 {name} 的值“{value}”不是数", name=name, value=value)) from error


def check_bound(name: str, kind: str, value: datetime | float | str) -> None:
    """See that an end of a Range is of the field's type.

    Raises:
        InputError: it is not.
    """
    if kind == "time":
        fits = isinstance(value, datetime) and value.tzinfo is not None
    elif kind in ("integer", "number"):
        fits = isinstance(value, int | float)
    else:
        fits = isinstance(value, str)
    if not fits:
        raise InputError(
            _("字段 {name} 的范围端点 {value!r} 类型不对", name=name, value=value),
            _("带时区的时间、数或词，与字段一致"),
        )


def known_names(fields: tuple[str, ...]) -> tuple[str, ...]:
    """The same names.

    Raises:
        InputError: one of them is no field.
    """
    unknown = [name for name in fields if name not in FIELD_BY_NAME]
    if unknown:
        raise InputError(_("没有字段 {unknown}", unknown=_("、").join(unknown)), _("、").join(FIELD_NAMES))
    return fields
