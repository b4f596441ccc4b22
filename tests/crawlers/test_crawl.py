"""Whole crawls: several sources, several processes, signals, kills, the scrapy command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from scrapy.settings import Settings as ScrapySettings
from werkzeug import Request, Response

from crawlers.net import locks
from crawlers.run import SKIPPED, crawl
from koubei.core.config.schema import Source
from koubei.core.errors import ConfigError

Site = Any
ROOT = Path(__file__).parents[2]


def feed(*numbers: int) -> str:
    items = "".join(
        f"<item><title>第{n}篇</title><link>https://a.example/{n}</link><description>中国移动</description></item>"
        for n in numbers
    )
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'


def named(source: Source, name: str) -> Source:
    return source.model_copy(update={"name": name})


def test_several_sources_come_back_in_order_each_with_its_run(site: Site) -> None:
    site.answers |= {"/a": feed(1), "/b": Response("", 403), "/c": feed(2, 3)}
    runs = site.crawl(*[named(site.source("feed", f"/{n}"), n) for n in "abc"])
    assert [(r.source, r.status, r.collected) for r in runs] == [
        ("a", "ok", 1),
        ("b", "degraded", 0),
        ("c", "ok", 2),
    ]


def test_one_host_is_asked_one_thing_at_a_time(site: Site) -> None:
    lock, overlaps = threading.Lock(), []

    def slow(request: Request) -> Response:
        overlaps.append(not lock.acquire(blocking=False))
        time.sleep(0.02)
        if not overlaps[-1]:
            lock.release()
        return Response(feed(len(overlaps)))

    site.answers |= {f"/{n}": slow for n in range(6)}
    site.crawl(*[named(site.source("feed", f"/{n}", f"/{n + 3}"), f"s{n}") for n in range(3)])
    assert overlaps == [False] * 6


def test_the_same_process_can_crawl_again_and_again(site: Site) -> None:
    site.answers["/f"] = feed(1)
    assert [site.run("feed", "/f").status for _ in range(3)] == ["ok"] * 3


def test_a_host_another_process_is_at_is_skipped_with_the_reason(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.answers["/f"] = feed(1)
    site.run("feed", "/f")
    (file,) = site.folder.locks.glob("host-*.lock")
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.0)
    monkeypatch.setattr(locks.HostLocks.__init__, "__defaults__", (0.0,))
    site.asked.clear()
    with FileLock(file):
        run = site.run("feed", "/f")
    assert site.asked == []
    assert run.finish_reason.startswith(f"{SKIPPED}：")
    state = site.state()
    assert state.runs.latest("src").status == "ok", "a crawl that never began is no run"
    state.close()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"spider": "nope"}, "discuz"),
        ({"urls": ()}, "urls"),
        ({"options": {"max_page": 3}}, "max_page"),
        ({"options": {"kind": "rumour"}}, "kind"),
        ({"delay_seconds": 0, "urls": ("https://a.example/f",)}, "delay_seconds"),
        ({"delay_seconds": 5, "urls": ("https://a.example/f",)}, "contact"),
    ],
)
def test_a_wrong_source_is_an_error_before_any_request(site: Site, change: dict[str, Any], says: str) -> None:
    site.answers["/f"] = feed(1)
    good = site.source("feed", "/f")
    wrong = named(good, "wrong").model_copy(update=change)
    with pytest.raises(ConfigError, match=says):
        crawl(site.settings(good), site.folder, [good, wrong], site.clock)
    assert site.asked == []


def test_the_agent_is_honest(site: Site) -> None:
    site.answers["/f"] = feed(1)
    site.run("feed", "/f")
    (agent,) = site.agents
    assert agent.startswith("Koubei/")


def test_the_command_line_cannot_switch_politeness_off(site: Site) -> None:
    from scrapy.crawler import Crawler

    from crawlers.context import CrawlContext
    from crawlers.run import scrapy_settings
    from crawlers.spiders.feed import FeedSpider

    settings: ScrapySettings = scrapy_settings()
    settings.set("DOWNLOAD_DELAY", 0, priority="cmdline")
    settings.set("USER_AGENT", "Mozilla/5.0", priority="cmdline")
    source = site.source("feed", "/f", delay=2)
    with CrawlContext.open(site.settings(source), site.folder, site.clock) as context:
        crawler = Crawler(FeedSpider, settings)
        FeedSpider.from_crawler(crawler, source=source, context=context)
    assert crawler.settings.getfloat("DOWNLOAD_DELAY") == 2
    assert crawler.settings["USER_AGENT"].startswith("Koubei/")


# -- other processes ----------------------------------------------------------------------------------


def config(site: Site, folder: Path, urls: list[str]) -> dict[str, str]:
    """A koubei.toml for a child process, and the environment that finds it."""
    file = folder / "koubei.toml"
    file.write_text(
        f'[[brands]]\nid = "cmcc"\nname = "中国移动"\ninclude = ["中国移动"]\n'
        f'[[sources]]\nname = "src"\nspider = "feed"\nplatform = "plat"\nurls = {json.dumps(urls)}\n'
        f"delay_seconds = 0\n[storage]\ndata = {json.dumps(str(site.folder.root))}\n",
        encoding="utf-8",
    )
    return {**os.environ, "KOUBEI_CONFIG": str(file), "KOUBEI_NOW": "2026-11-18T09:00+08:00"}


def scrapy(*args: str) -> list[str]:
    return [sys.executable, "-m", "scrapy", *args]


def test_scrapy_list_names_the_spiders() -> None:
    done = subprocess.run(scrapy("list"), cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["appstore", "discuz", "feed", "heimao"]


def test_scrapy_crawl_fills_the_spool(site: Site, tmp_path: Path) -> None:
    site.answers["/f"] = feed(1, 2)
    env = config(site, tmp_path, [site.origin + "/f"])
    done = subprocess.run(
        scrapy("crawl", "feed", "-a", "source=src"), cwd=ROOT, env=env, capture_output=True, check=True
    )
    assert done.stderr == b""
    assert [p.collected_at.isoformat() for p in site.posts()] == ["2026-11-18T01:00:00+00:00"] * 2


def test_scrapy_crawl_with_a_wrong_name_is_told_without_a_traceback(site: Site, tmp_path: Path) -> None:
    env = config(site, tmp_path, [site.origin + "/f"])
    done = subprocess.run(
        scrapy("crawl", "feed", "-a", "source=nope"),
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "nope" in done.stderr
    assert "Traceback" not in done.stderr


PAGES, ITEMS = 24, 20
CHILD = """
import sys
from crawlers.run import crawl
from koubei.core.clock import clock_from_environment
from koubei.core.config.load import load_settings
from koubei.core.folders import DataFolder
settings = load_settings(None)
runs = crawl(settings, DataFolder(settings.storage.data), settings.sources, clock_from_environment())
sys.stdout.write(runs[0].finish_reason)
"""


def start_child(site: Site, tmp_path: Path, pages: int) -> tuple[subprocess.Popen[bytes], threading.Event]:
    """A crawl of many feeds in another process, and an event that says it is half way."""
    half = threading.Event()

    def page(number: int) -> Any:
        def answer(request: Request) -> Response:
            if number == pages // 2:
                half.set()
            time.sleep(0.01)
            return Response(feed(*range(number * 100, number * 100 + ITEMS)))

        return answer

    site.answers |= {f"/{n}": page(n) for n in range(pages)}
    env = config(site, tmp_path, [f"{site.origin}/{n}" for n in range(pages)])
    env["PYTHONPATH"] = str(ROOT)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    return child, half


def test_a_signal_ends_the_crawl_in_order(site: Site, tmp_path: Path) -> None:
    child, half = start_child(site, tmp_path, PAGES)
    assert half.wait(30)
    child.send_signal(signal.SIGTERM)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (0, b"")
    assert out.decode().startswith("已停：")
    posts = site.posts()
    assert 0 < len(posts) < PAGES * ITEMS
    assert site.run("feed", *[f"/{n}" for n in range(PAGES)]).status == "ok"
    assert len({p.post_id for p in [*posts, *site.posts()]}) == PAGES * ITEMS


def test_after_a_kill_nothing_is_lost_and_nothing_is_there_twice(site: Site, tmp_path: Path) -> None:
    child, half = start_child(site, tmp_path, PAGES)
    assert half.wait(30)
    child.kill()
    child.communicate(timeout=30)
    state = site.state()
    assert [r.status for r in state.runs.abandoned()] == ["failed"]
    state.close()
    run = site.run("feed", *[f"/{n}" for n in range(PAGES)])
    assert run.status == "ok"
    assert len({p.post_id for p in site.posts()}) == PAGES * ITEMS
