"""A stand for torture: the sandbox over HTTP, a filled data folder to copy, ways to run `koubei` in it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawlers.sandbox import SandboxServer, World
from koubei.app.cli import main
from koubei.app.context import AppContext
from koubei.app.demo.stage import Stage, config_text
from koubei.app.jobs import crawl_sources, drain, import_posts
from koubei.core.clock import BEIJING, FixedClock
from koubei.core.config import load_settings

ANCHOR = datetime(2026, 11, 18, 8, 30, tzinfo=BEIJING)
SURGE = "山东移动乱扣费，资费套餐被偷偷升档，太恶心了，骗子公司"
Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class Ended:
    """How a child ended."""

    code: int
    out: str
    err: str


@dataclass
class Stand:
    """One installation: a folder with koubei.toml and data, served by a sandbox site."""

    folder: Path
    server: SandboxServer

    @property
    def config(self) -> Path:
        return self.folder / "koubei.toml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def configure(self, data: Path | None = None) -> None:
        """Write koubei.toml for the sandbox, as the demo does."""
        port = urlsplit(self.server.origin).port or 0
        text = config_text(Stage(self.folder, ANCHOR, 7, port))
        if data:
            text = text.replace('data = "data"', f'data = "{data}"')
        self.config.write_text(text, encoding="utf-8")

    def surge(self, texts: Sequence[str] = (SURGE,), name: str = "surge", count: int = 40) -> Path:
        """Write a file of `count` angry posts of the last full hour before the anchor; `texts` in turn."""
        path = self.folder / f"{name}.jsonl"
        rows = [
            {
                "platform": "weibo", "native_id": f"{name}-{n}", "author_id": f"{name}-author-{n}",
                "title": f"第{n}次投诉", "text": f"{texts[n % len(texts)]}，第{n}次投诉也没人管",
                "published_at": (ANCHOR.replace(hour=7, minute=0) + timedelta(seconds=n)).isoformat(),
                "url": f"https://m.weibo.cn/detail/{n}",
            }
            for n in range(count)
        ]  # fmt: skip
        path.write_text("".join(json.dumps(r, ensure_ascii=True) + "\n" for r in rows), encoding="utf-8")
        return path

    def start(
        self, *arguments: str, now: datetime | None = ANCHOR, env: dict[str, str] | None = None,
        before: Callable[[], None] | None = None,
    ) -> subprocess.Popen[str]:  # fmt: skip
        """Start `koubei` in a session of its own."""
        surroundings = os.environ | {"KOUBEI_SANDBOX_ORIGIN": self.server.origin} | (env or {})
        if now:
            surroundings["KOUBEI_NOW"] = now.isoformat()
        return subprocess.Popen(
            [sys.executable, "-m", "koubei", "--config", str(self.config), *arguments],
            cwd=self.folder, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, encoding="utf-8", start_new_session=True, preexec_fn=before,
        )  # fmt: skip

    def run(
        self, *arguments: str, now: datetime | None = ANCHOR, before: Callable[[], None] | None = None
    ) -> Ended:
        """Run `koubei` to its end; no traceback whatever happens."""
        return finish(self.start(*arguments, now=now, before=before))

    def inside(self, *arguments: str, now: datetime = ANCHOR) -> Ended:
        """Run `koubei` in this process: the same entry, without the second a child takes to load."""
        out, err = TextIOWrapper(BytesIO(), "utf-8"), TextIOWrapper(BytesIO(), "utf-8")
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setenv("KOUBEI_SANDBOX_ORIGIN", self.server.origin)
            patch.setenv("KOUBEI_NOW", now.isoformat())
            patch.chdir(self.folder)
            patch.setattr(sys, "argv", ["koubei", "--config", str(self.config), *arguments])
            with pytest.raises(SystemExit) as ended:
                main()
        said = [stream.buffer.getvalue().decode("utf-8") for stream in (_flushed(out), _flushed(err))]
        assert "Traceback" not in said[1], said[1]
        return Ended(int(ended.value.code or 0), *said)

    def rows(self, file: str, sql: str) -> Rows:
        """Ask one of the databases, beside whoever writes it; nothing where it is not there yet."""
        path = self.data / file
        if not path.exists():
            return []
        try:
            db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
            try:
                return db.execute(sql).fetchall()
            finally:
                db.close()
        except sqlite3.OperationalError:
            return []

    def count(self, file: str, table: str) -> int:
        """How many rows a table has, 0 where it is not there yet."""
        rows = self.rows(file, f"SELECT count(*) FROM {table}")
        return int(str(rows[0][0])) if rows else 0


def _flushed(stream: Any) -> Any:
    stream.flush()
    return stream


def finish(child: subprocess.Popen[str], seconds: float = 120) -> Ended:
    """Wait for a child; a traceback is a failure whatever the exit code."""
    out, err = child.communicate(timeout=seconds)
    assert "Traceback" not in err, err
    return Ended(child.returncode, out, err)


@pytest.fixture(scope="session")
def world() -> World:
    return World.make(ANCHOR, seed=7, scale=0.03)


@pytest.fixture(scope="session")
def site(world: World) -> Iterator[SandboxServer]:
    with SandboxServer(world, FixedClock(ANCHOR)) as site:
        yield site


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, world: World, site: SandboxServer) -> Path:
    """A folder whose data hold the whole small world, crawled and imported without any trouble."""
    site.relent()
    stand = Stand(tmp_path_factory.mktemp("filled"), site)
    stand.configure()
    world.export_xlsx(stand.folder / "weibo.xlsx", ANCHOR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KOUBEI_SANDBOX_ORIGIN", site.origin)
        with AppContext(load_settings(stand.config), FixedClock(ANCHOR)) as app:
            runs = crawl_sources(app, app.settings.sources)
            runs.append(import_posts(app, stand.folder / "weibo.xlsx", "weibo"))
            assert {run.status for run in runs} == {"ok"}
            drain(app)
    return stand.folder


@pytest.fixture
def server(site: SandboxServer) -> Iterator[SandboxServer]:
    """The site, which refuses nothing when a test begins and when it ends."""
    site.relent()
    yield site
    site.relent()


@pytest.fixture
def empty(tmp_path: Path, world: World, server: SandboxServer) -> Stand:
    """A stand with a config and no data yet."""
    stand = Stand(tmp_path / "stand", server)
    stand.folder.mkdir()
    stand.configure()
    world.export_xlsx(stand.folder / "weibo.xlsx", ANCHOR)
    return stand


@pytest.fixture
def full(tmp_path: Path, filled: Path, server: SandboxServer) -> Stand:
    """A stand with the whole small world in its store."""
    shutil.copytree(filled, tmp_path / "stand")
    return Stand(tmp_path / "stand", server)
