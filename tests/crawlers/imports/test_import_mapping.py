"""Columns that no format knows, named by hand; tickets keep nobody."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from koubei.core.errors import InputError

HEADER = ["platform", "native_id", "text", "published_at", "likes"]


def row(number: int, text: str = "", likes: str = "1") -> list[str]:
    return ["forum", str(number), text or f"第{number}条，宽带又断了", "2026-11-17 08:00", likes]


STRANGE = "发表,内容,发布时间,作者\n论坛,宽带断了,2026-11-17 08:00,张三\n"


def strange(tmp_path: Path) -> Path:
    file = tmp_path / "strange.csv"
    file.write_text(STRANGE, encoding="gb18030")
    return file


TICKETS = ["工单流水号", "受理时间", "业务内容", "受理号码", "用户姓名", "用户归属地"]


def test_a_mapping_reads_what_no_format_knows(desk: Any, tmp_path: Path) -> None:
    mapping = {"text": "内容", "published_at": "发布时间", "author_name": "作者"}
    run = desk.load(strange(tmp_path), mapping=mapping, platform="forum")
    (post,) = desk.posts()
    assert (post.text, post.author_name, post.platform, post.time_precision) == (
        "宽带断了",
        "张**",
        "forum",
        "minute",
    )
    assert run.leftover == {"发表": 1}


@pytest.mark.parametrize(
    ("mapping", "platform", "reason"),
    [
        ({"text": "正文"}, "forum", "没有列 正文"),
        ({"tekst": "内容"}, "forum", "是不是 text"),
        ({"author_name": "作者"}, "forum", "哪一列是正文"),
        ({"text": "内容"}, None, "哪个平台"),
    ],
)
def test_a_wrong_mapping_is_explained(
    mapping: dict[str, str], platform: str | None, reason: str, desk: Any, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        desk.load(strange(tmp_path), mapping=mapping, platform=platform)
    assert reason in str(caught.value)


def test_another_mapping_reads_the_file_anew(desk: Any, tmp_path: Path) -> None:
    desk.load(strange(tmp_path), mapping={"text": "发表"}, platform="forum")
    assert desk.load(strange(tmp_path), mapping={"text": "内容"}, platform="forum").collected == 1


def test_a_ticket_keeps_nobody(desk: Any, tmp_path: Path) -> None:
    """Neither spool, quarantine nor state holds the customer's name or number, readable row or not."""
    file = tmp_path / "tickets.csv"
    rows = [
        TICKETS,
        ["1", "2026-11-17 08:00", "客户欧阳小明 13800138000 投诉扣费", "13800138000", "欧阳小明", "济南"],
        ["2", "2026-11-17 08:00", "欧阳小明再次来电", "13800138000", "欧阳小明", "济南", "多出的一格"],
    ]
    with file.open("w", encoding="gb18030", newline="") as out:
        csv.writer(out).writerows(rows)
    run = desk.load(file)
    assert run.dropped == {"unreadable": 1}
    (post,) = desk.posts()
    assert (post.kind, post.province, post.author_name, len(post.author_key)) == ("ticket", "济南", "", 64)
    assert post.text == "客户用户 用户 投诉扣费"
    for path in desk.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert "欧阳小明".encode() not in content
            assert b"13800138000" not in content
