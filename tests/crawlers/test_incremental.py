"""A second crawl reads only what is new; a cursor moves only over posts that are on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request, Response

from koubei.core.state import Seen

Site = Any
FIXTURES = Path(__file__).parent / "fixtures"
BOARD = "/forum.php?mod=forumdisplay&fid=2"


def heimao_page(numbers: list[int], page: int, pages: int) -> str:
    rows = [
        {"main": {"sn": str(n), "title": f"投诉{n}", "cotitle": "中国移动", "summary": "乱扣费", "status": 1,
                  "created_at": str(1_794_900_000 + n), "url": f"//tousu.example/{n}/"}, "author": {}}
        for n in numbers
    ]  # fmt: skip
    pager = {"current": page, "next": page + 1 if page < pages else 0, "page_amount": pages, "item_count": 99}
    return json.dumps({"result": {"status": {"code": 0}, "data": {"lists": rows, "pager": pager}}})


def serve_heimao(site: Site, numbers: list[int], size: int = 2) -> None:
    pages = [numbers[i : i + size] for i in range(0, len(numbers), size)]
    for page, rows in enumerate(pages, 1):
        path = f"/api/index/feed?type=1&page={page}&page_size={size}"
        site.answers[path] = heimao_page(rows, page, len(pages))


def crawl_heimao(site: Site, **options: Any) -> tuple[Any, list[str]]:
    run = site.run("heimao", "/", page_size=2, **options)
    return run, [p.native_id for p in site.posts()]


def test_paging_stops_where_the_last_crawl_began(site: Site) -> None:
    serve_heimao(site, [6, 5, 4, 3, 2, 1])
    assert crawl_heimao(site)[1] == ["6", "5", "4", "3", "2", "1"]
    serve_heimao(site, [8, 7, 6, 5, 4, 3, 2, 1])
    site.asked.clear()
    run, found = crawl_heimao(site)
    assert found == ["8", "7"]
    assert len(site.asked) == 3, "robots.txt, the page of new ones, the first page of known ones"
    assert not run.truncated


def test_a_list_that_ends_above_known_ground_is_truncated(site: Site) -> None:
    serve_heimao(site, [2, 1])
    assert not crawl_heimao(site)[0].truncated
    serve_heimao(site, [9, 8, 7, 6])
    run, found = crawl_heimao(site)
    assert run.truncated
    assert found == ["9", "8", "7", "6"]


def test_the_page_limit_above_known_ground_is_truncated_too(site: Site) -> None:
    serve_heimao(site, [2, 1])
    crawl_heimao(site)
    serve_heimao(site, [9, 8, 7, 6, 2, 1])
    assert crawl_heimao(site, max_pages=1)[0].truncated


def test_a_crawl_that_was_cut_off_leaves_no_hole(site: Site) -> None:
    serve_heimao(site, [2, 1])
    crawl_heimao(site)
    serve_heimao(site, [8, 7, 6, 5, 4, 3, 2, 1])
    third = "/api/index/feed?type=1&page=3&page_size=2"
    whole = site.answers[third]
    site.answers[third] = Response("", 429)
    run, found = crawl_heimao(site)
    assert (run.refused, found) == (1, ["8", "7", "6", "5"])
    site.answers[third] = whole
    assert {"4", "3"} <= set(crawl_heimao(site)[1])


def test_what_waits_in_the_spool_is_not_collected_again(site: Site) -> None:
    serve_heimao(site, [2, 1])
    crawl_heimao(site)
    run, found = crawl_heimao(site)
    assert (found, run.collected, run.dropped) == ([], 0, {"duplicate": 2})


def ledger_knows(site: Site, posts: list[Any]) -> None:
    state = site.state()
    now = site.clock.now()
    state.seen.record([Seen(p.post_id, now, now, p.content_hash, 1, p.observed) for p in posts])
    state.close()


def test_an_edited_post_is_collected_again_an_unchanged_one_is_not(site: Site) -> None:
    path = "/cn/rss/customerreviews/page={}/id=583700738/sortby=mostrecent/json"
    for page in (1, 2, 3):
        site.answers[path.format(page)] = (FIXTURES / f"appstore/page{page}.json").read_text(encoding="utf-8")
    site.run("appstore", "/", apps=["583700738"])
    ledger_knows(site, site.posts())
    text = site.answers[path.format(1)]
    site.answers[path.format(1)] = text.replace("一打开就闪退", "更新后好多了")
    run = site.run("appstore", "/", apps=["583700738"])
    assert [p.text for p in site.posts()] == ["更新后好多了，余额也查不了。"]
    assert run.dropped == {"duplicate": 1}


def test_an_app_that_had_reviews_and_shows_none_is_a_refusal(site: Site) -> None:
    path = "/cn/rss/customerreviews/page={}/id=583700738/sortby=mostrecent/json"
    for page in (1, 2, 3):
        site.answers[path.format(page)] = (FIXTURES / f"appstore/page{page}.json").read_text(encoding="utf-8")
    site.run("appstore", "/", apps=["583700738"])
    site.answers[path.format(1)] = site.answers[path.format(3)]
    assert site.run("appstore", "/", apps=["583700738"]).refused == 1


# -- forum --------------------------------------------------------------------------------------------


def floor(pid: int, text: str) -> str:
    return (
        f'<div id="post_{pid}"><table id="pid{pid}"><tr><td class="authi"><a href="space-uid-{pid}.html" '
        f'class="xw1">u{pid}</a></td><td><em id="authorposton{pid}">发表于 2026-11-17 10:00</em>'
        f'<table><tr><td class="t_f" id="postmessage_{pid}">{text}</td></tr></table></td></tr></table></div>'
    )


def serve_forum(site: Site, threads: dict[int, list[int]], size: int = 2) -> None:
    """Threads by id in order of the list, each with the numbers of its floors."""
    site.answers.clear()
    rows = "".join(
        f'<tbody id="normalthread_{tid}"><tr><th>'
        f'<a class="s xst" href="forum.php?mod=viewthread&amp;tid={tid}">主题{tid}</a></th>'
        f'<td class="num"><a class="xi2">{len(pids) - 1}</a><em>9</em></td></tr></tbody>'
        for tid, pids in threads.items()
    )
    site.answers[BOARD] = f'<table id="threadlisttableid">{rows}</table>'
    for tid, pids in threads.items():
        pages = [pids[i : i + size] for i in range(0, len(pids), size)]
        for number, page in enumerate(pages, 1):
            url = f"forum.php?mod=viewthread&tid={tid}" + (f"&page={number}" if number > 1 else "")
            more = f"forum.php?mod=viewthread&amp;tid={tid}&amp;page={number + 1}"
            nxt = (
                f'<div class="pg"><a class="nxt" href="{more}">下一页</a></div>'
                if number < len(pages)
                else ""
            )
            body = "".join(floor(pid, f"第{pid}楼") for pid in page)
            site.answers[f"/{url}"] = f'<span id="thread_subject">主题{tid}</span>{body}{nxt}'


def test_only_threads_with_new_replies_are_read_from_where_they_were_left(site: Site) -> None:
    serve_forum(site, {7: [71, 72, 73], 8: [81], 9: [91, 92]})
    assert site.run("discuz", BOARD).collected == 6
    site.posts()
    serve_forum(site, {7: [71, 72, 73, 74, 75], 8: [81], 9: [91, 92]})
    site.asked.clear()
    site.run("discuz", BOARD)
    assert [p.native_id for p in site.posts()] == ["p74", "p75"]
    visited = [path for path in site.asked if "viewthread" in path]
    assert visited == [f"/forum.php?mod=viewthread&tid=7&page={n}" for n in (2, 3)]


def test_a_reply_knows_the_first_floor_also_on_later_visits(site: Site) -> None:
    serve_forum(site, {7: [71]})
    site.run("discuz", BOARD)
    serve_forum(site, {7: [71, 72, 73]})
    site.posts()
    page2 = "/forum.php?mod=viewthread&tid=7&page=2"
    quote = '<blockquote><a href="forum.php?mod=redirect&amp;pid=71">u71</a> 说</blockquote>'
    site.answers[page2] = site.answers[page2].replace("第73楼", f"{quote}同意")
    site.run("discuz", BOARD)
    posts = {p.native_id: p for p in site.posts()}
    assert posts["p73"].parent_id == posts["p73"].thread_id == "plat:t7"
    assert (posts["p73"].text, posts["p73"].quoted) == ("同意", "u71 说")


def test_threads_of_a_cut_off_crawl_are_not_read_twice_and_none_is_forgotten(site: Site) -> None:
    serve_forum(site, {7: [71, 72], 8: [81], 9: [91]})
    good = site.answers["/forum.php?mod=viewthread&tid=8"]
    site.answers["/forum.php?mod=viewthread&tid=8"] = Response("", 403)
    first = site.run("discuz", BOARD)
    before = {p.native_id for p in site.posts()}
    assert first.refused == 1
    site.answers["/forum.php?mod=viewthread&tid=8"] = good
    second = site.run("discuz", BOARD)
    after = [p.native_id for p in site.posts()]
    assert second.status == "ok"
    assert before | set(after) == {"t7", "p72", "t8", "t9"}
    assert not before & set(after)


def test_a_thread_that_failed_is_read_next_time(site: Site) -> None:
    serve_forum(site, {7: [71], 8: [81]})
    good = site.answers["/forum.php?mod=viewthread&tid=8"]
    site.answers["/forum.php?mod=viewthread&tid=8"] = Response("", 500)
    assert site.run("discuz", BOARD).status == "degraded"
    site.posts()
    site.answers["/forum.php?mod=viewthread&tid=8"] = good
    site.run("discuz", BOARD)
    assert [p.native_id for p in site.posts()] == ["t8"]


# -- feeds --------------------------------------------------------------------------------------------


def rss(*numbers: int) -> str:
    items = "".join(
        f"<item><title>第{n}篇</title><link>https://a.example/{n}</link><description>中国移动</description></item>"
        for n in numbers
    )
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'


def test_a_feed_is_asked_only_if_it_changed(site: Site) -> None:
    def answer(request: Request) -> Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return Response("", 304)
        return Response(rss(2, 1), headers={"ETag": '"v1"', "Last-Modified": "Tue, 17 Nov 2026 08:00:00 GMT"})

    site.answers["/f"] = answer
    assert site.run("feed", "/f").collected == 2
    second = site.run("feed", "/f")
    assert (second.status, second.collected, second.requested) == ("ok", 0, 2)


def test_a_feed_that_rolled_over_since_the_last_look_is_truncated(site: Site) -> None:
    site.answers["/f"] = rss(2, 1)
    site.run("feed", "/f")
    site.answers["/f"] = rss(3, 2)
    assert not site.run("feed", "/f").truncated
    site.answers["/f"] = rss(9, 8)
    assert site.run("feed", "/f").truncated


def test_a_feed_that_is_gone_says_so(site: Site) -> None:
    site.answers["/f"] = Response("", 410)
    run = site.run("feed", "/f")
    assert (run.status, run.requested) == ("degraded", 2)
    assert run.finish_reason.startswith("已关闭：")


def test_a_feed_that_lost_its_entries_is_a_change_of_markup(site: Site) -> None:
    site.answers["/f"] = rss(1)
    site.run("feed", "/f")
    site.answers["/f"] = rss(1).replace("item>", "story>")
    assert site.run("feed", "/f").leftover["item"] == 1


def test_pages_of_a_feed_are_followed_down_to_known_ground(site: Site) -> None:
    def page(numbers: list[int], following: str | None) -> str:
        rows = [{"id": str(n), "url": f"https://a.example/{n}", "content_text": f"第{n}篇"} for n in numbers]
        more = {"next_url": following} if following else {}
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": rows, **more})

    site.answers |= {"/f": page([4, 3], "/f?p=2"), "/f?p=2": page([2, 1], None)}
    assert site.run("feed", "/f").collected == 4
    site.asked.clear()
    site.answers |= {
        "/f": page([6, 5], "/f?p=2"),
        "/f?p=2": page([4, 3], "/f?p=3"),
        "/f?p=3": page([2, 1], None),
    }
    assert site.run("feed", "/f").collected == 2
    assert "/f?p=3" not in site.asked


def test_comment_feeds_are_read_again_only_when_their_number_changes(site: Site) -> None:
    def feed(count: int) -> str:
        return (
            '<rss version="2.0" xmlns:wfw="http://wellformedweb.org/CommentAPI/" '
            'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>t</title><item><title>一</title>'
            "<link>https://a.example/1</link><description>x</description><wfw:commentRss>/c</wfw:commentRss>"
            f"<slash:comments>{count}</slash:comments></item></channel></rss>"
        )

    site.answers |= {"/f": feed(1), "/c": rss(11)}
    site.run("feed", "/f", comments=True)
    site.run("feed", "/f", comments=True)
    assert site.asked.count("/c") == 1
    site.answers["/f"] = feed(2)
    site.run("feed", "/f", comments=True)
    assert site.asked.count("/c") == 2


def test_a_refused_comment_feed_does_not_stop_the_source(site: Site) -> None:
    folder = FIXTURES / "feed"
    site.answers["/f"] = (folder / "wordpress.xml").read_text(encoding="utf-8")
    site.answers["/2026/11/tariff/feed/"] = Response("", 403)
    run = site.run("feed", "/f", comments=True)
    assert (run.status, run.dropped) == ("ok", {"refused": 1})


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_feed_that_says_gb2312_is_read_either_way(site: Site, encoding: str) -> None:
    text = (FIXTURES / "feed/gb2312-but-utf8.xml").read_text(encoding="utf-8")
    site.answers["/f"] = Response(text.encode(encoding), content_type="text/xml")
    site.run("feed", "/f")
    assert [p.title for p in site.posts()] == ["电信全省断网两小时"]
