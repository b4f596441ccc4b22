"""koubei kibana: the analysts' data views, saved searches and dashboard."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from indexer.kibana import Brand, space
from indexer.kibana.checks import problems
from indexer.kibana.install import install as put
from indexer.kibana.objects import Json, ndjson
from indexer.kibana.refusals import KEY_VARIABLE
from koubei.app.cli.output import DEGRADED, remark, say
from koubei.app.cli.root import cli
from koubei.core.config import Settings, load_settings
from koubei.core.errors import ConfigError, InputError
from sentiment.factors.lexicon import load_lexicon

kibana_cli = typer.Typer(help="Kibana 的数据视图、检索与仪表板", no_args_is_help=True)
cli.add_typer(kibana_cli, name="kibana")


@kibana_cli.command()
def export(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="NDJSON 文件；默认标准输出")] = None,
) -> None:
    """写出可导入 Kibana 8.9 及更新版本的 NDJSON。"""
    objects = _objects(load_settings(context.obj))
    if output is None:
        sys.stdout.write(ndjson(objects))
        return
    try:
        output.write_text(ndjson(objects), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{output} 写不进去：{error.strerror}", "一个可写的文件") from error
    say(f"{len(objects)} 个对象写入 {output}")


@kibana_cli.command()
def install(
    context: typer.Context,
    url: Annotated[str | None, typer.Option("--url", help="Kibana 的地址，默认 reports.kibana_url")] = None,
    ca: Annotated[Path | None, typer.Option("--ca", help="根证书（PEM），默认 network.ca_bundle")] = None,
) -> None:
    """把数据视图、检索与仪表板装进 Kibana；可重复，同编号的覆盖。"""
    settings = load_settings(context.obj)
    address = url or settings.reports.kibana_url
    if not address:
        raise ConfigError("没有 Kibana 的地址", fix="用 --url 给出，或写进 reports.kibana_url")
    key = os.environ.get(KEY_VARIABLE)
    if not key:
        raise ConfigError(f"环境变量 {KEY_VARIABLE} 没有设", "Kibana 的 API key", "见 docs/operations.md")
    done = put(address, key, _objects(settings), ca or settings.network.ca_bundle)
    say(f"装入 {done.count} 个对象")
    for line in done.errors:
        remark(f"没有装入 {line}")
    if done.errors:
        raise typer.Exit(DEGRADED)


def _objects(settings: Settings) -> list[Json]:
    """The objects for this config, checked.

    Raises:
        InputError: the check found something; a brand's or factor's name may be the cause.
    """
    brand = settings.own_brand
    factors = [rows.name for rows in load_lexicon(settings.factors.lexicon).factors]
    objects = space(Brand(brand.id, brand.name), factors, _alias(settings.storage.store))
    if found := problems(objects):
        raise InputError("Kibana 对象没有通过结构检查：" + "；".join(found), fix="检查品牌与要素的名称")
    return objects


def _alias(store: str) -> str:
    """The alias of a cluster's address; of another store, the one a cluster would have."""
    from indexer.elastic.address import DEFAULT_NAME, Address  # its client costs every command its import

    return Address.parse(store).name if store.startswith(("http://", "https://")) else DEFAULT_NAME
