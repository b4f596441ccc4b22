"""The command library in the language chosen: what of its help and errors is not asked of gettext.

Panel titles, [required] and [default: …] it asks of gettext, see `teach_libraries`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from koubei.app.cli.mistakes import superfluous, unknown_command, wrong
from koubei.core.language import _

HELP_SHOWN = 2
"""The exit code of a group without a command: its help was shown, nothing was done."""


class Option(TyperOption):
    """An option that says in words what it takes; a flag, which takes nothing, says nothing."""

    def display_type(self, ctx: Any) -> str:
        """What stands beside the name in help."""
        return "" if self.is_flag else _in_words(self.type_descriptor) or super().display_type(ctx)


class Argument(TyperArgument):
    """An argument that says in words what it is."""

    def display_type(self, ctx: Any) -> str:
        """What stands beside the name in help."""
        return _in_words(self.type_descriptor) or super().display_type(ctx)


def _in_words(kind: Any) -> str | None:
    """A type in the language chosen, in place of Python's name of it; None where we have no word."""
    if kind.is_datetime and kind.parameter_info.formats:
        return _("<年-月-日>")
    inner = kind.annotation.__args__[0] if kind.is_list else kind.annotation
    return {str: _("<文字>"), int: _("<整数>"), float: _("<数>"), Path: _("<路径>")}.get(inner)


class _Speaking:
    """What a command and a group of commands have in common."""

    params: list[Any]

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The line above the help."""
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=_("用法："))

    def get_help_option(self, ctx: Any) -> Any:
        """--help, which the library names in English."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = _("显示这段说明")
            option.__class__ = Option
        return option

    def _speak(self) -> None:
        """The library makes its own options from a function's signature; ours differ in one method."""
        for param in self.params:
            param.__class__ = Option if isinstance(param, TyperOption) else Argument


class Command(_Speaking, TyperCommand):
    """A command whose mistakes are said as every other mistake is."""

    allow_extra_args = True  # refused here, in our words

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings | {"options_metavar": _("[选项]")})
        self._speak()

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises InputError where the arguments are wrong."""
        try:
            rest = super().parse_args(ctx, args)
        except typer.TyperException as error:
            raise wrong(error, ctx) from error
        if rest:
            raise superfluous(rest, ctx)
        return rest


class QueryCommand(Command):
    """A command that takes a query, which may begin with -word: without that word."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises InputError where the arguments are wrong."""
        letters = {name[1] for param in self.get_params(ctx) for name in param.opts if name[1:2] != "-"}
        query = next((each for each in args if _excludes(each, letters)), None)
        if query is not None and "--" not in args:
            rest = list(args)
            rest.remove(query)
            args = [*rest, "--", query]
        return super().parse_args(ctx, args)


def _excludes(word: str, letters: set[str]) -> bool:
    """Whether a word is a query such as -流量: one dash, more than a letter, no option's letter first."""
    return word[:1] == "-" and len(word) > 2 and word[1] not in {"-", *letters}


class Group(_Speaking, TyperGroup):
    """A group of commands whose mistakes are said as every other mistake is."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        words = {"options_metavar": _("[选项]"), "subcommand_metavar": _("命令 [参数]...")}
        super().__init__(*args, **settings | words)
        self._speak()

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises InputError where the options before the command are wrong."""
        if not args and self.no_args_is_help:
            sys.stdout.write(ctx.get_help())
            raise typer.Exit(HELP_SHOWN)
        try:
            return super().parse_args(ctx, args)
        except typer.TyperException as error:
            raise wrong(error, ctx) from error

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Raises InputError where there is no such command."""
        if self.get_command(ctx, args[0]) is None:
            raise unknown_command(args[0], list(self.commands), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Raises InputError where no command is named."""
        try:
            return super().invoke(ctx)
        except typer.TyperException as error:
            raise wrong(error, ctx) from error


class Commands(typer.Typer):
    """A group to register commands in; without a command it shows its help."""

    def __init__(self, help: str, cls: type[Group] = Group, **settings: Any) -> None:  # noqa: A002  (the library's name)
        super().__init__(help=help, cls=cls, no_args_is_help=True, **settings)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        """Register a function, as typer.Typer.command does."""
        return super().command(name, **{"cls": Command} | settings)
