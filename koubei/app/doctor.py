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
from koubei.core.language import _
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
        (_("配置"), _config),
        (_("磁盘"), _disk),
        (_("状态库"), _state),
        (_("提及库"), _store),
        (_("情感模型"), _model),
        (_("来源"), _sources),
        (_("渠道"), _channels),
    ]
    return [finding for name, look in looks for finding in _look(app, name, look)]


def _look(app: AppContext, name: str, look: Callable[[AppContext], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(look(app))
    except KoubeiError as error:
        return [Finding(name, False, error.found, error.fix)]


def _config(app: AppContext) -> Iterator[Finding]:
    brands = _("、").join(b.name for b in app.settings.brands)
    yield Finding(
        _("配置"), True, _("品牌 {brands}；关键词集 {version}", brands=brands, version=app.matcher.version)
    )
    remote = [s.name for s in app.settings.sources if s.enabled and not all(map(_is_loopback, s.urls))]
    if remote and not app.settings.network.contact:
        yield Finding(
            _("联系方式"), False, _("[network] contact 为空"), _("填一个邮箱：站方要能找到采集的人")
        )


def _disk(app: AppContext) -> Iterator[Finding]:
    free = shutil.disk_usage(app.folder.root).free
    yield Finding(
        _("磁盘"),
        free >= LEAST_FREE_BYTES,
        _("{root} 尚余 {free:.1f} GB", root=app.folder.root, free=free / 1e9),
        _("腾出空间"),
    )


def _state(app: AppContext) -> Iterator[Finding]:
    known = app.state.seen.count()
    app.keys  # noqa: B018  (opened for its check: the secret must be the one the data were made with)
    yield Finding(
        _("状态库"), True, _("已见 {known} 帖，队列 {waiting} 帖", known=known, waiting=app.spool.waiting())
    )


def _store(app: AppContext) -> Iterator[Finding]:
    for name, says in app.store.check().items():
        yield Finding(_("提及库 {name}", name=name), says == "ok", says)
    check_store(app)


def _model(app: AppContext) -> Iterator[Finding]:
    score = app.scorer.score([("移动客服态度很好，点赞", ())])[0]
    yield Finding(
        _("情感模型"),
        score.snow is not None,
        _("{version}，试判 {label}", version=app.scorer.version, label=score.label),
    )


def _sources(app: AppContext) -> Iterator[Finding]:
    enabled = [s for s in app.settings.sources if s.enabled]
    if not enabled:
        yield Finding(
            _("来源"),
            False,
            _("没有启用的来源"),
            _("在 koubei.toml 启用一个 [[sources]]，或用 koubei import"),
        )
    for source in enabled:
        yield from _look(app, _("来源 {name}", name=source.name), partial(_source, source=source))


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
            _("来源 {name}", name=source.name),
            False,
            _("连不上 {netloc}（{name}）", netloc=parts.netloc, name=type(error).__name__),
            _("查网络与代理"),
        )
    except (OSError, ValueError) as error:  # the client itself cannot be made
        said = _("[network] proxy 或 ca_bundle 用不了（{error}）", error=error)
        return Finding(
            _("来源 {name}", name=source.name), False, said, _("改正 koubei.toml 中的 proxy 或 ca_bundle")
        )
    skew = _skew_seconds(app, answer)
    if skew > MOST_CLOCK_SECONDS:
        return Finding(
            _("时钟"),
            False,
            _("与 {netloc} 相差 {skew:.0f} 秒", netloc=parts.netloc, skew=skew),
            _("校准本机时钟（NTP）"),
        )
    return Finding(
        _("来源 {name}", name=source.name),
        True,
        _("{netloc} 可达，robots.txt {status_code}", netloc=parts.netloc, status_code=answer.status_code),
    )


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
        what = _("渠道 {name}", name=channel.name)
        if problem is None:
            yield Finding(what, True, _("可用"))
        else:
            yield Finding(what, False, problem.found, problem.fix)


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
