"""koubei store setup / check / migrate: the mention store itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from indexer import open_store
from indexer.migrate import Bookmark, Verdict, compare, copy
from koubei.app.cli.commands import Commands
from koubei.app.cli.output import DEGRADED, progress, say
from koubei.app.cli.root import cli, open_app
from koubei.app.context import AppContext
from koubei.app.writing import only_writer
from koubei.core.errors import InputError, StoreUnavailableError
from koubei.core.language import _
from koubei.core.ports import MentionStore
from koubei.core.query import Everything

FILE = "sqlite:"
CLUSTER = ("http:", "https:")

store_cli = Commands(_("提及库"))
cli.add_typer(store_cli, name="store")


@store_cli.command(help=_("建好提及库：SQLite 建文件，Elasticsearch 装索引模板；可重复。"))
def setup(context: typer.Context) -> None:
    """Set up the mention store: a file for SQLite, index templates for Elasticsearch; can be repeated."""
    with open_app(context) as app:
        app.store.refresh()
        say(
            _(
                "{store} 就绪，现有 {count} 条提及",
                store=app.settings.storage.store,
                count=app.store.count(Everything()),
            )
        )


@store_cli.command(help=_("逐项检查提及库。"))
def check(context: typer.Context) -> None:
    """Check the mention store point by point."""
    with open_app(context) as app:
        findings = app.store.check()
    for name, says in findings.items():
        say(_("{mark} {name}：{says}", mark="✓" if says == "ok" else "✗", name=name, says=says))
    if any(says != "ok" for says in findings.values()):
        raise typer.Exit(DEGRADED)


@store_cli.command(help=_("把一个提及库抄进另一个并逐条核对；中断后再运行一次即接着抄。"))
def migrate(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FROM", help=_("例如 sqlite:mentions.db"))],
    target: Annotated[str, typer.Argument(metavar="TO", help=_("例如 https://es.example:9200"))],
) -> None:
    """Copy a mention store into another and compare them; when interrupted, run it again to go on."""
    with open_app(context) as app:
        _check_places(app, source, target)
        _migrate(app, source, target)


def _check_places(app: AppContext, source: str, target: str) -> None:
    """Raise InputError where FROM is not there, or both are one store."""
    if _one_store(app, source, target):
        raise InputError(_("两处是同一个提及库"), _("不同的 FROM 与 TO"))
    if source.startswith(FILE) and not _path(app, source).exists():
        found = _("没有提及库 {path}", path=_path(app, source))
        raise InputError(found, _("已有的提及库"), _("sqlite: 后的路径相对于数据文件夹"))


def _one_store(app: AppContext, source: str, target: str) -> bool:
    if source.startswith(FILE) and target.startswith(FILE):
        return _path(app, source) == _path(app, target)
    if source.startswith(CLUSTER) and target.startswith(CLUSTER):
        from indexer.elastic.address import Address  # its client costs every command its import

        one, other = Address.parse(source), Address.parse(target)
        return one.name == other.name and not set(one.hosts).isdisjoint(other.hosts)
    return False


def _path(app: AppContext, url: str) -> Path:
    return (app.folder.root / url.removeprefix(FILE)).resolve()


def _migrate(app: AppContext, source: str, target: str) -> None:
    with only_writer(app), _opened(app, source) as old, _opened(app, target) as new, _resumable():
        bookmark = Bookmark(app.folder.root / "migration.json", source, target)
        total = old.count(Everything())
        if not total:
            fix = _("核对 FROM 的地址与别名；它本来就是空的，就不用迁移，直接改 storage.store")
            raise InputError(_("FROM {source} 没有提及", source=source), _("有提及的库"), fix)
        with progress(_("迁移")) as advance:
            copied = copy(old, new, bookmark, lambda done: advance(done, total, _("抄写")))
            verdict = compare(old, new, lambda done: advance(done, total, _("核对")))
        bookmark.remove()
        _say(verdict, copied)
        if not verdict.same:
            raise typer.Exit(DEGRADED)
        say(_("一致。把 koubei.toml 的 storage.store 改成 {target!r} 即改用新库", target=target))


@contextmanager
def _resumable() -> Iterator[None]:
    """No post waits in the queue for this: what is not copied yet is copied by the next call."""
    try:
        yield
    except StoreUnavailableError as error:
        raise StoreUnavailableError(error.found, error.expected, _("恢复后再运行一次，即接着抄")) from error


@contextmanager
def _opened(app: AppContext, url: str) -> Iterator[MentionStore]:
    store = open_store(url, app.folder.root)
    try:
        yield store
    finally:
        store.close()


def _say(verdict: Verdict, copied: int) -> None:
    say(_("抄写 {copied} 条", copied=copied))
    for name, count, checksum in zip(("FROM", "TO"), verdict.counts, verdict.checksums, strict=True):
        say(_("{name} {count} 条，SHA-256 {checksum}", name=name, count=count, checksum=checksum))
    if verdict.same:
        return
    say(
        _(
            "不一致：TO 缺 {missing} 条，多 {extra} 条，内容不同 {different} 条",
            missing=verdict.missing,
            extra=verdict.extra,
            different=verdict.different,
        )
    )
    say(_("例如 {examples}", examples=_("、").join(verdict.examples)))
    if verdict.missing or verdict.different:
        say(_("缺的与不同的：再运行一次，会从头抄写"))
    if verdict.extra:
        say(_("TO 多出的不会删去：换一个空的 TO"))
