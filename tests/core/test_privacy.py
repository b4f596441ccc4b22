"""Masking, author keys and the secret."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koubei.core.errors import ConfigError, DegradedError
from koubei.core.folders import DataFolder
from koubei.core.masking import id_card_fits, luhn_fits
from koubei.core.privacy import AuthorKeys, load_secret, mask, mask_name

COVERED = [
    "13800138000",
    "１３８００１３８０００",
    "138-0013-8000",
    "138 0013 8000",
    "1380 013 8000",
    "13800 138 000",
    "138.0013.8000",
    "1 3 8 0 0 1 3 8 0 0 0",
    "138\u200b0013\u200b8000",
    "8613800138000",
    "+86 138 0013 8000",
    "＋８６－１３８００１３８０００",
    "一三八零零一三八零零零",
    "①③⑧⓪⓪①③⑧⓪⓪⓪",
    "0531-88888888",
    "（0531）88888888",
    "02088888888",
    "+86 531 8888 8888",
    "11010519491231002X",
    "110105 19491231 002x",
    "6222021234567890128",
    "6222 0212 3456 7890 128",
    "4111-1111-1111-1111",
    "wang.xm@example.com",
    "ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ",
]

LEFT = [
    "10086",
    "12345",
    "95588",
    "1008611",
    "4001234567",
    "400-123-4567",
    "800-820-8820",
    "20241118083000123",
    "投诉编号17390396995",
    "工单编号：17390396995",
    "快递单号是 13800138000",
    "138元，2024-11-18 12:00",
    "110105194912310021",
    "138001380001",
    "1380013800",
    "4111111111111112",
    "@中国移动 @abc",
    "十三八零",
]


@pytest.mark.parametrize("number", COVERED)
@pytest.mark.parametrize("around", ["{}", "打我电话{}谢谢", "a{}b", "第一，{}。"])
def test_personal_numbers_are_covered(number: str, around: str) -> None:
    text = around.format(number)
    if "@" in number or "＠" in number:
        text = around.format(f" {number} ")
    masked = mask(text)
    assert number not in masked
    assert not any(c.isdigit() for c in masked)
    assert len(masked) == len(text)


@pytest.mark.parametrize("text", LEFT)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == text


def test_two_numbers_side_by_side_are_both_covered() -> None:
    assert mask("13800138000，13900139000/13700137000") == "***********，***********/***********"


def test_words_around_a_number_stay() -> None:
    assert mask("移动宽带断网，联系我13800138000张先生") == "移动宽带断网，联系我***********张先生"


@settings(deadline=None)
@given(st.text(), st.integers(3, 9), st.integers(0, 10**9 - 1), st.text())
def test_a_mobile_number_never_survives(before: str, second: int, rest: int, after: str) -> None:
    number = f"1{second}{rest:09d}"
    assert number not in mask(f"{before} ，{number}， {after}")


@settings(deadline=None)
@given(st.text(alphabet="0123456789 -１８六@.ax一", max_size=80))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once) == once
    assert len(once) == len(text)


@settings(deadline=None)
@given(st.text())
def test_text_without_digits_or_at_is_left_alone(text: str) -> None:
    letters = "".join(c for c in text if not c.isnumeric() and c not in "@＠〇幺")
    assert mask(letters) == letters


@pytest.mark.parametrize("text", ["1" * 300_000, "a@" * 150_000, "1 " * 150_000, "a@" + "a." * 150_000])
def test_hostile_lengths_come_back(text: str) -> None:
    assert len(mask(text)) == len(text)


def test_check_digits() -> None:
    assert id_card_fits("11010519491231002X")
    assert not id_card_fits("110105194913310021")
    assert luhn_fits("4111111111111111")
    assert not luhn_fits("4111111111111112")


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三丰", "张**"), ("", ""), ("  李", "李**"), ("\u202e王", "王**"), ("13800138000", "1**")],
)
def test_names_are_shortened(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_author_keys_depend_on_secret_and_platform() -> None:
    keys, other = AuthorKeys(b"a" * 32), AuthorKeys(b"b" * 32)
    assert keys.key("weibo", "1") == AuthorKeys(b"a" * 32).key("weibo", "1")
    assert len({keys.key("weibo", "1"), keys.key("forum", "1"), other.key("weibo", "1")}) == 3
    assert keys.key("weibo", "name:张三") != keys.key("weibo", "张三")
    assert keys.fingerprint != other.fingerprint
    assert len(keys.key("weibo", "1")) == 64


def test_the_secret_is_made_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KOUBEI_SECRET", raising=False)
    folder = DataFolder(tmp_path / "data").create()
    secret = load_secret(folder)
    assert load_secret(folder) == secret
    assert len(secret) == 64
    assert stat.S_IMODE(folder.secret.stat().st_mode) == 0o600
    assert [p.name for p in folder.root.iterdir() if p.name.startswith(".secret")] == []


def test_processes_that_start_together_get_one_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KOUBEI_SECRET", raising=False)
    DataFolder(tmp_path).create()
    code = (
        "import sys; from pathlib import Path; from koubei.core.folders import DataFolder;"
        "from koubei.core.privacy import load_secret;"
        "print(load_secret(DataFolder(Path(sys.argv[1]))).decode())"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    secrets = {child.communicate(timeout=60)[0] for child in children}
    assert len(secrets) == 1
    assert len(secrets.pop().strip()) == 64


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOUBEI_SECRET", "x" * 40)
    folder = DataFolder(tmp_path)
    assert load_secret(folder) == b"x" * 40
    assert not folder.secret.exists()


@pytest.mark.parametrize("given_secret", ["", "short"])
def test_a_short_secret_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given_secret: str
) -> None:
    monkeypatch.setenv("KOUBEI_SECRET", given_secret)
    with pytest.raises(ConfigError, match="KOUBEI_SECRET"):
        load_secret(DataFolder(tmp_path))


def test_a_damaged_secret_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KOUBEI_SECRET", raising=False)
    folder = DataFolder(tmp_path)
    folder.secret.write_bytes(b"")
    with pytest.raises(ConfigError, match="不完整"):
        load_secret(folder)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KOUBEI_SECRET", raising=False)
    with pytest.raises(DegradedError, match="无法写入作者密钥"):
        load_secret(DataFolder(tmp_path / "missing"))


def test_a_file_in_the_way_of_the_data_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(ConfigError, match="数据目录"):
        DataFolder(tmp_path / "data").create()
