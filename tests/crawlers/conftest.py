"""A site on loopback, crawled by the project's own spiders into a fresh data folder."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from crawlers.run import crawl
from koubei.core.clock import BEIJING, FixedClock
from koubei.core.config.schema import Brand, Network, Settings, Source, Storage
from koubei.core.domain import Post, Run
from koubei.core.folders import DataFolder
from koubei.core.spool import Spool
from koubei.core.state import State

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=BEIJING)
Answer = Response | str | bytes | Callable[[Request], Response]


@dataclass
class Site:
    """What a loopback site answers, by path with query, and what it was asked."""

    server: HTTPServer
    folder: DataFolder
    clock: FixedClock
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    network: Network = field(default_factory=Network)
    spool_limit: int = 100_000

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def answer(self, request: Request) -> Response:
        path = request.full_path.rstrip("?")
        self.asked.append(path)
        self.agents.add(request.headers.get("User-Agent", ""))
        found = self.answers.get(path)
        if found is None:
            return Response("nothing here", 404)
        if isinstance(found, Response):
            return Response(found.get_data(), found.status, found.headers)
        return found(request) if callable(found) else Response(found, content_type="text/html; charset=utf-8")

    def source(self, spider: str, *paths: str, delay: float = 0, **options: Any) -> Source:
        urls = tuple(p if "//" in p else self.origin + p for p in paths)
        return Source(
            name="src", spider=spider, platform="plat", urls=urls, options=options, delay_seconds=delay
        )

    def settings(self, *sources: Source) -> Settings:
        brand = Brand(id="cmcc", name="中国移动", include=("中国移动",))
        storage = Storage(data=self.folder.root, spool_limit=self.spool_limit)
        return Settings(brands=(brand,), sources=sources, network=self.network, storage=storage)

    def crawl(self, *sources: Source) -> list[Run]:
        return crawl(self.settings(*sources), self.folder, sources, self.clock)

    def run(self, spider: str, *paths: str, **options: Any) -> Run:
        """Crawl one source once."""
        return self.crawl(self.source(spider, *paths, **options))[0]

    def posts(self) -> list[Post]:
        """Everything in the spool, oldest first; the spool is emptied."""
        spool = Spool(self.folder.spool, 1_000_000)
        items = spool.take(1_000_000)
        spool.done([item.seq for item in items])
        spool.close()
        return [item.post for item in items]

    def state(self) -> State:
        return State.open(self.folder.state, self.clock)


@pytest.fixture
def site(httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    made = Site(httpserver, DataFolder(tmp_path / "data").create(), FixedClock(NOW))
    monkeypatch.setenv("KOUBEI_SANDBOX_ORIGIN", made.origin)
    monkeypatch.setenv("KOUBEI_SECRET", "for-tests-only-0123456789")
    httpserver.expect_request(re.compile(".*")).respond_with_handler(made.answer)
    return made
