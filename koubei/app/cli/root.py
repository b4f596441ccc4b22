"""The root command, the option every command shares, and the list of groups."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from koubei import __version__
from koubei.app.context import AppContext

cli = typer.Typer(
    help="口碑：自托管的品牌口碑监测。Brand word-of-mouth monitor for Chinese social media.",
    no_args_is_help=True,
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
        Path | None, typer.Option("--config", "-c", help="配置文件，默认 KOUBEI_CONFIG 或 ./koubei.toml")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本")
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
