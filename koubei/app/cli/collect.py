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


@cli.command()
def crawl(
    context: typer.Context,
    sources: Annotated[list[str] | None, typer.Argument(help="来源名（koubei.toml 的 sources.name）")] = None,
    everything: Annotated[bool, typer.Option("--all", help="所有启用的来源")] = False,
    url: Annotated[str | None, typer.Option(help="只采这个地址（来源名写 spider 名，如 feed）")] = None,
    spool_only: Annotated[bool, typer.Option("--spool-only", help="只进队列，不入库")] = False,
) -> None:
    """采集来源，入队，入库。一次只对一个主机发一个请求。"""
    with open_app(context) as app:
        chosen = _choose(app, sources or [], everything, url)
        with progress("采集") as advance:
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
            raise InputError("--url 需要且只需要一个来源名", "如 koubei crawl feed --url https://…")
        return [_ad_hoc(app, names[0], url)]
    if everything:
        enabled = [s for s in app.settings.sources if s.enabled]
        if not enabled:
            raise InputError("没有启用的来源", "至少一节 enabled 的 [[sources]]", f"已配置：{_known(app)}")
        return enabled
    if not names:
        raise InputError("没有说采哪个来源", "来源名或 --all", f"已配置：{_known(app)}")
    return [_configured(app, name) for name in names]


def _configured(app: AppContext, name: str) -> Source:
    source = app.settings.source(name)
    if source is None:
        raise InputError(
            f"没有名为 {name} 的来源",
            f"其中之一：{_known(app)}",
            "在 koubei.toml 加一节 [[sources]]，或用 --url 给出地址",
        )
    return source


def _ad_hoc(app: AppContext, name: str, url: str) -> Source:
    configured = app.settings.source(name)
    if configured:
        return configured.model_copy(update={"urls": (url.strip(),)})
    try:
        return adhoc_source(name, (url.strip(),))
    except ValidationError:
        raise InputError(f"{name!r} 不能作来源名", "spider 名，如 feed，或已配置的来源") from None


def _known(app: AppContext) -> str:
    return "、".join(s.name for s in app.settings.sources) or "（无）"


@cli.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV、Excel、JSON、JSONL（可 .gz）、ZIP")],
    source: Annotated[str, typer.Option(help="记为哪个来源")] = "import",
    platform: Annotated[
        str | None, typer.Option(help="行里没写平台时记为哪个平台；默认用来源的 platform")
    ] = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="字段=列名，如 --map text=正文；可重复")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", help="文件导出的时刻或日期，如 2023-05-22T18:30；今天、昨天、5分钟前 从此算起"
        ),
    ] = None,
    spool_only: Annotated[bool, typer.Option("--spool-only", help="只进队列，不入库")] = False,
) -> None:
    """导入手里已有的导出文件。"""
    with open_app(context) as app:
        with progress(f"读取 {file.name}") as advance:
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
            f"--platform {word}", "weibo、微博等，或自取的名字：小写字母、数字、- 和 _", "如 --platform weibo"
        )
    return found


def _as_of(text: str | None) -> AsOf | None:
    if text is None:
        return None
    found = as_of_text(text, f"--as-of {text}")
    if found is None:
        raise InputError(
            f"--as-of {text}", "有年月日的时刻或日期", "如 --as-of 2023-05-22T18:30 或 --as-of 2023-05-22"
        )
    return found


def _mapping(pairs: list[str] | None) -> dict[str, str] | None:
    if not pairs:
        return None
    for pair in pairs:
        if "=" not in pair:
            raise InputError(f"--map {pair}", "字段=列名", "例如 --map text=正文 --map published_at=发布时间")
    return dict(pair.split("=", 1) for pair in pairs)


@cli.command()
def ingest(context: typer.Context) -> None:
    """把队列里等着的帖子入库（平时 crawl 和 import 会自己做）。"""
    with open_app(context) as app:
        ingest_and_say(app)


def ingest_and_say(app: AppContext) -> None:
    """Drain the spool and print what became of the posts."""
    try:
        with progress("入库") as advance:
            app.on_model_build = lambda n, total: advance(n, total, "建立 SnowNLP 缓存（只此一次）")
            done = drain(app, lambda n, total: advance(n, total, "入库"))
    except (StoreError, StoreUnavailableError):
        remark(f"库暂时不可用，{app.spool.waiting()} 帖在队列中等候，恢复后自动入库")
        raise
    written = "，".join(f"{_OUTCOME[k]} {v}" for k, v in done.mentions.items() if v) or "无新提及"
    dropped = reasons(done.dropped)
    say(f"入库 {done.posts} 帖：提及 {written}" + (f"；未入：{dropped}" if dropped else ""))
    if refused := done.mentions[REFUSED]:
        raise DegradedError(
            f"提及库拒收 {refused} 条提及，已放入隔离区",
            fix="koubei store check 查看提及库；改好后重新采集或导入",
        )


_OUTCOME = {
    "inserted": "新增",
    "updated": "更新",
    "unchanged": "不变",
    "stale": "较旧",
    REMOVED: "不再提及，移除",
    REFUSED: "拒收",
}


def say_run(run: Run) -> None:
    """One line on what a run did, one on why it stopped short."""
    dropped = reasons(run.dropped)
    say(
        f"{run.source}：请求/读取 {run.requested}，采到 {run.collected}"
        + (f"，丢弃 {dropped}" if dropped else "")
        + (f"，被拒 {run.refused}" if run.refused else "")
        + ("，列表被截断" if run.truncated else "")
    )
    if run.status != "ok":
        remark(f"{run.source} 未完成（{run.status}）：{run.finish_reason}")
    said = {key: count for key, count in run.leftover.items() if "（" in key}
    unread = {key: count for key, count in run.leftover.items() if key not in said}
    for title, counts in (("有没读到的字段", unread), ("取值说明", said)):
        if counts:
            remark(f"{run.source} {title}：" + "，".join(f"{k} ×{v}" for k, v in sorted(counts.items())))


@cli.command()
def match(context: typer.Context, text: Annotated[str, typer.Argument(help="一段文字")]) -> None:
    """说明一段文字会算作谁的提及，为什么。"""
    with open_app(context) as app:
        for line in app.matcher.explain(text):
            say(str(line))
