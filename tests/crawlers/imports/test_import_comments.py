"""Rows that hold a post and one of its comments: both are taken, a repeated post is no repeated row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

POST = ["id", "bid", "user_id", "用户昵称", "微博正文", "转发数", "评论数", "点赞数", "发布时间"]
COMMENT = ["评论人ID", "评论人昵称", "评论时间", "评论内容", "点赞次数"]
FIRST = [
    "5007063643852572",
    "O2XKYgaeg",
    "70001",
    "某用户",
    "发布会今天开",
    "7",
    "3",
    "56",
    "2024-03-01 10:34",
]
SAID = ["80001", "评论者", "Fri Mar 01 10:50:27 +0800 2024", "太贵了", "1"]


def write(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([[*POST, *COMMENT], *rows])
    return path


def with_time(time: str) -> list[str]:
    return [*SAID[:2], time, *SAID[3:]]


def test_every_row_gives_its_comment_and_the_post_is_there_once(desk: Any, tmp_path: Path) -> None:
    times = [f"Fri Mar 01 10:5{n}:27 +0800 2024" for n in range(4)] + ["2024-03-01 12:00"]
    run = desk.load(write(tmp_path / "a.csv", [[*FIRST, *with_time(time)] for time in times]))
    posts = desk.posts()
    assert (run.status, run.requested, run.collected, run.dropped, run.leftover) == ("ok", 5, 6, {}, {})
    assert [post.kind for post in posts] == ["post", *["comment"] * 5]
    assert {(p.thread_id, p.parent_id) for p in posts[1:]} == {(posts[0].post_id, posts[0].post_id)}
    assert len({post.post_id for post in posts}) == 6
    assert [post.time_precision for post in posts[-2:]] == ["exact", "minute"]


def test_a_row_that_says_nothing_new_is_a_repetition(desk: Any, tmp_path: Path) -> None:
    row, bare = [*FIRST, *SAID], [*FIRST, *[""] * len(COMMENT)]
    run = desk.load(write(tmp_path / "a.csv", [row, row, bare]))
    assert (run.collected, run.dropped) == (2, {"duplicate_in_file": 2})


def test_markup_goes_and_emoticons_stay(desk: Any, tmp_path: Path) -> None:
    html = (
        '<a href=\'/n/某用户\'>@某用户</a>:支持<span class="url-icon"><img alt=[允悲] src="x.png" /></span>'
    )
    desk.load(write(tmp_path / "a.csv", [[*FIRST, *SAID[:3], html, "0"]]))
    assert desk.posts()[1].text == "@某用户:支持[允悲]"


def test_the_same_file_again_adds_nothing(desk: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [[*FIRST, *SAID]])
    desk.load(file)
    assert (desk.load(file).collected, desk.spool.waiting()) == (0, 2)
