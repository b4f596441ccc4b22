"""`koubei doctor`: one look at everything that must be right before the first crawl."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import urlsplit

import httpx

from koubei.app.consistency import check_store
from koubei.app.context import AppContext
from koubei.core.config import Source
from koubei.core.errors import KoubeiError
from reports.delivery import channel_problems

LEAST_FREE_BYTES = 1 << 30
MOST_CLOCK_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    says: str
    fix: str = ""


def examine(app: AppContext) -> list[Finding]:
    """Look at config, store, state, model, disk, sources, channels and clock; never raises KoubeiError."""
    looks: list[tuple[str, Callable[[AppContext], Iterator[Finding]]]] = [
        ("配置", _config),
        ("磁盘", _disk),
        ("状态库", _state),
        ("提及库", _store),
        ("情感模型", _model),
        ("来源", _sources),
        ("渠道", _channels),
    ]
    return [finding for name, look in looks for finding in _look(app, name, look)]


def _look(app: AppContext, name: str, look: Callable[[AppContext], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(look(app))
    except KoubeiError as error:
        return [Finding(name, False, error.found, error.fix)]


def _config(app: AppContext) -> Iterator[Finding]:
    brands = "、".join(b.name for b in app.settings.brands)
    yield Finding("配置", True, f"品牌 {brands}；关键词集 {app.matcher.version}")
    remote = [s.name for s in app.settings.sources if s.enabled and not all(map(_is_loopback, s.urls))]
    if remote and not app.settings.network.contact:
        yield Finding("联系方式", False, "[network] contact 为空", "填一个邮箱：站方要能找到采集的人")


def _disk(app: AppContext) -> Iterator[Finding]:
    free = shutil.disk_usage(app.folder.root).free
    yield Finding("磁盘", free >= LEAST_FREE_BYTES, f"{app.folder.root} 尚余 {free / 1e9:.1f} GB", "腾出空间")


def _state(app: AppContext) -> Iterator[Finding]:
    known = app.state.seen.count()
    app.keys  # noqa: B018  (opened for its check: the secret must be the one the data were made with)
    yield Finding("状态库", True, f"已见 {known} 帖，队列 {app.spool.waiting()} 帖")


def _store(app: AppContext) -> Iterator[Finding]:
    for name, says in app.store.check().items():
        yield Finding(f"提及库 {name}", says == "ok", says)
    check_store(app)


def _model(app: AppContext) -> Iterator[Finding]:
    score = app.scorer.score([("移动客服态度很好，点赞", ())])[0]
    yield Finding("情感模型", score.snow is not None, f"{app.scorer.version}，试判 {score.label}")


def _sources(app: AppContext) -> Iterator[Finding]:
    enabled = [s for s in app.settings.sources if s.enabled]
    if not enabled:
        yield Finding(
            "来源", False, "没有启用的来源", "在 koubei.toml 启用一个 [[sources]]，或用 koubei import"
        )
    for source in enabled:
        yield from _look(app, f"来源 {source.name}", partial(_source, source=source))


def _source(app: AppContext, source: Source) -> Iterator[Finding]:
    """What a crawl would refuse at its start, then whether the site answers."""
    from crawlers.run import start_urls  # Scrapy is loaded only where a source is looked at

    urls = start_urls(app.settings, source)
    if urls:
        yield _reach(app, source, urls[0])


def _reach(app: AppContext, source: Source, url: str) -> Finding:
    """One request for the robots.txt of the first address: reachable, and is our clock right?"""
    parts = urlsplit(url)
    network = app.settings.network
    verify = str(network.ca_bundle) if network.ca_bundle else True
    try:
        with httpx.Client(proxy=network.proxy, verify=verify, timeout=network.timeout_seconds) as client:
            answer = client.get(f"{parts.scheme}://{parts.netloc}/robots.txt")
    except httpx.HTTPError as error:
        return Finding(
            f"来源 {source.name}", False, f"连不上 {parts.netloc}（{type(error).__name__}）", "查网络与代理"
        )
    except (OSError, ValueError) as error:  # the client itself cannot be made
        said = f"[network] proxy 或 ca_bundle 用不了（{error}）"
        return Finding(f"来源 {source.name}", False, said, "改正 koubei.toml 中的 proxy 或 ca_bundle")
    skew = _skew_seconds(app, answer)
    if skew > MOST_CLOCK_SECONDS:
        return Finding("时钟", False, f"与 {parts.netloc} 相差 {skew:.0f} 秒", "校准本机时钟（NTP）")
    return Finding(f"来源 {source.name}", True, f"{parts.netloc} 可达，robots.txt {answer.status_code}")


def _skew_seconds(app: AppContext, answer: httpx.Response) -> float:
    header = answer.headers.get("date")
    if not header:
        return 0.0
    try:
        theirs = parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    return abs((app.clock.now() - theirs).total_seconds())


def _channels(app: AppContext) -> Iterator[Finding]:
    problems = channel_problems(app.settings, app.clock)
    for channel in app.settings.channels:
        problem = problems.get(channel.name)
        yield Finding(f"渠道 {channel.name}", problem is None, problem.found if problem else "可用",
                      problem.fix if problem else "")  # fmt: skip


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
