"""safe_url and canonical_url."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koubei.core.urls import canonical_url, safe_url


@pytest.mark.parametrize(
    "url",
    [
        None, "", "  ", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:x", "data:text/html,x",
        "ftp://a.cn/b", "//a.cn/b", "/b", "http://", "http:///b", "https://u:p@a.cn/", "https://u@a.cn/",
        "http://a.cn\\@b.cn/", "http://a.cn/\u202egnp.exe", "http://a\u200b.cn/", "http://a.cn/\x00",
        "http://a.cn:99999/", "http://a.cn:0/", "http://a.cn:8o/", "http://[::1", "http://a b.cn/",
        "http://.../", "http://.cn/", "http://a.cn/" + "x" * 3000, "http://\ud800.cn/",
        "vbscript:x", "file:///etc/passwd", "http://a.cn/\u2028x",
    ],
)  # fmt: skip
def test_refused(url: str | None) -> None:
    assert safe_url(url) is None
    assert url is None or canonical_url(url) is None


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        (" https://a.cn/x ", "https://a.cn/x"),
        ("http://127.0.0.1:8000/thread-1-1-1.html", "http://127.0.0.1:8000/thread-1-1-1.html"),
        ("https://a.cn/中文 页?q=移动", "https://a.cn/%E4%B8%AD%E6%96%87%20%E9%A1%B5?q=%E7%A7%BB%E5%8A%A8"),
        ('https://a.cn/?q="><script>', "https://a.cn/?q=%22%3E%3Cscript%3E"),
        ("http://例子.中国/", "http://xn--fsqu00a.xn--fiqs8s/"),
        ("https://[::1]:8443/a", "https://[::1]:8443/a"),
    ],
)
def test_safe(url: str, safe: str) -> None:
    assert safe_url(url) == safe


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://WWW.A.CN:80", "http://www.a.cn/"),
        ("https://a.cn:443/x#top", "https://a.cn/x"),
        ("https://a.cn/x?b=2&a=1&utm_source=w&UTM_Medium=m", "https://a.cn/x?a=1&b=2"),
        ("https://weibo.com/1/Ab?refer_flag=1001030103_", "https://weibo.com/1/Ab"),
        (
            "https://tousu.sina.com.cn/complaint/view/1/?sld=abc",
            "https://tousu.sina.com.cn/complaint/view/1/",
        ),
        ("https://a.cn/?token=x&spm=1.2&from=singlemessage&id=7", "https://a.cn/?id=7"),
        ("https://a.cn/app#/post/5", "https://a.cn/app#/post/5"),
        ("https://a.cn/x?empty=&a", "https://a.cn/x?a=&empty="),
        (
            "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fn.cn%2fa%3fid%3d1%26utm_medium%3dz",
            "https://n.cn/a?id=1",
        ),
        ("http://www.bing.com/news/apiclick.aspx?url=javascript%3aalert(1)", None),
        ("http://www.bing.com/news/apiclick.aspx?ref=x", "http://www.bing.com/news/apiclick.aspx?ref=x"),
    ],
)
def test_canonical(url: str, canonical: str | None) -> None:
    assert canonical_url(url) == canonical


@given(
    st.text(alphabet="htps:/.@\\?&=#%aA1移 \n\u200b[]utm_url", max_size=60).map("http://a.cn/".__add__)
    | st.text()
)
def test_both_are_stable_and_clean(url: str) -> None:
    safe = safe_url(url)
    if safe is not None:
        assert safe_url(safe) == safe
        assert safe.isascii()
        assert safe.isprintable()
        assert safe.startswith(("http://", "https://"))
    canonical = canonical_url(url)
    assert canonical is None or canonical_url(canonical) == canonical
