"""robots.txt as the crawl keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug import Response

from crawlers.net.robots import LONGEST_DELAY, MAX_BYTES, read_rules

Site = Any
FEED = (
    '<rss version="2.0"><channel><title>t</title><item><title>好</title><link>https://a.example/1</link>'
    "<description>中国移动</description></item></channel></rss>"
)


@pytest.mark.parametrize("status", [404, 410, 400])
def test_without_a_file_everything_is_allowed(status: int) -> None:
    assert read_rules(status, b"").denied is None


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503, 302])
def test_a_file_kept_from_us_says_no(status: int) -> None:
    assert read_rules(status, b"").denied


def test_rules_for_our_name_go_before_those_for_all() -> None:
    body = b"User-agent: *\nDisallow: /\n\nUser-agent: koubei\nDisallow: /private\nCrawl-delay: 7\n"
    rules = read_rules(200, body)
    assert rules.allow("https://a.example/feed")
    assert not rules.allow("https://a.example/private/x")
    assert rules.delay == 7


# ";" is a line end, "UA" is User-agent.
GROUPS = {
    "other records end no group": (
        "UA: *;Crawl-delay: 5;UA: b;Disallow: /y",
        "/y",
        False,
    ),
    "nor does a sitemap": (
        "UA: koubei;Sitemap: https://a.example/s;UA: b;Disallow: /y",
        "/y",
        False,
    ),
    "nor a blank line": (
        "UA: koubei;;UA: b;;Disallow: /y",
        "/y",
        False,
    ),
    "a version is no part of the name": (
        "UA: koubei/1.2;Disallow: /y",
        "/y",
        False,
    ),
    "a version does not open what is shut": (
        "UA: *;Disallow: /y;UA: koubei/1.2;Disallow: /z",
        "/z",
        False,
    ),
    "case does not matter": (
        "USER-AGENT: KouBei;DISALLOW: /y",
        "/y",
        False,
    ),
    "groups of ours go together": (
        "UA: koubei;Disallow: /x;UA: *;Allow: /;UA: koubei;Disallow: /y",
        "/y",
        False,
    ),
    "and both halves count": (
        "UA: koubei;Disallow: /x;UA: *;Allow: /;UA: koubei;Disallow: /y",
        "/x",
        False,
    ),
    "another's name is not ours": (
        "UA: koubeibot;Disallow: /y",
        "/y",
        True,
    ),
    "ours goes before everyone's": (
        "UA: *;Disallow: /;;UA: koubei;Disallow:",
        "/y",
        True,
    ),
    "the longest match decides": (
        "UA: *;Disallow: /a;Allow: /a/b",
        "/a/b/c",
        True,
    ),
    "CR alone ends a line": (
        "UA: *\rDisallow: /y\r",
        "/y",
        False,
    ),
    "CR LF too": (
        "UA: *\r;Disallow: /y\r;",
        "/y",
        False,
    ),
    "a BOM is not part of the first word": (
        "\ufeffUA: *;Disallow: /y",
        "/y",
        False,
    ),
    "comments are none of it": (
        "UA: * # all;Disallow: /y # private",
        "/y",
        False,
    ),
    "the stricter reading holds": (
        "UA: *;Disallow: /;UA: *;Crawl-delay: 2;UA: b;Allow: /z",
        "/z",
        False,
    ),
}


@pytest.mark.parametrize(("robots", "path", "allowed"), GROUPS.values(), ids=GROUPS.keys())
def test_groups_are_read_by_the_rfc(robots: str, path: str, allowed: bool) -> None:
    text = robots.replace(";", "\n").replace("UA:", "User-agent:")
    assert read_rules(200, text.encode()).allow(f"https://a.example{path}") is allowed


def test_a_delay_between_user_agents_is_kept() -> None:
    assert read_rules(200, b"User-agent: *\nCrawl-delay: 5\nUser-agent: b\nDisallow: /y").delay == 5


@pytest.mark.parametrize("delay", ["soon", "", "-3", "nan", "1e999"])
def test_a_delay_that_is_no_number_is_passed_over(delay: str) -> None:
    rules = read_rules(200, f"User-agent: *\nCrawl-delay: {delay}\nDisallow: /y".encode())
    assert not rules.allow("https://a.example/y")
    assert rules.denied or 0 <= rules.delay <= LONGEST_DELAY


def test_a_line_cut_at_the_limit_forbids_but_never_allows() -> None:
    head = b"User-agent: *\nDisallow: /x\n"
    for tail, path, allowed in ((b"Disallow: /yes", "/y", False), (b"Allow: /x/y", "/x/y", False)):
        filler = b"#" * (MAX_BYTES - len(head) - len(tail) - 1 + 2) + b"\n"
        assert read_rules(200, head + filler + tail).allow(f"https://a.example{path}") is allowed


def test_a_crawl_delay_nobody_can_keep_is_a_no() -> None:
    assert read_rules(200, b"User-agent: *\nCrawl-delay: 86400").denied


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
