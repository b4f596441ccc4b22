"""robots.txt as the crawl keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug import Response

from crawlers.net.robots import read_rules

Site = Any
FEED = (
    '<rss version="2.0"><channel><title>t</title><item><title>好</title><link>https://a.example/1</link>'
    "<description>中国移动</description></item></channel></rss>"
)
AGENT = "Koubei/0.1 (+ops@example.com)"


@pytest.mark.parametrize("status", [404, 410, 400])
def test_without_a_file_everything_is_allowed(status: int) -> None:
    assert read_rules(status, b"", AGENT).denied is None


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503, 302])
def test_a_file_kept_from_us_says_no(status: int) -> None:
    assert read_rules(status, b"", AGENT).denied


def test_rules_for_our_name_go_before_those_for_all() -> None:
    body = b"User-agent: *\nDisallow: /\n\nUser-agent: koubei\nDisallow: /private\nCrawl-delay: 7\n"
    rules = read_rules(200, body, AGENT)
    assert rules.parser is not None
    assert rules.parser.can_fetch("https://a.example/feed", AGENT)
    assert not rules.parser.can_fetch("https://a.example/private/x", AGENT)
    assert rules.delay == 7


def test_a_crawl_delay_nobody_can_keep_is_a_no() -> None:
    assert read_rules(200, b"User-agent: *\nCrawl-delay: 86400", AGENT).denied


@pytest.mark.parametrize(
    "robots",
    [
        Response("User-agent: *\nDisallow: /rss", content_type="text/plain"),
        Response("", 403),
        Response("", 401),
        Response("", 500),
    ],
)
def test_a_no_stops_the_source_before_the_first_page(site: Site, robots: Response) -> None:
    site.answers |= {"/robots.txt": robots, "/rss": FEED}
    run = site.run("feed", "/rss")
    assert "/rss" not in site.asked
    assert (run.status, run.collected, run.refused) == ("degraded", 0, 1)
    assert "robots.txt" in run.finish_reason


def test_robots_is_asked_once_and_obeyed(site: Site) -> None:
    site.answers |= {"/robots.txt": Response("User-agent: *\nDisallow: /x"), "/rss": FEED, "/rss2": FEED}
    run = site.run("feed", "/rss", "/rss2")
    assert run.status == "ok"
    assert site.asked.count("/robots.txt") == 1


def test_the_longer_of_crawl_delay_and_config_is_kept(site: Site) -> None:
    from scrapy.core.downloader import Slot

    kept: list[float] = []
    original = Slot.download_delay

    def spy(slot: Slot) -> float:
        kept.append(original(slot))
        return 0.0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Slot, "download_delay", spy)
        site.answers |= {"/robots.txt": Response("User-agent: *\nCrawl-delay: 20"), "/rss": FEED}
        site.run("feed", "/rss")
    assert kept[-1] == 20
