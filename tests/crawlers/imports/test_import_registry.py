"""Formats are found, told apart, and refused loudly where broken; platforms and ids are told right."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from crawlers.importers import formats, registry
from crawlers.importers.platforms import id_from_url, mid_from_bid, platform_named, platform_slug
from crawlers.importers.registry import all_formats, nearest, recognise

GOOD = """
from crawlers.importers.registry import Format
def read(row): ...
FORMAT = Format(name={name!r}, title="t", signatures=(frozenset({{"a"}}),), read=read)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A formats folder of the test's own."""
    monkeypatch.setattr(formats, "__path__", [str(tmp_path)])
    known = {name: module for name, module in sys.modules.items() if name.startswith(f"{formats.__name__}.")}
    for name in known:
        monkeypatch.delitem(sys.modules, name)
    all_formats.cache_clear()
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith(f"{formats.__name__}.")]:
        del sys.modules[name]
    all_formats.cache_clear()


def test_a_new_file_is_a_new_format(folder: Path) -> None:
    (folder / "mine.py").write_text(GOOD.format(name="mine"))
    assert [form.name for form in registry.all_formats()] == ["mine"]


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"none.py": "x = 1"}, TypeError),
        ({"wrong.py": "FORMAT = 1"}, TypeError),
        ({"a.py": GOOD.format(name="same"), "b.py": GOOD.format(name="same")}, TypeError),
        ({"broken.py": "import nothing_of_that_name"}, ModuleNotFoundError),
    ],
)
def test_a_broken_folder_is_loud(files: dict[str, str], error: type[Exception], folder: Path) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)
    with pytest.raises(error):
        registry.all_formats()


def test_the_format_that_explains_most_columns_is_taken() -> None:
    plain = ["text", "published_at"]
    assert (form := recognise(plain)) is not None
    assert form.name == "plain"
    both = [*plain, "comment_id", "note_id", "content", "create_time"]
    assert (form := recognise(both)) is not None
    assert form.name == "mediacrawler"
    assert recognise(["a", "b"]) is None


def test_nearest_names_what_is_missing() -> None:
    assert (found := nearest(["id", "bid", "微博正文"])) is not None
    assert (found[0].name, found[1]) == ("weibo-search", ["发布时间"])
    assert nearest(["甲", "乙"]) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://weibo.com/1234567890/z0JH2lOMb", "3501756485200075"),
        ("//weibo.com/1234567890/z0JH2lOMb?refer_flag=1", "3501756485200075"),
        ("https://m.weibo.cn/detail/5233000000000123", "5233000000000123"),
        ("https://m.weibo.cn/status/5233000000000123", "5233000000000123"),
        ("https://weibo.com/u/1234567890", None),
        ("https://weibo.com/ttarticle/p/show?id=1", None),
        ("https://tousu.sina.com.cn/complaint/view/17390000001/?sld=x", "17390000001"),
        ("https://www.zhihu.com/question/1/answer/2", "answer:2"),
        ("https://example.com/detail/5233000000000123", None),
        ("http://[broken", None),
        ("", None),
    ],
)
def test_ids_in_links(url: str, expected: str | None) -> None:
    assert id_from_url(url) == expected


@pytest.mark.parametrize("bid", ["", "zzzz-zzzz", "Q/..", "zzzzZZZZZ"])
def test_what_is_no_short_id_gives_none(bid: str) -> None:
    assert mid_from_bid(bid) is None


def test_platform_words() -> None:
    assert platform_named("--", "新浪微博") == "weibo"
    assert platform_named("微信公众号") == "wechat"
    assert platform_named("某某网") is None
    assert platform_slug("微博") == "weibo"
    assert platform_slug("weibo") == "weibo"
    assert platform_slug("my-forum") == "my-forum"
    assert platform_slug("我的论坛圈") == "forum"
    assert platform_slug("../etc") is None


def test_formats_are_modules_of_the_folder() -> None:
    assert isinstance(formats, ModuleType)
    assert {form.name for form in all_formats()} >= {
        "plain",
        "yuqingtong",
        "weibo-search",
        "tickets",
        "mediacrawler",
    }
