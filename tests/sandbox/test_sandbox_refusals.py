"""The sandbox says no in every way a spider must understand."""

from __future__ import annotations

import httpx
import pytest

from crawlers.sandbox import SandboxServer
from crawlers.sandbox.site.refusals import Kind

BOARD = "/forum.php?mod=forumdisplay&fid=2"
FEED = "/api/index/feed?type=1&page=1&page_size=50"
REVIEWS = "/cn/rss/customerreviews/page=1/id=900010086/sortby=mostrecent/json"


@pytest.mark.parametrize(("kind", "status"), [("403", 403), ("429", 429), ("432", 432)])
def test_by_status(client: httpx.Client, site: SandboxServer, kind: Kind, status: int) -> None:
    site.refuse("/forum.php", kind)
    assert client.get(BOARD).status_code == status
    assert client.get(FEED).status_code == 200
    site.relent()
    assert client.get(BOARD).status_code == 200


def test_429_says_when_to_come_back(client: httpx.Client, site: SandboxServer) -> None:
    site.refuse("/", "429")
    assert client.get(FEED).headers["retry-after"] == "60"


@pytest.mark.parametrize(("kind", "words"), [("login200", "抱歉，您需要登录"), ("captcha", "安全验证")])
def test_by_a_page_with_status_200(client: httpx.Client, site: SandboxServer, kind: Kind, words: str) -> None:
    site.refuse("/api/", kind)
    answer = client.get(FEED)
    assert answer.status_code == 200
    assert words in answer.text


def test_by_empty_lists_with_a_total(client: httpx.Client, site: SandboxServer) -> None:
    site.refuse("/", "empty_with_total")
    data = client.get(FEED).json()["result"]["data"]
    assert data["lists"] == []
    assert data["pager"]["item_count"] > 0
    assert "entry" not in client.get(REVIEWS).json()["feed"]
    assert "normalthread_" not in client.get(BOARD).text
    assert "<item>" not in client.get("/feeds/telecom-news.xml").text


def test_robots_can_be_away(client: httpx.Client, site: SandboxServer) -> None:
    site.refuse("/robots.txt", "robots_5xx")
    assert client.get("/robots.txt").status_code == 503


def test_a_redesign_takes_the_marks_a_parser_relies_on(client: httpx.Client, site: SandboxServer) -> None:
    site.refuse("/", "markup_changed")
    assert "threadlisttableid" not in client.get(BOARD).text
    assert "lists" not in client.get(FEED).json()["result"]["data"]
    assert "entry" not in client.get(REVIEWS).json()["feed"]
    assert "<item>" not in client.get("/feeds/telecom-news.xml").text


def test_only_after_some_requests(client: httpx.Client, site: SandboxServer) -> None:
    site.refuse("/forum.php", "403", after=2)
    assert [client.get(BOARD).status_code for _ in range(4)] == [200, 200, 403, 403]


def test_slow_answers_come_in_the_end(client: httpx.Client, site: SandboxServer) -> None:
    refusal = site.refuse("/forum.php", "slow", seconds=0.01)
    assert client.get(BOARD).status_code == 200
    assert refusal.hits == 1
