"""Each wire format, read the way a client reads it; nothing newer than the clock."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import feedparser
import httpx
import pytest
from lxml import html as lxml_html

from crawlers.sandbox import SandboxServer, World, demo_sources
from crawlers.sandbox.articles import FEEDS
from crawlers.sandbox.forum import BOARDS, GBK_BOARD
from crawlers.sandbox.keywords import APPS
from crawlers.sandbox.site.feeds import feed_path
from crawlers.sandbox.site.times import shown
from koubei.core.clock import BEIJING, FixedClock

BOARD = "/forum.php?mod=forumdisplay&fid={}&page={}"
THREAD = "/forum.php?mod=viewthread&tid={}&page={}"
COMPLAINTS = "/api/index/feed?type=1&page={}&page_size=50"
REVIEWS = "/cn/rss/customerreviews/page={}/id={}/sortby=mostrecent/json"


def _tree(answer: httpx.Response) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(answer.content)


def _tids(client: httpx.Client, fid: int, order: str = "") -> list[int]:
    found, page = [], 1
    while True:
        tree = _tree(client.get(BOARD.format(fid, page) + order))
        rows = tree.xpath("//*[@id='threadlisttableid']//tbody[starts-with(@id, 'normalthread_')]/@id")
        found += [int(row.split("_")[1]) for row in rows]
        if not tree.xpath("//div[@class='pg']//a[@class='nxt']"):
            return found
        page += 1


def _pids(client: httpx.Client, tid: int) -> list[int]:
    found, page = [], 1
    while True:
        tree = _tree(client.get(THREAD.format(tid, page)))
        found += [int(i[3:]) for i in tree.xpath("//table[starts-with(@id, 'pid')]/@id")]
        if not tree.xpath("//a[@class='nxt']"):
            return found
        page += 1


def test_every_forum_post_is_served_once(client: httpx.Client, small_world: World) -> None:
    tids = [tid for fid in BOARDS for tid in _tids(client, fid)]
    assert sorted(tids) == sorted(t.tid for t in small_world.threads)
    pids = [pid for tid in tids for pid in _pids(client, tid)]
    assert sorted(pids) == [p.pid for p in small_world.posts]


def test_a_post_reads_as_it_was_written(client: httpx.Client, small_world: World) -> None:
    thread = max((t for t in small_world.threads if t.board != GBK_BOARD), key=lambda t: len(t.posts))
    tree = _tree(client.get(THREAD.format(thread.tid, 1)))
    assert tree.xpath("string(//*[@id='thread_subject'])") == thread.posts[0].title
    for post in thread.posts[:20]:
        cell = tree.xpath(f"//td[@id='postmessage_{post.pid}']")[0]
        for extra in cell.xpath(".//*[@class='quote' or @class='jammer' or @class='pstatus']"):
            extra.drop_tree()
        assert cell.text_content().strip() == post.text.strip()
        at = tree.xpath(f"//em[@id='authorposton{post.pid}']")[0]
        exact = (at.xpath(".//@title") or [at.text_content().removeprefix("发表于 ")])[0]
        assert exact == f"{post.at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def test_lists_come_by_last_reply_or_by_start(client: httpx.Client, small_world: World) -> None:
    fid = 37
    threads = [t for t in small_world.threads if t.board == fid]
    by_reply = sorted(threads, key=lambda t: t.posts[-1].pid, reverse=True)
    by_start = sorted(threads, key=lambda t: t.tid, reverse=True)
    assert _tids(client, fid) == [t.tid for t in by_reply]
    assert _tids(client, fid, "&orderby=dateline") == [t.tid for t in by_start]


def test_one_board_is_gbk_and_shows_bare_relative_times(client: httpx.Client) -> None:
    answer = client.get(f"/forum-{GBK_BOARD}-1.html")
    assert answer.headers["content-type"] == "text/html; charset=gbk"
    text = answer.content.decode("gbk")
    assert BOARDS[GBK_BOARD] in text
    rows = text[text.index("normalthread_") :]
    assert re.search("(昨天|前天|小时前|分钟前|天前)", rows)
    assert "<span title=" not in rows


def test_sticky_threads_quotes_and_jammers_stand_in_the_markup(
    client: httpx.Client, small_world: World
) -> None:
    assert "stickthread_2" in client.get("/forum-2-1.html").text
    thread, quoted = next(
        (p.thread, p.quote) for p in small_world.posts if p.quote and p.thread.board != GBK_BOARD
    )
    pages = [client.get(THREAD.format(thread.tid, page)).text for page in (1, 2, 3)]
    assert any(f"pid={quoted.pid}&amp;ptid={thread.tid}" in page for page in pages)


def test_nothing_newer_than_the_clock_is_served(
    client: httpx.Client, clock: FixedClock, small_world: World
) -> None:
    clock.set(clock.now() - timedelta(days=10, hours=5))
    now = clock.now()
    tids = [tid for fid in BOARDS for tid in _tids(client, fid)]
    pids = {pid for tid in tids for pid in _pids(client, tid)}
    assert pids == {p.pid for p in small_world.posts if p.at <= now}
    rows = [row for page in range(1, 9) for row in _complaints(client, page)]
    assert {r["main"]["sn"] for r in rows} == _ids(small_world.complaints, now)
    reviews = [e for app in APPS for e in _reviews(client, 1, app)]
    assert {e["id"]["label"] for e in reviews if "im:rating" in e} == _ids(small_world.reviews, now)
    links = [e.link for name in FEEDS for e in feedparser.parse(client.get(feed_path(name)).content).entries]
    assert len(links) == sum(a.at <= now for a in small_world.articles)
    unborn = next(t for t in small_world.threads if t.posts[0].at > now)
    assert client.get(THREAD.format(unborn.tid, 1)).status_code == 404


def test_complaints_page_newest_first_with_epoch_strings(client: httpx.Client, small_world: World) -> None:
    rows = _complaints(client, 1)
    assert len(rows) == 50
    newest = small_world.complaints[-1]
    main = rows[0]["main"]
    assert main["sn"] == newest.native_id
    assert main["summary"] == newest.text
    assert datetime.fromtimestamp(int(main["created_at"]), UTC) == newest.at
    assert "code-red" in main["cotitle"]
    answer = client.get(COMPLAINTS.format(1)).json()["result"]["data"]["pager"]
    assert answer["item_count"] == len(small_world.complaints)
    assert answer["page_amount"] == 8


def test_complaints_as_jsonp(client: httpx.Client) -> None:
    text = client.get(COMPLAINTS.format(1) + "&callback=jQuery1&_=1").text
    assert text.startswith("try{jQuery1({")
    assert json.loads(text.removeprefix("try{jQuery1(").removesuffix(");}catch(e){};"))["result"]


def test_reviews_with_their_quirks(client: httpx.Client, small_world: World) -> None:
    assert "im:rating" not in _reviews(client, 1, "900010086")[0]
    empty = client.get(REVIEWS.format(9, "900010086")).json()
    assert "entry" not in empty["feed"]
    found = {e["id"]["label"]: e for app in APPS for e in _reviews(client, 1, app) if "im:rating" in e}
    for review in small_world.reviews:
        entry = found[review.native_id]
        assert entry["content"]["label"] == review.text
        if "updated" in entry:
            assert entry["updated"]["label"].endswith("-07:00")
            assert datetime.fromisoformat(entry["updated"]["label"]) == review.at


def test_a_single_review_is_an_object(client: httpx.Client, clock: FixedClock, small_world: World) -> None:
    app = "900010000"
    clock.set(next(r.at for r in small_world.reviews if r.app == app))
    assert isinstance(client.get(REVIEWS.format(1, app)).json()["feed"]["entry"], dict)
    clock.set(clock.now() - timedelta(seconds=1))
    assert "entry" not in client.get(REVIEWS.format(1, app)).json()["feed"]


@pytest.mark.parametrize("name", list(FEEDS))
def test_feeds_parse_and_hold_every_article(client: httpx.Client, small_world: World, name: str) -> None:
    feed = feedparser.parse(client.get(feed_path(name)).content)
    assert not feed.bozo
    articles = [a for a in reversed(small_world.articles) if a.feed == name]
    assert [e.title for e in feed.entries] == [a.title for a in articles]
    for entry, article in zip(feed.entries, articles, strict=True):
        body = entry.content[0].value if "content" in entry else entry.summary
        assert article.text in lxml_html.fromstring(f"<div>{body}</div>").text_content()
        when = entry.get("published_parsed") or entry.get("updated_parsed")
        if article.facts.timed == "unknown":
            assert when is None
        else:
            assert datetime(*when[:6], tzinfo=UTC) == article.at


def test_an_unchanged_feed_answers_304(client: httpx.Client, clock: FixedClock, small_world: World) -> None:
    path = feed_path("telecom-news")
    times = [a.at for a in small_world.articles if a.feed == "telecom-news"]
    clock.set(times[0])
    first = client.get(path)
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": modified}).status_code == 304
    clock.set(times[1])
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200
    assert client.get(path, headers={"If-Modified-Since": modified}).status_code == 200


def test_articles_can_be_opened(client: httpx.Client, small_world: World) -> None:
    article = small_world.articles[0]
    assert article.title in client.get(article.path).text


def test_robots_and_the_honeypot(client: httpx.Client, site: SandboxServer) -> None:
    assert "Disallow: /private/" in client.get("/robots.txt").text
    assert "/private/trap.html" in client.get("/forum-2-1.html").text
    assert site.log.count("/private/") == 0
    client.get("/private/trap.html")
    assert site.log.count("/private/") == 1


def test_the_log_counts_requests_gaps_and_concurrency(client: httpx.Client, site: SandboxServer) -> None:
    for _ in range(3):
        client.get("/forum-2-1.html?x=1", headers={"User-Agent": "tester"})
    assert site.log.paths() == {"/forum-2-1.html": 3}
    assert [v.status for v in site.log.visits] == [200, 200, 200]
    assert site.log.visits[0].agent == "tester"
    assert len(site.log.gaps()) == 2
    assert min(site.log.gaps()) >= 0
    assert site.log.most_at_once == 1


def test_unknown_paths_are_404(client: httpx.Client) -> None:
    for path in ("/nothing", "/forum.php?mod=viewthread&tid=1", "/feeds/none.xml", "/feeds/finance.xml"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("seconds", "relative"),
    [
        (0, "刚刚"), (30, "30 秒前"), (300, "5 分钟前"), (1900, "半小时前"), (7300, "2 小时前"),
        (86_400, "昨天 20:00"), (2 * 86_400, "前天 20:00"), (3 * 86_400, "3 天前"), (8 * 86_400, ""),
    ],
)  # fmt: skip
def test_relative_times(seconds: int, relative: str) -> None:
    now = datetime(2026, 11, 18, 20, 0, tzinfo=BEIJING)
    assert shown(now - timedelta(seconds=seconds), now).relative == relative


def test_demo_sources_name_what_is_served(client: httpx.Client, site: SandboxServer) -> None:
    sources = demo_sources(site.origin)
    assert [s["name"] for s in sources] == ["forum", "heimao", "appstore", "feed"]
    assert all(client.get(url).status_code == 200 for s in sources for url in s["urls"])


def _complaints(client: httpx.Client, page: int) -> list[dict[str, dict[str, str]]]:
    data = client.get(COMPLAINTS.format(page)).json()["result"]["data"]
    rows: list[dict[str, dict[str, str]]] = data["lists"]
    return rows


def _reviews(client: httpx.Client, page: int, app: str) -> list[dict[str, dict[str, str]]]:
    entry = client.get(REVIEWS.format(page, app)).json()["feed"].get("entry", [])
    return entry if isinstance(entry, list) else [entry]


def _ids(items: list, now: datetime) -> set[str]:  # type: ignore[type-arg]  # any kind of item
    return {i.native_id for i in items if i.at <= now}
