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
from koubei.app.cli.commands import Commands
from koubei.app.cli.output import DEGRADED, remark, say
from koubei.app.cli.root import cli
from koubei.core.config import Settings, load_settings
from koubei.core.errors import ConfigError, InputError
from koubei.core.language import _, strerror
from sentiment.factors.lexicon import load_lexicon

kibana_cli = Commands(_("Kibana 的数据视图、检索与仪表板"))
cli.add_typer(kibana_cli, name="kibana")


@kibana_cli.command(help=_("写出可导入 Kibana 8.9 及更新版本的 NDJSON。"))
def export(
    context: typer.Context,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=_("NDJSON 文件；默认标准输出"))
    ] = None,
) -> None:
    """Write NDJSON that Kibana 8.9 and later import."""
    objects = _objects(load_settings(context.obj))
    if output is None:
        sys.stdout.write(ndjson(objects))
        return
    try:
        output.write_text(ndjson(objects), encoding="utf-8")
    except OSError as error:
        raise InputError(
            _("{output} 写不进去：{reason}", output=output, reason=strerror(error)), _("一个可写的文件")
        ) from error
    say(_("{objects} 个对象写入 {output}", objects=len(objects), output=output))


@kibana_cli.command(help=_("把数据视图、检索与仪表板装进 Kibana；可重复，同编号的覆盖。"))
def install(
    context: typer.Context,
    url: Annotated[
        str | None, typer.Option("--url", help=_("Kibana 的地址，默认 reports.kibana_url"))
    ] = None,
    ca: Annotated[Path | None, typer.Option("--ca", help=_("根证书（PEM），默认 network.ca_bundle"))] = None,
) -> None:
    """Install data views, searches and dashboard in Kibana; can be repeated."""
    settings = load_settings(context.obj)
    address = url or settings.reports.kibana_url
    if not address:
        raise ConfigError(_("没有 Kibana 的地址"), fix=_("用 --url 给出，或写进 reports.kibana_url"))
    key = os.environ.get(KEY_VARIABLE)
    if not key:
        raise ConfigError(
            _("环境变量 {variable} 没有设", variable=KEY_VARIABLE),
            _("Kibana 的 API key"),
            _("见 docs/operations.md"),
        )
    done = put(address, key, _objects(settings), ca or settings.network.ca_bundle)
    say(_("装入 {count} 个对象", count=done.count))
    for line in done.errors:
        remark(_("没有装入 {line}", line=line))
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
        raise InputError(
            _("Kibana 对象没有通过结构检查：") + _("；").join(found), fix=_("检查品牌与要素的名称")
        )
    return objects


def _alias(store: str) -> str:
    """The alias of a cluster's address; of another store, the one a cluster would have."""
    from indexer.elastic.address import DEFAULT_NAME, Address  # its client costs every command its import

    return Address.parse(store).name if store.startswith(("http://", "https://")) else DEFAULT_NAME
