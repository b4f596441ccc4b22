"""The spiders against the sandbox: every post of its world once, with its time; each of its refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawlers.run import crawl
from crawlers.sandbox import SandboxServer, Truth, World, demo_sources
from koubei.core.clock import BEIJING, FixedClock
from koubei.core.config.schema import Source
from koubei.core.domain import Post

Site = Any
ANCHOR = datetime(2026, 11, 18, 8, 30, tzinfo=BEIJING)
ONLINE = ("forum", "heimao", "appstore", "news")
MARGIN = {"exact": timedelta(seconds=1), "minute": timedelta(minutes=1), "relative": timedelta(days=1)}


@pytest.fixture(scope="module")
def world() -> World:
    return World.make(ANCHOR, seed=7, scale=0.03)


@pytest.fixture
def sandbox(site: Site, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    site.clock.set(ANCHOR)
    with SandboxServer(world, site.clock) as server:
        monkeypatch.setenv("KOUBEI_SANDBOX_ORIGIN", server.origin)
        yield server


def sources(server: SandboxServer) -> list[Source]:
    return [Source(**table) for table in demo_sources(server.origin)]


def key_of(post: Post) -> tuple[str, str]:
    """The key the sandbox knows a post by."""
    if post.platform != "news":
        return post.platform, post.native_id or ""
    path = "/" + (post.url or "").split("/", 3)[-1]
    return "news", post.native_id.split(":", 1)[1] if post.native_id else path


def crawl_all(site: Site, server: SandboxServer) -> tuple[list[Any], list[Post]]:
    chosen = sources(server)
    runs = crawl(site.settings(*chosen), site.folder, chosen, site.clock)
    return runs, site.posts()


def test_every_post_of_the_world_is_found_once_with_its_time(
    site: Site, sandbox: SandboxServer, world: World
) -> None:
    runs, posts = crawl_all(site, sandbox)
    assert [(r.status, r.finish_reason) for r in runs] == [("ok", "finished")] * 4
    truth: dict[tuple[str, str], Truth] = {t.key: t for t in world.truth if t.key[0] in ONLINE}
    assert Counter(key_of(p) for p in posts) == Counter(list(truth))
    for post in posts:
        told = truth[key_of(post)]
        if post.published_at is not None and post.time_precision in MARGIN:
            assert abs(post.published_at - told.published_at) <= MARGIN[post.time_precision], told
    timed = sum(p.published_at is not None for p in posts)
    assert timed > 0.9 * len(posts)


def test_slices_of_a_day_add_up_to_the_whole(site: Site, sandbox: SandboxServer, world: World) -> None:
    clock: FixedClock = site.clock
    found: list[Post] = []
    for hours in (30, 12, 3, 0):
        clock.set(ANCHOR - timedelta(hours=hours))
        runs, posts = crawl_all(site, sandbox)
        assert {r.status for r in runs} == {"ok"}
        found += posts
    assert {key_of(p) for p in found} == {t.key for t in world.truth if t.key[0] in ONLINE}
    assert max(Counter(key_of(p) for p in found).values()) == 1


@pytest.mark.parametrize("kind", ["403", "429", "432", "login200", "captcha"])
@pytest.mark.parametrize("spider", ["discuz", "heimao", "appstore", "feed"])
def test_each_spider_stops_at_each_refusal(
    site: Site, sandbox: SandboxServer, kind: Any, spider: str
) -> None:
    source = next(s for s in sources(sandbox) if s.spider == spider)
    for url in source.urls:
        sandbox.refuse(url.removeprefix(sandbox.origin).split("?")[0] or "/cn/", kind)
    (run,) = crawl(site.settings(source), site.folder, [source], site.clock)
    assert (run.status, run.refused, run.collected) == ("degraded", 1, 0)
    assert run.requested == 2, "robots.txt and the refused page"


def test_a_site_without_its_robots_file_is_left_alone(site: Site, sandbox: SandboxServer) -> None:
    sandbox.refuse("/robots.txt", "robots_5xx")
    runs, posts = crawl_all(site, sandbox)
    assert posts == []
    assert {r.refused for r in runs} == {1}


def test_a_throttled_list_is_told_from_an_empty_one(site: Site, sandbox: SandboxServer) -> None:
    source = next(s for s in sources(sandbox) if s.spider == "heimao")
    sandbox.refuse("/api/index/feed", "empty_with_total")
    (run,) = crawl(site.settings(source), site.folder, [source], site.clock)
    assert (run.status, run.refused) == ("degraded", 1)


@pytest.mark.parametrize("spider", ["discuz", "heimao", "appstore"])
def test_a_redesign_is_noticed(site: Site, sandbox: SandboxServer, spider: str) -> None:
    source = next(s for s in sources(sandbox) if s.spider == spider)
    sandbox.refuse("/", "markup_changed")
    (run,) = crawl(site.settings(source), site.folder, [source], site.clock)
    assert (run.status, run.refused, run.collected) == ("degraded", 0, 0)
    assert run.finish_reason.startswith("页面变了：")
    assert run.leftover
