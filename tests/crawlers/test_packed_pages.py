"""Answers sent packed, as nearly every site sends them, are unpacked first and then read as any other."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Response

Site = Any
"""The site of conftest.py."""
FIXTURES = Path(__file__).parent / "fixtures/discuz"
PACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress}


def packed(body: bytes, kind: str, way: str) -> Response:
    return Response(PACK[way](body), content_type=kind, headers={"Content-Encoding": way})


@pytest.mark.parametrize("way", PACK)
@pytest.mark.parametrize(
    ("said", "codec"), [("utf-8", "utf-8"), ("gbk", "gbk"), ("x-gbk", "gbk"), ("", "gbk")]
)
def test_a_packed_forum_is_read(site: Site, said: str, codec: str, way: str) -> None:
    kind = f"text/html; charset={said}" if said else "text/html"
    for path, name in (("/forum-7-1.html", "gbk-list.html"), ("/thread-55-1-1.html", "gbk-thread.html")):
        page = (FIXTURES / name).read_text(encoding="utf-8").replace('content="text/html; charset=gbk"', "")
        site.answers[path] = packed(page.encode(codec), kind, way)
    run = site.run("discuz", "/forum-7-1.html")
    assert (run.status, run.leftover) == ("ok", {})
    assert [post.title for post in site.posts() if post.kind == "post"] == ["联通信号怎么样"]


@pytest.mark.parametrize("way", PACK)
def test_a_bad_byte_in_a_packed_feed_is_counted(site: Site, way: str) -> None:
    item = "<item><title>一</title><link>https://a.example/1</link><description><![CDATA[移动宽带又断了]]></description></item>"
    body = f'<?xml version="1.0" encoding="gbk"?><rss version="2.0"><channel>{item}</channel></rss>'.encode(
        "gbk"
    )
    end = body.index(b"]]>")
    site.answers["/f"] = packed(body[: end - 1] + body[end:], "text/xml", way)
    run = site.run("feed", "/f")
    assert [post.text for post in site.posts()] == ["移动宽带又断\ufffd"]
    assert run.leftover == {"读不出的字符": 1}
