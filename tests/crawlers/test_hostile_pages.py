"""Pages made to break us: they cost one post or one page, never the crawl."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Response

Site = Any
BOARD = "/forum.php?mod=forumdisplay&fid=2"
THREAD = "/forum.php?mod=viewthread&tid=7"
LIST = (
    '<table id="threadlisttableid"><tbody id="normalthread_7"><tr><th><a class="s xst" '
    'href="forum.php?mod=viewthread&amp;tid=7">{title}</a></th></tr></tbody></table>'
)
FLOOR = (
    '<div id="post_71"><table id="pid71"><tr><td class="authi"><a class="xw1" href="{href}">u</a></td><td>'
    '<em id="authorposton71">发表于 2026-11-17 10:00</em><table><tr><td class="t_f" id="postmessage_71">'
    "{text}</td></tr></table></td></tr></table></div>"
)


def crawl_thread(
    site: Site, text: str, title: str = "主题", href: str = "space-uid-1.html"
) -> tuple[Any, list[Any]]:
    site.answers |= {BOARD: LIST.format(title=title), THREAD: FLOOR.format(text=text, href=href)}
    run = site.run("discuz", BOARD)
    return run, site.posts()


def test_a_post_of_a_megabyte_is_cut_and_kept(site: Site) -> None:
    run, (post,) = crawl_thread(site, "移动" * 500_000)
    assert run.status == "ok"
    assert 0 < len(post.text) <= 200_000


def test_scripts_and_javascript_links_do_not_get_in(site: Site) -> None:
    text = '<script>alert(1)</script><a href="javascript:alert(2)">点我</a><img src=x onerror=alert(3)>好'
    _, (post,) = crawl_thread(site, text, title="&lt;script&gt;x&lt;/script&gt;", href="javascript:alert(4)")
    assert post.text == "点我好"
    assert post.url.startswith("http")


def test_null_bytes_and_odd_characters_are_dropped(site: Site) -> None:
    _, (post,) = crawl_thread(site, "中国\x00移动\x08好\x1b[31m")
    assert post.text == "中国移动好[31m"


@pytest.mark.parametrize("tag", ["div", "blockquote", "font", "b"])
def test_ten_thousand_nested_tags_are_read(site: Site, tag: str) -> None:
    run, posts = crawl_thread(site, f"开头{f'<{tag}>' * 10_000}底部{f'</{tag}>' * 10_000}")
    assert run.status in ("ok", "degraded")
    assert run.finish_reason == "finished" or posts == []


def test_a_compressed_bomb_is_not_unpacked(site: Site) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    site.answers["/f"] = Response(bomb, headers={"Content-Encoding": "gzip", "Content-Type": "text/xml"})
    run = site.run("feed", "/f")
    assert (run.status, run.collected) == ("degraded", 0)
    assert run.finish_reason.startswith("读不出：")


def test_an_answer_without_end_is_cut_off(site: Site) -> None:
    site.answers["/f"] = Response(b"x" * 11_000_000, content_type="text/xml")
    run = site.run("feed", "/f")
    assert run.status == "degraded"
    assert "超过" in run.finish_reason
    assert site.asked.count("/f") == 1


def test_an_entity_bomb_does_not_explode(site: Site) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    site.answers["/f"] = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">{entities}]><rss version="2.0"><channel>'
        "<title>t</title><item><title>&l9;</title><link>https://a.example/1</link></item></channel></rss>"
    )
    site.run("feed", "/f")
    assert all(len(post.title) < 10_000 for post in site.posts())


def test_a_body_that_is_the_name_of_a_file_is_not_opened(site: Site, tmp_path: Path) -> None:
    secret = tmp_path / "<rss>"
    secret.write_text("<rss version='2.0'><channel><item><title>x</title></item></channel></rss>")
    site.answers["/f"] = str(secret)
    run = site.run("feed", "/f")
    assert (run.status, run.collected) == ("degraded", 0)


@pytest.mark.parametrize(
    "main",
    [
        {"sn": 5, "title": None, "summary": {"a": 1}, "created_at": [], "cotitle": 7, "url": 3},
        {
            "sn": "5",
            "title": ["x"],
            "summary": "好" * 10,
            "created_at": "9" * 400,
            "url": "javascript:alert(1)",
        },
        {"sn": "5", "summary": "\ud800坏字符", "created_at": -1, "url": "http://[broken"},
        {"sn": "x" * 5000, "summary": "长编号"},
    ],
)
def test_wrong_types_in_json_cost_at_most_the_field(site: Site, main: dict[str, Any]) -> None:
    good = {"sn": "1", "title": "好", "summary": "正常"}
    data = {"lists": [{"main": main, "author": 3}, {"main": good}, 17, None], "pager": "x"}
    site.answers["/api/index/feed?type=1&page=1&page_size=50"] = json.dumps(
        {"result": {"status": {"code": 0}, "data": data}}
    )
    run = site.run("heimao", "/")
    posts = site.posts()
    assert "正常" in [p.text for p in posts]
    assert all(p.url is None or p.url.startswith("http") for p in posts)
    assert "unreadable" not in run.dropped


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"a":' * 50_000, "null", "3", '"x"', "", "callback(", "({})"]
)
def test_json_that_is_none_is_told(site: Site, body: str) -> None:
    site.answers["/api/index/feed?type=1&page=1&page_size=50"] = body
    run = site.run("heimao", "/")
    assert (run.status, run.collected) == ("degraded", 0)
