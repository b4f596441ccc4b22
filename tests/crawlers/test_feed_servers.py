"""What real feed servers do: WordPress, Isso, Eleventy, Hugo and plain web servers, in their wire shapes."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from koubei.core.config.schema import Network

Site = Any
CHANNEL = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>站</title>'
GENERATOR = "<generator>https://wordpress.org/?v=6.1.9</generator>"


def wordpress(origin: str, numbers: range) -> str:
    items = "".join(
        f"<item><title>中国移动第{n}条</title><link>{origin}/?p={n}</link><dc:creator>张晓明</dc:creator>"
        f"<pubDate>Wed, 18 Nov 2026 00:{n:02}:05 +0000</pubDate>"
        f'<guid isPermaLink="false">{origin}/?p={n}</guid></item>'
        for n in numbers
    )
    return f"{CHANNEL}{GENERATOR}{items}</channel></rss>"


def wordpress_comment(origin: str) -> str:
    return (
        f"{CHANNEL}{GENERATOR}<item><title>Comment on 中国移动又涨价 by 陈大文</title>"
        f"<link>{origin}/?p=16#comment-4</link><dc:creator>陈大文</dc:creator>"
        f'<guid isPermaLink="false">{origin}/?p=16#comment-4</guid>'
        "<description>还行吧</description></item></channel></rss>"
    )


def test_wordpress_pages_that_no_link_names_are_followed(site: Site) -> None:
    site.answers |= {
        "/?feed=rss2": wordpress(site.origin, range(23, 13, -1)),
        "/?feed=rss2&paged=2": wordpress(site.origin, range(13, 3, -1)),
    }
    run = site.run("feed", "/?feed=rss2")
    assert (run.status, run.collected, run.dropped) == ("ok", 20, {})
    assert site.asked[-1] == "/?feed=rss2&paged=3"
    assert len(site.posts()) == 20
    site.asked.clear()
    site.answers["/?feed=rss2"] = wordpress(site.origin, range(25, 15, -1))
    second = site.run("feed", "/?feed=rss2")
    assert (second.collected, second.truncated) == (2, False)


def test_posts_missed_while_away_are_found_on_the_next_pages(site: Site) -> None:
    site.answers["/?feed=rss2"] = wordpress(site.origin, range(10, 0, -1))
    assert site.run("feed", "/?feed=rss2").collected == 10
    site.answers |= {
        "/?feed=rss2": wordpress(site.origin, range(25, 15, -1)),
        "/?feed=rss2&paged=2": wordpress(site.origin, range(15, 5, -1)),
    }
    run = site.run("feed", "/?feed=rss2")
    assert (run.collected, run.truncated) == (15, False)


def test_a_comment_feed_gives_comments_without_their_authors_names(site: Site) -> None:
    site.answers |= {
        "/?feed=comments-rss2": wordpress_comment(site.origin),
        "/?feed=rss2": wordpress(site.origin, range(16, 15, -1)),
    }
    assert site.run("feed", "/?feed=comments-rss2", "/?feed=rss2").status == "ok"
    comment, post = sorted(site.posts(), key=lambda p: p.kind)
    assert (comment.kind, comment.title, comment.text) == ("comment", "", "还行吧")
    assert comment.thread_title == "Comment on 中国移动又涨价 by 陈**"
    assert comment.author_name == "陈**"
    assert comment.thread_id == comment.parent_id == post.post_id


def test_an_answer_points_to_the_comment_it_answers(site: Site) -> None:
    page = "http://blog.example/post/1.html"
    site.answers["/feed?uri=1"] = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">'
        "<id>tag:blog.example,2018:/isso/thread/1</id><title>Comments</title>"
        f"<entry><id>tag:blog.example,2018:/isso/1/1</id><title>Comment #1</title>"
        f'<link href="{page}#isso-1"/>'
        "<author><name>王小明</name></author><content>掉线</content></entry>"
        f"<entry><id>tag:blog.example,2018:/isso/1/4</id><title>Comment #4</title>"
        f'<link href="{page}#isso-4"/>'
        "<author><name/></author><content>同感</content>"
        f'<thr:in-reply-to ref="tag:blog.example,2018:/isso/1/1" href="{page}#isso-1"/></entry></feed>'
    )
    assert site.run("feed", "/feed?uri=1").collected == 2
    first, answer = site.posts()
    assert [first.kind, answer.kind] == ["comment", "comment"]
    assert answer.parent_id == first.post_id
    assert answer.thread_id == first.thread_id == first.parent_id


ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>博客</title><id>x</id><author><name>赵老师</name></author>'
    '<entry><title>中国移动</title><id>https://a.example/1</id><link href="https://a.example/1"/></entry></feed>'
)
JSON_FEED = (
    '{"version": "https://jsonfeed.org/version/1.1", "authors": [{"name": "赵老师"}],'
    ' "items": [{"id": "1", "url": "https://a.example/1", "title": "中国移动"}]}'
)


@pytest.mark.parametrize("feed", [ATOM, JSON_FEED])
def test_entries_inherit_the_author_of_their_feed(site: Site, feed: str) -> None:
    site.answers["/f"] = feed
    site.run("feed", "/f")
    (post,) = site.posts()
    assert (post.author_name, bool(post.author_key)) == ("赵**", True)


def test_utf_16_is_read(site: Site) -> None:
    site.answers["/f"] = Response(
        ATOM.replace("<feed", '<?xml version="1.0" encoding="UTF-16"?><feed', 1).encode("utf-16"),
        content_type="text/xml",
    )
    site.run("feed", "/f")
    assert [p.title for p in site.posts()] == ["中国移动"]


def test_a_feed_that_breaks_off_loses_nothing(site: Site) -> None:
    whole = wordpress(site.origin, range(5, 0, -1))
    cut = Response(whole[: whole.index("第2条") + 4], headers={"ETag": '"v1"'}, content_type="text/xml")
    site.answers["/f"] = cut
    run = site.run("feed", "/f")
    assert (run.status, run.collected) == ("degraded", 3)
    assert "没有传完" in run.finish_reason
    conditional: list[str | None] = []

    def repaired(request: Request) -> Response:
        conditional.append(request.headers.get("If-None-Match"))
        return Response(whole, content_type="text/xml")

    site.answers["/f"] = repaired
    assert site.run("feed", "/f").status == "ok"
    assert {p.title for p in site.posts()} == {f"中国移动第{n}条" for n in range(1, 6)}
    assert conditional == [None]


def test_a_page_that_does_not_change_hides_no_change_of_its_feed(site: Site) -> None:
    """A static page is older than its feed: what the feed said of its age must not be asked of the page."""

    def page(request: Request) -> Response:
        if request.headers.get("If-Modified-Since") or request.headers.get("If-None-Match"):
            return Response("", 304)
        link = "<link rel='alternate' type='application/rss+xml' href='/f'>"
        return Response(f"<html><head>{link}</head></html>", content_type="text/html")

    site.answers["/"] = page
    for newest in (1, 2):
        feed = wordpress(site.origin, range(newest, 0, -1))
        site.answers["/f"] = Response(feed, headers={"Last-Modified": "Tue, 17 Nov 2026 08:00:00 GMT"})
        assert site.run("feed", "/").collected == 1


def test_a_page_that_names_itself_as_the_next_is_asked_once(site: Site) -> None:
    site.answers["/f"] = ATOM.replace("<id>x</id>", "<id>x</id><link rel='next' href='/f'/>")
    assert site.run("feed", "/f").collected == 1
    assert site.asked.count("/f") == 1


def test_a_page_without_a_feed_is_not_called_a_change(site: Site) -> None:
    site.answers["/"] = "<html><body>公司新闻</body></html>"
    run = site.run("feed", "/")
    assert (run.status, run.leftover) == ("degraded", {})
    assert "这里不是 RSS" in run.finish_reason


def test_this_machine_may_call_itself_localhost(site: Site) -> None:
    there = site.origin.replace("127.0.0.1", "localhost")
    site.answers |= {"/": Response("", 302, {"Location": there + "/f"}), "/f": ATOM}
    assert site.run("feed", "/").collected == 1


def test_one_dead_site_does_not_silence_the_others(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.net.politeness.LOOPBACK_FLOOR", 0)
    site.answers["/f"] = ATOM
    source = site.source("feed", "http://127.0.0.1:9/f", "/f")
    run = site.crawl(source)[0]
    assert (run.status, run.collected, run.refused) == ("degraded", 1, 0)
    assert run.finish_reason.startswith("连不上：127.0.0.1:9（连接被拒绝")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(cert),
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


@pytest.fixture
def secure(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with HTTPServer(ssl_context=context) as server:
        server.expect_request("/robots.txt").respond_with_data("", 404)
        server.expect_request("/f").respond_with_data(ATOM, content_type="application/atom+xml")
        monkeypatch.setenv("KOUBEI_SANDBOX_ORIGIN", f"https://127.0.0.1:{server.port}")
        yield server


def test_a_certificate_of_ones_own_is_named_and_can_be_trusted(
    site: Site, secure: HTTPServer, certificate: tuple[Path, Path]
) -> None:
    address = f"https://127.0.0.1:{secure.port}/f"
    refused = site.run("feed", address)
    assert refused.status == "degraded"
    assert "证书不受信任" in refused.finish_reason
    assert "ca_bundle" in refused.finish_reason
    site.network = Network(ca_bundle=certificate[0])
    assert site.run("feed", address).collected == 1


def test_https_on_a_port_that_speaks_http_is_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    address = site.origin.replace("http://", "https://")
    monkeypatch.setenv("KOUBEI_SANDBOX_ORIGIN", address)
    assert "不是 HTTPS" in site.run("feed", address + "/f").finish_reason
