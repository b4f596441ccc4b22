"""Bytes of pages and feeds to text: labels, lies, cut characters, guesses."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug import Response

from crawlers.decoding import decode
from crawlers.decoding.files import detect
from crawlers.decoding.labels import codec_of
from crawlers.decoding.pages import looks_like_noise

Site = Any
TEXT = "中国移动信号太差了，客服也不接电话"
TRADITIONAL = "中國移動訊號太差了，客服也不接電話，真的很失望，打了三次都沒有人理我"


@pytest.mark.parametrize(
    "label",
    [
        "x-gbk",
        "gb_2312-80",
        "cp936",
        "GB2312",
        "gbk",
        "GB18030",
        "chinese",
        "csgb2312",
        "iso-ir-58",
        "csiso58gb231280",
    ],
)
def test_every_label_of_simplified_chinese_is_gb18030(label: str) -> None:
    assert codec_of(label) == "gb18030"
    page = f"<html><head><meta charset='{label}'></head><body>𠮷{TEXT}</body></html>".encode("gb18030")
    for found in (decode(page), decode(page, f"text/html; charset={label}")):
        assert f"𠮷{TEXT}" in found.text
        assert (found.bad, found.note) == (0, "")


@pytest.mark.parametrize("label", ["big5", "cn-big5", "x-x-big5", "big5-hkscs", "csbig5"])
def test_every_label_of_big5_has_the_hong_kong_characters(label: str) -> None:
    assert (
        decode(f"{TRADITIONAL}嘅".encode("big5hkscs"), f"text/html; charset={label}").text
        == f"{TRADITIONAL}嘅"
    )


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("utf8", "utf-8"),
        ("unicode-1-1-utf-8", "utf-8"),
        ("latin1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("ks_c_5601-1987", "cp949"),
        ("sjis", "cp932"),
    ],
)
def test_other_labels_browsers_know(label: str, codec: str) -> None:
    assert codec_of(label) == codec


def test_a_lone_euro_byte_of_gbk() -> None:
    assert decode(b"\x80100 " + TEXT.encode("gbk"), "text/xml; charset=gbk").text == f"€100 {TEXT}"


@pytest.mark.parametrize("text", ["网", "移动卡", "断网", "宽带慢", "客服不接电话"])
def test_a_few_words_of_gbk_without_a_declaration(text: str) -> None:
    assert decode(text.encode("gbk")).text == text


@pytest.mark.parametrize(
    ("raw", "declared", "codec"),
    [
        (TEXT.encode(), "gb2312", "utf-8"),
        (TEXT.encode("gbk"), "utf-8", "gb18030"),
        (TEXT.encode("gbk"), "iso-8859-1", "gb18030"),
        (TRADITIONAL.encode("big5"), "gbk", "big5hkscs"),
    ],
)
def test_a_wrong_declaration_is_passed_over_and_said(raw: bytes, declared: str, codec: str) -> None:
    found = decode(raw, f"text/html; charset={declared}")
    assert (found.codec, found.bad) == (codec, 0)
    assert found.note
    assert found.text in (TEXT, TRADITIONAL)


def test_big5_without_a_declaration_is_told_by_rare_characters() -> None:
    found = decode(TRADITIONAL.encode("big5"))
    assert (found.text, found.codec) == (TRADITIONAL, "big5hkscs")
    assert found.note


def test_what_is_right_is_left_alone() -> None:
    for raw, declared, text in (
        ("Café déjà vu – naïve".encode("cp1252"), "iso-8859-1", "Café déjà vu – naïve"),
        (TRADITIONAL.encode("gbk"), "gbk", TRADITIONAL),
        (TRADITIONAL.encode(), "", TRADITIONAL),
        ("모바일 신호가 나쁘다".encode("cp949"), "euc-kr", "모바일 신호가 나쁘다"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "gbk", TEXT),
        (TEXT.encode("utf-16"), "", TEXT),
    ):
        found = decode(raw, f"text/html; charset={declared}" if declared else "")
        assert (found.text, found.bad, found.note) == (text, 0, "")


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "gbk", "utf-8", "big5", "utf-16le", "nonsense", "shift_jis"]),
)
def test_any_bytes_become_a_text(body: bytes, label: str) -> None:
    found = decode(body, f"text/html; charset={label}")
    found.text.encode()


def feed(encoding: str, declared: str, cut: bytes = b"") -> bytes:
    summary = f"<![CDATA[{TEXT}]]>"
    items = "".join(
        f"<item><title>{n}</title><link>https://a.example/{n}</link><description>{summary}</description></item>"
        for n in range(9)
    )
    channel = f"<channel><title>t</title>{items}</channel>"
    text = f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0">{channel}</rss>'
    return text.encode(encoding).replace(b"]]>", cut + b"]]>", 1)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("gbk", "gbk"),
        ("gb2312", "gb2312"),
        ("gb18030", "GB18030"),
        ("gbk", "gb_2312-80"),
        ("gbk", "cp936"),
    ],
)
def test_a_summary_cut_within_a_character_costs_that_character(
    site: Site, encoding: str, declared: str
) -> None:
    cut = "网".encode(encoding)[:-1]
    site.answers["/f"] = Response(feed(encoding, declared, cut), content_type="application/xml")
    run = site.run("feed", "/f")
    posts = site.posts()
    assert (run.status, run.collected, run.leftover["读不出的字符"]) == ("ok", 9, 1)
    assert [post.text for post in posts[1:]] == [TEXT] * 8
    assert posts[0].text == TEXT + "\ufffd"


def test_a_feed_that_reads_as_noise_is_degraded(site: Site) -> None:
    garbled = "锟斤拷烫烫屯屯鍥藉唴绉诲姩瀹㈡埛鏈嶅姟鐑嚎鎵撲笉閫�"
    noise = feed("utf-8", "utf-8").replace(TEXT.encode(), garbled.encode())
    site.answers["/f"] = Response(noise, content_type="application/xml")
    run = site.run("feed", "/f")
    assert run.status == "degraded"
    assert "乱码" in run.finish_reason


def test_prose_is_no_noise() -> None:
    assert not looks_like_noise(TEXT)
    assert not looks_like_noise(TRADITIONAL)
    assert not looks_like_noise("饕餮")
    assert not looks_like_noise("")


def test_a_big5_file_is_told_from_gb18030_by_its_rare_characters() -> None:
    rows = "text,published_at\n" + "".join(f"{TRADITIONAL}{n},2026-11-17\n" for n in range(20))
    found = detect(lambda: io.BytesIO(rows.encode("big5")), "a.csv")
    assert found.name == "big5hkscs"
    assert "请核对正文" in found.note
    for text in (rows.replace(TRADITIONAL, TEXT), rows):
        assert detect(lambda text=text: io.BytesIO(text.encode("gb18030")), "a.csv").note == ""  # type: ignore[misc]
