"""A mistake on the command line, as the command library found it, in our three lines."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

import typer
from pydantic import ValidationError

from koubei.core.config import complaint
from koubei.core.errors import InputError
from koubei.core.language import _

_UNREADABLE = "is not readable."
"""How the library's only error about an argument ends that carries nothing but its text."""


def wrong(error: typer.TyperException, ctx: Any) -> InputError:
    """What to raise in place of the library's error; told apart by what the error carries."""
    param = getattr(error, "param", None)
    option = getattr(error, "option_name", None)
    if isinstance(error.__cause__, ValidationError):
        return _wrong_value(error.__cause__, param, ctx)
    if param is not None and not error.message:
        return _missing(param, ctx)
    if option is not None and hasattr(error, "possibilities"):
        near = listed(sorted(error.possibilities or ()))
        return InputError(_("没有选项 {option}", option=option), near, _help(ctx))
    if option is not None:
        return _wrong_use(option, ctx)
    said = error.format_message()
    if said.endswith(_UNREADABLE):
        return InputError(_("{name} 给的文件读不了", name=_name(param)), fix=_("检查文件的权限"))
    found = _("{key}：{why}", key=_name(param), why=said) if param is not None else said
    return InputError(found, fix=_help(ctx))


def superfluous(rest: Sequence[str], ctx: Any) -> InputError:
    """More arguments than the command has."""
    fix = _("含空格的值请用引号括起；{command} --help 列出参数", command=ctx.command_path)
    return InputError(_("多出的参数：{rest}", rest=" ".join(map(str, rest))), fix=fix)


def unknown_command(name: str, known: Sequence[str], ctx: Any) -> InputError:
    """A command that is not there; what is spelt like it is offered, else every one."""
    near = difflib.get_close_matches(name, known) or known
    return InputError(_("没有命令 {name}", name=name), listed(near), _help(ctx))


def listed(words: Iterable[str]) -> str:
    """Words as a list is written in a sentence."""
    return _("、").join(words)


def _wrong_value(error: ValidationError, param: Any, ctx: Any) -> InputError:
    first = error.errors(include_url=False)[0]
    kind = getattr(param, "type_descriptor", None)
    name, value = _name(param), first["input"]
    if kind is not None and kind.is_datetime:
        found = _("{name} 的值 {value!r} 不是日期", name=name, value=value)
        return InputError(found, _("2026-11-18 这样的日期"), _help(ctx))
    why = complaint(first)
    return InputError(_("{name} 的值 {value!r} 不对：{why}", name=name, value=value, why=why), fix=_help(ctx))


def _missing(param: Any, ctx: Any) -> InputError:
    name = _name(param)
    argument = param.param_type_name == "argument"
    found = _("缺少参数 {name}", name=name) if argument else _("缺少选项 {name}", name=name)
    return InputError(found, param.help or "", _help(ctx))


def _wrong_use(option: str, ctx: Any) -> InputError:
    """An option without its value, or a value for one that takes none."""
    param = next((p for p in ctx.command.get_params(ctx) if option in (*p.opts, *p.secondary_opts)), None)
    if getattr(param, "is_flag", False):
        return InputError(_("选项 {option} 不带值", option=option), option, _help(ctx))
    return InputError(
        _("选项 {option} 后面缺少值", option=option), getattr(param, "help", "") or "", _help(ctx)
    )


def _name(param: Any) -> str:
    if param is None:
        return _("参数")
    return str(param.display_name_raw) if param.param_type_name == "argument" else " / ".join(param.opts)


def _help(ctx: Any) -> str:
    return _("用法见 {command} --help", command=ctx.command_path)
