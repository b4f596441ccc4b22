"""koubei crawl / import / ingest / match: posts in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from crawlers.importers.moments import AsOf
from crawlers.importers.moments import as_of as as_of_text
from crawlers.importers.platforms import platform_slug
from crawlers.options import adhoc_source
from koubei.app.cli.output import DEGRADED, progress, reasons, remark, say
from koubei.app.cli.root import cli, open_app
from koubei.app.context import AppContext
from koubei.app.ingest import REMOVED
from koubei.app.jobs import crawl_sources, drain, import_posts
from koubei.app.upserting import REFUSED
from koubei.core.config import Source
from koubei.core.domain import Run
from koubei.core.errors import DegradedError, InputError, StoreError, StoreUnavailableError
from koubei.core.language import _


@cli.command(help=_("采集来源，入队，入库。一次只对一个主机发一个请求。"))
def crawl(
    context: typer.Context,
    sources: Annotated[
        list[str] | None, typer.Argument(help=_("来源名（koubei.toml 的 sources.name）"))
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("所有启用的来源"))] = False,
    url: Annotated[str | None, typer.Option(help=_("只采这个地址（来源名写 spider 名，如 feed）"))] = None,
    spool_only: Annotated[bool, typer.Option("--spool-only", help=_("只进队列，不入库"))] = False,
) -> None:
    """Crawl sources, spool and store the posts. One request to a host at a time."""
    with open_app(context) as app:
        chosen = _choose(app, sources or [], everything, url)
        with progress(_("采集")) as advance:
            counts: dict[str, int] = {}

            def seen(source: str, posts: int) -> None:
                counts[source] = posts
                advance(sum(counts.values()))

            runs = crawl_sources(app, chosen, seen)
        for run in runs:
            say_run(run)
        if not spool_only:
            ingest_and_say(app)
    if any(run.status != "ok" for run in runs):
        raise typer.Exit(DEGRADED)


def _choose(app: AppContext, names: list[str], everything: bool, url: str | None) -> list[Source]:
    if url is not None:
        if len(names) != 1 or everything:
            raise InputError(_("--url 需要且只需要一个来源名"), _("如 koubei crawl feed --url https://…"))
        return [_ad_hoc(app, names[0], url)]
    if everything:
        enabled = [s for s in app.settings.sources if s.enabled]
        if not enabled:
            raise InputError(
                _("没有启用的来源"),
                _("至少一节 enabled 的 [[sources]]"),
                _("已配置：{known}", known=_known(app)),
            )
        return enabled
    if not names:
        raise InputError(_("没有说采哪个来源"), _("来源名或 --all"), _("已配置：{known}", known=_known(app)))
    return [_configured(app, name) for name in names]


def _configured(app: AppContext, name: str) -> Source:
    source = app.settings.source(name)
    if source is None:
        raise InputError(
            _("没有名为 {name} 的来源", name=name),
            _("其中之一：{known}", known=_known(app)),
            _("在 koubei.toml 加一节 [[sources]]，或用 --url 给出地址"),
        )
    return source


def _ad_hoc(app: AppContext, name: str, url: str) -> Source:
    configured = app.settings.source(name)
    if configured:
        return configured.model_copy(update={"urls": (url.strip(),)})
    try:
        return adhoc_source(name, (url.strip(),))
    except ValidationError:
        raise InputError(
            _("{name!r} 不能作来源名", name=name), _("spider 名，如 feed，或已配置的来源")
        ) from None


def _known(app: AppContext) -> str:
    return _("、").join(s.name for s in app.settings.sources) or _("（无）")


@cli.command("import", help=_("导入手里已有的导出文件。"))
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=_("CSV、Excel、JSON、JSONL（可 .gz）、ZIP"))],
    source: Annotated[str, typer.Option(help=_("记为哪个来源"))] = "import",
    platform: Annotated[
        str | None, typer.Option(help=_("行里没写平台时记为哪个平台；默认用来源的 platform"))
    ] = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help=_("字段=列名，如 --map text=正文；可重复"))
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", help=_("文件导出的时刻或日期，如 2023-05-22T18:30；今天、昨天、5分钟前 从此算起")
        ),
    ] = None,
    spool_only: Annotated[bool, typer.Option("--spool-only", help=_("只进队列，不入库"))] = False,
) -> None:
    """Import a file that was exported elsewhere."""
    with open_app(context) as app:
        with progress(_("读取 {name}", name=file.name)) as advance:
            run = import_posts(
                app, file, source, _mapping(mapping), advance, _platform(platform), _as_of(as_of)
            )
        say_run(run)
        if not spool_only:
            ingest_and_say(app)
    if run.status != "ok":
        raise typer.Exit(DEGRADED)


def _platform(word: str | None) -> str | None:
    if word is None:
        return None
    found = platform_slug(word)
    if found is None:
        raise InputError(
            f"--platform {word}",
            _("weibo、微博等，或自取的名字：小写字母、数字、- 和 _"),
            _("如 --platform weibo"),
        )
    return found


def _as_of(text: str | None) -> AsOf | None:
    if text is None:
        return None
    found = as_of_text(text, f"--as-of {text}")
    if found is None:
        raise InputError(
            f"--as-of {text}",
            _("有年月日的时刻或日期"),
            _("如 --as-of 2023-05-22T18:30 或 --as-of 2023-05-22"),
        )
    return found


def _mapping(pairs: list[str] | None) -> dict[str, str] | None:
    if not pairs:
        return None
    for pair in pairs:
        if "=" not in pair:
            raise InputError(
                f"--map {pair}", _("字段=列名"), _("例如 --map text=正文 --map published_at=发布时间")
            )
    return dict(pair.split("=", 1) for pair in pairs)


@cli.command(help=_("把队列里等着的帖子入库（平时 crawl 和 import 会自己做）。"))
def ingest(context: typer.Context) -> None:
    """Store the posts that wait in the spool (crawl and import do so themselves)."""
    with open_app(context) as app:
        ingest_and_say(app)


def ingest_and_say(app: AppContext) -> None:
    """Drain the spool and print what became of the posts."""
    try:
        with progress(_("入库")) as advance:
            app.on_model_build = lambda n, total: advance(n, total, _("建立 SnowNLP 缓存（只此一次）"))
            done = drain(app, lambda n, total: advance(n, total, _("入库")))
    except (StoreError, StoreUnavailableError):
        remark(_("库暂时不可用，{waiting} 帖在队列中等候，恢复后自动入库", waiting=app.spool.waiting()))
        raise
    written = _("，").join(f"{_OUTCOME[k]} {v}" for k, v in done.mentions.items() if v) or _("无新提及")
    dropped = reasons(done.dropped)
    say(
        _("入库 {posts} 帖：提及 {written}", posts=done.posts, written=written)
        + (_("；未入：{dropped}", dropped=dropped) if dropped else "")
    )
    if refused := done.mentions[REFUSED]:
        raise DegradedError(
            _("提及库拒收 {refused} 条提及，已放入隔离区", refused=refused),
            fix=_("koubei store check 查看提及库；改好后重新采集或导入"),
        )


_OUTCOME = {
    "inserted": _("新增"),
    "updated": _("更新"),
    "unchanged": _("不变"),
    "stale": _("较旧"),
    REMOVED: _("不再提及，移除"),
    REFUSED: _("拒收"),
}


def say_run(run: Run) -> None:
    """One line on what a run did, one on why it stopped short."""
    dropped = reasons(run.dropped)
    say(
        _(
            "{source}：请求/读取 {requested}，采到 {collected}",
            source=run.source,
            requested=run.requested,
            collected=run.collected,
        )
        + (_("，丢弃 {dropped}", dropped=dropped) if dropped else "")
        + (_("，被拒 {refused}", refused=run.refused) if run.refused else "")
        + (_("，列表被截断") if run.truncated else "")
    )
    if run.status != "ok":
        remark(
            _(
                "{source} 未完成（{status}）：{finish_reason}",
                source=run.source,
                status=run.status,
                finish_reason=run.finish_reason,
            )
        )
    said = run.value_notes
    unread = {key: count for key, count in run.leftover.items() if key not in said}
    for title, counts in ((_("有没读到的字段"), unread), (_("取值说明"), said)):
        if counts:
            fields = _("，").join(f"{k} ×{v}" for k, v in sorted(counts.items()))
            remark(_("{source} {title}：{fields}", source=run.source, title=title, fields=fields))


@cli.command(help=_("说明一段文字会算作谁的提及，为什么。"))
def match(context: typer.Context, text: Annotated[str, typer.Argument(help=_("一段文字"))]) -> None:
    """Tell whose mention a text would be, and why."""
    with open_app(context) as app:
        for line in app.matcher.explain(text):
            say(str(line))
