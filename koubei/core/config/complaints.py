"""What pydantic finds wrong with a value, in the language chosen."""

from __future__ import annotations

from pydantic_core import ErrorDetails

from koubei.core.language import Message, _, msgid

_OURS = ("value_error", "assertion_error")
"""Errors our own validators raise: their text is ours, behind a prefix of pydantic's."""


def complaint(error: ErrorDetails) -> str:
    """Why a value is refused. An error type without a text of ours is named."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in _OURS:
        raised = context.get("error", "")
        text = raised.args[0] if isinstance(raised, Exception) and raised.args else raised
        return text if isinstance(text, Message) else str(text)
    if "expected" in context:  # 'a', 'b' or 'c'
        context = context | {"expected": context["expected"].replace(" or ", ", ")}
    text = _TEXTS.get(kind)
    return _(text, **context) if text else _("不合要求（{kind}）", kind=kind)


_TEXTS = {
    "bool_parsing": msgid("应为 true 或 false"),
    "bool_type": msgid("应为 true 或 false"),
    "dict_type": msgid("应为一张表（键 = 值）"),
    "extra_forbidden": msgid("没有这个键"),
    "finite_number": msgid("应为有限的数"),
    "float_parsing": msgid("应为数"),
    "float_type": msgid("应为数"),
    "greater_than": msgid("应大于 {gt}"),
    "greater_than_equal": msgid("应不小于 {ge}"),
    "int_from_float": msgid("应为整数，不带小数"),
    "int_parsing": msgid("应为整数"),
    "int_parsing_size": msgid("整数太大"),
    "int_type": msgid("应为整数"),
    "invalid_key": msgid("键应为文字"),
    "less_than": msgid("应小于 {lt}"),
    "less_than_equal": msgid("应不大于 {le}"),
    "literal_error": msgid("应为其中之一：{expected}"),
    "missing": msgid("缺少这一项"),
    "model_attributes_type": msgid("应为一节（键 = 值）"),
    "model_type": msgid("应为一节（键 = 值）"),
    "path_type": msgid("应为路径"),
    "string_pattern_mismatch": msgid("不合格式 {pattern}"),
    "string_sub_type": msgid("应为文字，写在引号里"),
    "string_type": msgid("应为文字，写在引号里"),
    "string_unicode": msgid("应为 UTF-8 文字"),
    "too_short": msgid("至少 {min_length} 项，现有 {actual_length} 项"),
    "tuple_type": msgid("应为列表，写在 [ ] 里"),
}
"""By pydantic's error type; placeholders are the names of its context."""
