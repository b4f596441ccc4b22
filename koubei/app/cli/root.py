"""The root command, the option every command shares, and the list of groups."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from koubei import __version__
from koubei.app.cli.commands import Commands, Group
from koubei.app.context import AppContext
from koubei.core.language import _

INTERRUPTED = 130


class Root(Group):
    """What ends a command from outside, before the command library makes an error of it."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a reader that has enough is no error, Ctrl-C is said in one line."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except KeyboardInterrupt:
            sys.stderr.write(_("已中断；已入队的帖子不会丢失\n"))
            raise typer.Exit(INTERRUPTED) from None


cli = Commands(
    _("口碑：自托管的品牌口碑监测。"),
    cls=Root,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"koubei {__version__}")
        raise typer.Exit


@cli.callback()
def _root(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help=_("配置文件，默认 KOUBEI_CONFIG 或 ./koubei.toml"))
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("版本"))
    ] = False,
) -> None:
    del version
    context.obj = config


def open_app(context: typer.Context) -> AppContext:
    """The context of this run, from the config the root option names.

    Raises:
        ConfigError: the config cannot be used as it is.
    """
    return AppContext.load(context.obj)
