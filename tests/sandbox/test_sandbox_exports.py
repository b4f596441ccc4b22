"""The export files: readable, honest about missing values, the same post in both is one post."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

from python_calamine import CalamineWorkbook

from crawlers.sandbox import World
from crawlers.sandbox.items import Weibo
from crawlers.sandbox.weibo import bid_of


def _xlsx(path: Path) -> list[dict[str, str]]:
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, head), map(str, row), strict=True)) for row in rows]


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="gb18030", newline="") as file:
        return list(csv.DictReader(file))


def test_both_files_together_hold_every_post_and_share_some(world: World, tmp_path: Path) -> None:
    excel, text = tmp_path / "a.xlsx", tmp_path / "b.csv"
    counts = world.export_xlsx(excel, world.anchor), world.export_csv(text, world.anchor)
    one = {r["原文/评论链接"]: r["标题／微博内容"] for r in _xlsx(excel)}
    two = {r["原文/评论链接"]: r["标题/微博内容"] for r in _csv(text)}
    assert (len(one), len(two)) == counts
    shared = one.keys() & two.keys()
    assert len(shared) > 900
    assert all(one[link] == two[link] for link in shared)
    expected = {f"https://weibo.com/{w.author.uid}/{w.bid}": w.text for w in world.weibos}
    assert one | two == expected


def test_links_lead_back_to_the_mid(world: World) -> None:
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for weibo in world.weibos[::97]:
        groups = [weibo.bid[max(0, end - 4) : end] for end in range(len(weibo.bid), 0, -4)][::-1]
        values = []
        for group in groups:
            value = 0
            for letter in group:
                value = value * 62 + alphabet.index(letter)
            values.append(f"{value:07d}")
        assert "".join(values).lstrip("0") == weibo.native_id
    assert bid_of(10**7) == "10000"


def test_nothing_later_than_asked(world: World, tmp_path: Path) -> None:
    until = world.anchor - timedelta(days=3)
    path = tmp_path / "a.xlsx"
    world.export_xlsx(path, until)
    dates = [r["发布日期"] for r in _xlsx(path)]
    assert max(d for d in dates if d != "--") <= f"{until + timedelta(hours=8):%Y-%m-%d %H:%M:%S}"
    assert "--" in dates


def test_reposts_name_their_root(world: World, tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    world.export_csv(path, world.anchor)
    by_mid = {w.native_id: w for w in world.weibos}
    reposts = [r for r in _csv(path) if r["原创/转发"] == "转发"]
    assert len(reposts) > 200
    assert all(r["原微博内容"] == by_mid[r["根微博mid"]].text for r in reposts)
    chains = [w for w in world.weibos if isinstance(w.repost_of, Weibo)]
    assert all(w.repost_of and w.repost_of.at <= w.at for w in chains)


def test_formula_like_texts_stay_texts(world: World, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    world.export_xlsx(path, world.anchor)
    csv_path = tmp_path / "b.csv"
    world.export_csv(csv_path, world.anchor)
    texts = [r["标题／微博内容"] for r in _xlsx(path)] + [r["标题/微博内容"] for r in _csv(csv_path)]
    assert any(t.startswith("=HYPERLINK(") for t in texts)


def test_the_other_layout(world: World, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    world.export_csv(path, world.anchor, "weibo-search")
    rows = _csv(path)
    by_mid = {w.native_id: w for w in world.weibos}
    assert all(by_mid[r["id"]].text == r["微博正文"] for r in rows)
    assert {r["retweet_id"] for r in rows if r["retweet_id"]} <= by_mid.keys()
