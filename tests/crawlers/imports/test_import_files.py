"""The kinds of files that are read, and what is said of those that cannot be."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.importers.choice import Chooser
from crawlers.importers.reading import read_tables
from crawlers.importers.table import Line, Unreadable
from koubei.core.errors import InputError

HEADER = ["platform", "native_id", "text", "published_at"]
ROWS = [
    ["forum", "1", "宽带断了三天，没人管", "2026-11-17 08:00"],
    ["forum", "2", "换了套餐，便宜不少", "2026-11-17 09:00"],
]
TEXTS = [row[2] for row in ROWS]


def as_csv(rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def as_jsonl(rows: list[list[str]]) -> str:
    return "".join(json.dumps(dict(zip(HEADER, row, strict=True))) + "\n" for row in rows)


def as_xlsx(sheets: dict[str, list[list[Any]]], **options: Any) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False, **options}) as book:
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(number, column, value, moment)
                    else:
                        sheet.write(number, column, value)
    return data.getvalue()


def as_zip(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return data.getvalue()


CSV = as_csv([HEADER, *ROWS])
READABLE: dict[str, bytes] = {
    "utf8.csv": CSV.encode(),
    "bom.csv": CSV.encode("utf-8-sig"),
    "gb.csv": CSV.encode("gb18030"),
    "utf16.txt": as_csv([HEADER, *ROWS], "\t").encode("utf-16"),
    "tabs.tsv": as_csv([HEADER, *ROWS], "\t").encode(),
    "semicolons.csv": as_csv([HEADER, *ROWS], ";").encode(),
    "titled.csv": as_csv([["二〇二六年十一月日报"], [], HEADER, *ROWS]).encode(),
    "wide.csv": as_csv([["ｐｌａｔｆｏｒｍ", " native_id ", "'text'", "published_at\u200b"], *ROWS]).encode(),
    "two-parts.csv": as_csv([HEADER, ROWS[0], HEADER, ROWS[1]]).encode(),
    "blank-lines.csv": as_csv([HEADER, ROWS[0], ["", "", "", ""], [], ROWS[1]]).encode(),
    "nulls.csv": CSV.replace("宽带", "宽\0带").encode(),
    "trailing-commas.csv": CSV.replace("\r\n", ",,\r\n").encode(),
    "rows.jsonl": as_jsonl(ROWS).encode(),
    "rows.txt": as_jsonl(ROWS).encode("utf-8-sig"),
    "rows.jsonl.gz": gzip.compress(as_jsonl(ROWS).encode()),
    "rows.csv.gz": gzip.compress(CSV.encode("gb18030")),
    "rows.json": json.dumps([dict(zip(HEADER, row, strict=True)) for row in ROWS], indent=2).encode(),
    "wide.json": json.dumps(
        [
            dict(zip(["ｐｌａｔｆｏｒｍ", "native_id", " text", "published_at"], row, strict=True))
            for row in ROWS
        ]
    ).encode(),
    "book.xlsx": as_xlsx({"数据": [HEADER, *ROWS]}),
    "sheets.xlsx": as_xlsx({"说明": [["本表由系统生成"]], "甲": [HEADER, ROWS[0]], "乙": [HEADER, ROWS[1]]}),
    "titled.xlsx": as_xlsx({"数据": [["日报"], [], HEADER, *ROWS]}),
    "parts.zip": as_zip(
        {
            "a/一.csv": as_csv([HEADER, ROWS[0]]).encode("gb18030"),
            "../../b.xlsx": as_xlsx({"数据": [HEADER, ROWS[1]]}),
            "__MACOSX/._一.csv": b"\0\1",
        }
    ),
}


@pytest.mark.parametrize("name", READABLE)
def test_every_kind_of_file_gives_the_same_posts(name: str, desk: Any, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(READABLE[name])
    run = desk.load(file)
    assert (run.status, run.requested, run.collected) == ("ok", 2, 2)
    assert [post.text for post in desk.posts()] == TEXTS


def test_nothing_of_a_zip_is_written_to_disk(desk: Any, tmp_path: Path) -> None:
    file = tmp_path / "in" / "parts.zip"
    file.parent.mkdir()
    file.write_bytes(READABLE["parts.zip"])
    before = {p for p in tmp_path.rglob("*") if "data" not in p.parts}
    desk.load(file)
    assert {p for p in tmp_path.rglob("*") if "data" not in p.parts} == before


def _bomb() -> bytes:
    return as_zip({"big.csv": b"text,published_at\n" + b"0" * (32 << 20)})


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty.csv": (b"", "空文件"),
    "blank.csv": (b"\r\n\r\n", "空文件"),
    "cut.xlsx": (READABLE["book.xlsx"][:-200], "不完整或已损坏"),
    "spoilt.xlsx": (as_zip({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"no"}), "损坏的 Excel"),
    "really.xlsx": (CSV.encode(), "内容却不是 Excel"),
    "page.xls": (b"<html><table><tr><td>text</td></tr></table></html>", "HTML"),
    "page.csv": (b"\xef\xbb\xbf  <!DOCTYPE html><html></html>", "HTML"),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "损坏的 Excel"),
    "cut.gz": (READABLE["rows.jsonl.gz"][:-9], "不完整或已损坏"),
    "no.gz": (b"\x1f\x8bgarbage", "不完整或已损坏"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "不是能识别的文本"),
    "bomb.zip": (_bomb(), "解压后"),
    "sheet.ods": (as_zip({"mimetype": b"application/vnd.oasis", "content.xml": b"<x/>"}), "OpenDocument"),
    "empty.zip": (as_zip({}), "没有数据|不完整"),
    "other.zip": (as_zip({"readme.md": b"# nothing here"}), "认不出"),
    "prose.txt": ("从前有座山，山里有座庙".encode(), "认不出"),
    "empty.json": (b"[]", "没有 JSON 对象"),
    "numbers.json": (b"[1, 2]", "没有 JSON 对象"),
    "broken.jsonl": (b'{"text": "a"\n', "没有 JSON 对象"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_says_why(name: str, desk: Any, tmp_path: Path) -> None:
    content, reason = UNREADABLE[name]
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(InputError, match=reason) as caught:
        desk.load(file)
    assert caught.value.exit_code == 2
    assert caught.value.fix or caught.value.expected
    assert desk.posts() == []


def test_a_missing_file_a_directory_and_a_locked_one(desk: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有文件"):
        desk.load(tmp_path / "none.csv")
    with pytest.raises(InputError, match="是目录"):
        desk.load(tmp_path)


def test_a_workbook_with_a_password(desk: Any, tmp_path: Path, encrypted_workbook: bytes) -> None:
    file = tmp_path / "locked.xlsx"
    file.write_bytes(encrypted_workbook)
    with pytest.raises(InputError, match="密码"):
        desk.load(file)


def test_a_zip_with_a_password(desk: Any, tmp_path: Path) -> None:
    data = bytearray(as_zip({"a.csv": CSV.encode()}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    file = tmp_path / "locked.zip"
    file.write_bytes(bytes(data))
    with pytest.raises(InputError, match="密码"):
        desk.load(file)


def test_a_broken_member_does_not_cost_the_others(desk: Any, tmp_path: Path) -> None:
    file = tmp_path / "mixed.zip"
    file.write_bytes(
        as_zip({"good.csv": CSV.encode(), "bad.xlsx": b"PK\x03\x04 cut", "page.html": b"<html>"})
    )
    run = desk.load(file)
    assert (run.status, run.collected) == ("degraded", 2)
    assert "bad.xlsx" in run.finish_reason
    assert "page.html" in run.finish_reason


def test_unknown_columns_are_listed_with_the_nearest_format(desk: Any, tmp_path: Path) -> None:
    file = tmp_path / "strange.csv"
    file.write_text("id,bid,微博正文,作者\n1,a,b,c\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        desk.load(file)
    assert "id、bid、微博正文、作者" in caught.value.found
    assert "weibo-search" in caught.value.expected
    assert "发布时间" in caught.value.expected
    assert "--map" in caught.value.fix


def test_a_row_of_merged_group_names_is_not_the_header(desk: Any, tmp_path: Path) -> None:
    file = tmp_path / "groups.xlsx"
    groups = ["基本信息", "", "", "互动", "", ""]
    names = ["标题", "正文", "发布时间", "转", "评", "赞"]
    file.write_bytes(as_xlsx({"表": [groups, names, ["卡", "中国移动", "2026-11-01 08:00", 1, 2, 3]]}))
    with pytest.raises(InputError, match="标题、正文、发布时间"):
        desk.load(file)
    assert desk.load(file, {"text": "正文", "title": "标题"}, platform="hall").collected == 1


def test_spreadsheet_numbers(desk: Any, tmp_path: Path) -> None:
    """Ids Excel has rounded are not used; exact ones and dates are read as what they were."""
    at = datetime.fromisoformat
    rows: list[list[Any]] = [
        ["forum", 5233000000000123, "整数编号", at("2026-11-17 08:00:01")],
        ["forum", 5233000000000120, "被舍入的编号", at("2026-11-17 08:00:02")],
        ["forum", 7.412345678901234e18, "十九位编号", at("2026-11-17")],
        ["forum", 12, "=HYPERLINK(1)", 46343.5],
    ]
    file = tmp_path / "numbers.xlsx"
    file.write_bytes(as_xlsx({"数据": [HEADER, *rows]}))
    run = desk.load(file)
    posts = desk.posts()
    assert [post.native_id for post in posts] == ["5233000000000123", None, None, "12"]
    assert run.leftover == {"native_id（编号被表格软件改写，未采用）": 2}
    assert [f"{post.published_at:%d %H:%M:%S}" for post in posts] == [
        "17 00:00:01",
        "17 00:00:02",
        "16 16:00:00",
        "17 04:00:00",
    ]
    assert posts[3].text == "=HYPERLINK(1)"


def test_scientific_ids_in_a_csv_are_not_used(desk: Any, tmp_path: Path) -> None:
    file = tmp_path / "saved-by-excel.csv"
    file.write_text(as_csv([HEADER, ["forum", "5.233E+15", "正文", "2026/11/17 8:00"]]), encoding="gb18030")
    desk.load(file)
    assert desk.posts()[0].native_id is None


@pytest.fixture
def encrypted_workbook() -> bytes:
    return _compound_file(["EncryptedPackage", "EncryptionInfo"])


def _compound_file(streams: list[str]) -> bytes:
    """The smallest OLE container with these (empty) streams: what a locked .xlsx is to a reader."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + (0x3E).to_bytes(2, "little")
    header += (3).to_bytes(2, "little") + b"\xfe\xff" + (9).to_bytes(2, "little") + (6).to_bytes(2, "little")
    header += bytes(6) + bytes(4) + (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(4)
    header += (4096).to_bytes(4, "little") + b"\xfe\xff\xff\xff" + bytes(4) + b"\xfe\xff\xff\xff" + bytes(4)
    header += bytes(4) + b"\xff" * 4 * 108
    table = b"\xfd\xff\xff\xff" + b"\xfe\xff\xff\xff" + b"\xff" * 4 * 126
    names = ["Root Entry", *streams]
    directory = b"".join(_entry(n, i, len(names)) for i, n in enumerate(names))
    return header + table + directory.ljust(512, b"\0")


def _entry(name: str, index: int, entries: int) -> bytes:
    none = b"\xff\xff\xff\xff"
    raw = (name + "\0").encode("utf-16-le")
    child = (1).to_bytes(4, "little") if index == 0 else none
    right = (index + 1).to_bytes(4, "little") if 0 < index < entries - 1 else none
    kind = 5 if index == 0 else 2
    entry = raw.ljust(64, b"\0") + len(raw).to_bytes(2, "little") + bytes([kind, 1]) + none + right + child
    return entry + bytes(36) + b"\xfe\xff\xff\xff" + bytes(8)


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted(READABLE)), spots=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4)))
)
def test_a_spoilt_file_ends_in_rows_or_in_a_clear_error(
    name: str, spots: list[tuple[float, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytearray(READABLE[name])
    for place, junk in spots:
        at = int(place * len(data))
        data[at : at + len(junk)] = junk
    file = tmp_path_factory.getbasetemp() / f"spoilt-{name}"
    file.write_bytes(bytes(data))
    chooser = Chooser(None, None)
    with suppress(InputError):
        for table in read_tables(file, chooser.accepts):
            assert all(isinstance(line, Line | Unreadable) for line in table.lines)
