from __future__ import annotations

from pathlib import Path

import pytest

from sentiment.factors.lexicon import SHIPPED, LexiconError, load_lexicon

GOOD = """\
# a comment
[[factors]]
name = "动力"
words = ["加速", "提速*慢"]

[[factors]]
name = "油耗"
stage = "使用"
words = [
  "费油",
  "百公里",
]
context = ["太高"]
context_with = ["油耗"]

[[stages]]
name = "售前"
words = ["试驾"]

[[severity]]
level = 2
words = ["投诉"]
exclude = ["不用投诉"]
"""


@pytest.fixture
def lexicon_file(tmp_path: Path) -> Path:
    path = tmp_path / "cars.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_lexicons_load(path: Path) -> None:
    lexicon = load_lexicon(path.stem)
    assert lexicon.factors
    assert lexicon == load_lexicon(str(path))


def test_a_file_of_ones_own(lexicon_file: Path) -> None:
    lexicon = load_lexicon(str(lexicon_file))
    assert [factor.name for factor in lexicon.factors] == ["动力", "油耗"]
    assert lexicon.factors[0].words == ("加速", "提速*慢")
    assert lexicon.factors[1].stage == "使用"
    assert lexicon.severity[0].exclude == ("不用投诉",)


def test_the_version_changes_with_the_content(lexicon_file: Path) -> None:
    before = load_lexicon(str(lexicon_file)).version
    assert before.startswith("cars-")
    lexicon_file.write_text(GOOD.replace("费油", "很费油"), encoding="utf-8")
    assert load_lexicon(str(lexicon_file)).version != before


def test_rows_are_folded(lexicon_file: Path) -> None:
    lexicon_file.write_text(GOOD.replace("加速", "ＡＰＰ門號"), encoding="utf-8")
    assert load_lexicon(str(lexicon_file)).factors[0].words[0] == "app门号"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('"百公里"', "7", 11, "不是字符串"),
        ('"百公里"', "true", 11, "不是字符串"),
        ('"百公里"', "'百'", 11, "太短"),
        ('["试驾"]', "[2026-11-16]", 18, "不是字符串"),
        ('"百公里"', '"百"', 11, "太短"),
        ('"百公里"', '""', 11, "太短"),
        ('"百公里"', '"百*公里"', 11, "太短"),
        ('"百公里"', '"公里*"', 11, "太短"),
        ('"百公里"', '"百，公里"', 11, "标点"),
        ('"百公里"', '"百公*一*二*三*四"', 11, "4 个 *"),
        ('"百公里"', '# "百"\n  "百"', 12, "太短"),
        ('"百公里"', '"百\\u516c里", "费\\u6cb9"', 11, "重复"),
        ('"百公里"', '"百 公里"', 11, "空白"),
        ('"百公里"', '"费油"', 11, "重复"),
        ('"百公里"', '"費油"', 11, "重复"),
        ('"百公里",\n]', '"百公里"\n', 13, "TOML"),
        ('words = ["试驾"]', 'words = "试驾"', 18, "不是列表"),
        ('words = ["试驾"]', "words = []", 16, "没有词"),
        ('words = ["试驾"]', 'word = ["试驾"]', 18, "不认识的键 word"),
        ('context_with = ["油耗"]', "", 6, "context_with"),
        ('stage = "使用"', 'stage = "试用"', 8, "不认识的阶段"),
        ('name = "售前"', 'name = "售中"', 17, "售中"),
        ('name = "油耗"', 'name = "动力"', 6, "两次"),
        ('name = "油耗"', 'name = "a|b"', 7, "a|b"),
        ('name = "油耗"', 'name = "none"', 7, "none"),
        ('name = "油耗"', "name = 3", 7, "3"),
        ('name = "油耗"', 'name = "油\\n耗"', 7, "换行"),
        ('name = "油耗"', 'name = "油\\u001b耗"', 7, "控制字符"),
        ('name = "油耗"', 'name = """油\n耗"""', 7, "换行"),
        ('name = "油耗"\n', "", 6, "None"),
        ("level = 2", "level = 4", 21, "4"),
        ("level = 2", 'level = "2"', 21, "2"),
        ("level = 2", "level = 2.0", 21, "2.0"),
        ("[[severity]]", "[[severities]]", 20, "不认识的表"),
        ("[[stages]]", "[stages]", 16, "stages"),
    ],
)
def test_bad_rows_are_refused_with_file_and_line(
    lexicon_file: Path, old: str, new: str, line: int, said: str
) -> None:
    assert GOOD.count(old) == 1
    lexicon_file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(LexiconError) as caught:
        load_lexicon(str(lexicon_file))
    assert f"{lexicon_file} 第 {line} 行" in caught.value.found
    assert said in str(caught.value)


def test_a_byte_order_mark_is_passed_over(lexicon_file: Path) -> None:
    lexicon_file.write_text(GOOD, encoding="utf-8-sig")
    assert load_lexicon(str(lexicon_file)).factors[0].name == "动力"


def test_no_factors_at_all(lexicon_file: Path) -> None:
    lexicon_file.write_text("", encoding="utf-8")
    with pytest.raises(LexiconError, match="没有任何要素"):
        load_lexicon(str(lexicon_file))


def test_brackets_without_end_are_refused(lexicon_file: Path) -> None:
    lexicon_file.write_text("a = " + "[" * 50_000, encoding="utf-8")
    with pytest.raises(LexiconError, match="太深"):
        load_lexicon(str(lexicon_file))


def test_not_utf8_names_the_line(lexicon_file: Path) -> None:
    lexicon_file.write_bytes(GOOD.encode("utf-8").replace("油耗".encode(), "油耗".encode("gb18030")))
    with pytest.raises(LexiconError, match="第 7 行：不是 UTF-8"):
        load_lexicon(str(lexicon_file))


def test_unknown_names_and_missing_files() -> None:
    with pytest.raises(LexiconError, match="telecom"):
        load_lexicon("telekom")
    with pytest.raises(LexiconError, match="没有名为"):
        load_lexicon("../lexicons/telecom")
    with pytest.raises(LexiconError, match="打不开"):
        load_lexicon("no-such-file.toml")
