"""fold, tokens and fingerprint_text."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koubei.core import text as text_module
from koubei.core.text import ONE_BY_ONE, fingerprint_text, fold, tokens

CHINESE = st.text(
    alphabet="移動电信資費套餐客服太差了的ＡＢ１，：。！aB1,.:' \n_😡❤カﾊﾞー한국가กข", max_size=60
)


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("中國移動的資費", "中国移动的资费"),
        ("ＡＢＣ１２３，：！？", "ABC123,:!?"),
        ("移\u200b动\ufeff\u00ad", "移动"),
        ("\u202e移动\u202c", "移动"),
        ("a\x00b\x07", "ab"),
        ("一\t二\r\n三\u3000四\xa0五", "一 二 \n三 四 五"),
        ("e\u0301te\u0301", "été"),
        ("移\u0336动\u0336", "移动"),
        ("❤️👍🏽👨‍👩‍👧", "❤👍👨👩👧"),
        ("ｶﾞﾊﾟ", "ガパ"),
        ("￥５", "¥5"),
        ("\ud800移动\udfff", "移动"),
        ("薴", "苎"),
        ("", ""),
    ],
)
def test_fold(raw: str, folded: str) -> None:
    assert fold(raw) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(c) in ("Cf", "Cs", "Mn", "Me", "Mc") for c in once)


@given(CHINESE, CHINESE, CHINESE)
def test_a_part_of_a_text_folds_to_a_part_of_its_fold(before: str, part: str, after: str) -> None:
    plain = part.replace("ﾊ", "").replace("ﾞ", "")  # voiced marks join their neighbour
    assert fold(plain) in fold(f"{before} {plain} {after}")


@pytest.mark.parametrize(
    "unit", ["移\u0301", "e\u0301\u0316", "\u0316\u0301", "_", "a_", "ア_", "\x00", "1,", "國"]
)
def test_a_megabyte_of_anything_is_folded_and_tokenised(unit: str) -> None:
    folded = fold(unit * (1_000_000 // len(unit)))
    assert all(folded[t : t + 1] for t in range(0, len(folded), 100_000))
    assert all(len(token) <= 255 for token in tokens(folded))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("移动资费", ["移动", "动资", "资费"]),
        ("差", ["差"]),
        ("在B站看", ["在", "b", "站看"]),
        ("5G套餐，19.9元/月", ["5g", "套餐", "19.9", "元", "月"]),
        ("Can't open www.10086.cn:80", ["can't", "open", "www", "10086", "cn", "80"]),
        ("1,000 a,b 1:2", ["1,000", "a", "b", "1", "2"]),
        ("snake_case _x_ ___", ["snake_case", "_x_"]),
        ("アプリ移动한국어", ["アプ", "プリ", "リ移", "移动", "动한", "한국", "국어"]),
        ("한국abc", ["한국abc"]),
        ("😡👍🇨🇳🇨", ["😡", "👍", "🇨🇳"]),
        ("ΣΑΣ İ ß", ["σας".replace("ς", "σ"), "i", "ß"]),
        ("กขค", ["กขค"]),
        ("ア_カ a__b", ["ア_カ", "a__b"]),
        ("。！？ \n", []),
    ],
)
def test_tokens_are_those_of_lucene(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_a_long_word_is_cut_as_lucene_cuts_it() -> None:
    assert [len(token) for token in tokens("a" * 600)] == [255, 255, 90]


@given(CHINESE)
def test_tokens_never_hold_a_blank_and_are_stable_in_lower_case(text: str) -> None:
    found = tokens(fold(text))
    assert not any(c.isspace() for token in found for c in token)
    assert [token.lower() for token in found] == found


@given(st.text(alphabet="移动资费套餐客服", min_size=2, max_size=30), st.data())
def test_a_substring_of_a_run_is_a_run_of_its_tokens(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 2, len(text)))
    assert tokens(text)[start : end - 1] == tokens(text[start:end])


def test_fingerprint_ignores_what_copies_differ_in() -> None:
    assert (
        fingerprint_text("中國移動，太坑了！！! 5G😡")
        == fingerprint_text("中国移动太坑了5g")
        == "中国移动太坑了5g"
    )
    assert fingerprint_text("。！😡") == ""


def test_the_quick_no_misses_no_combining_mark() -> None:
    """A missed one would make folding a long run of it take quadratic time."""
    marks = [chr(code) for code in range(sys.maxunicode) if unicodedata.combining(chr(code))]
    assert len(marks) > 800
    assert not [mark for mark in marks if not text_module._MAYBE_MARK.search(f"移动{mark}")]
    assert not text_module._MAYBE_MARK.search("中国移动，“太坑”了……！１０元 5G％、《》")


def test_characters_that_fold_one_by_one_do_so_and_join_no_other() -> None:
    good = [char for char in map(chr, range(sys.maxunicode + 1)) if ONE_BY_ONE.fullmatch(char)]
    pairs = (unicodedata.decomposition(char).split() for char in map(chr, range(sys.maxunicode + 1)))
    second = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and not pair[0].startswith("<")}
    every = "".join(good)
    assert len(good) > 20_000
    assert all(len(fold(char)) == 1 for char in good)
    assert not [char for char in every + fold(every) if unicodedata.combining(char) or char in second]
    assert fold(every + "\u0435") == fold(every) + "\u0435"  # the other letter takes the long way


VARIANTS = {
    "看著": "看着",
    "瞭解": "了解",
    "妳": "你",
    "妳們": "你们",
    "祇有": "只有",
    "衹有": "只有",
    "藉口": "借口",
    "牠": "它",
}


@pytest.mark.parametrize(("variant", "common"), VARIANTS.items())
def test_variants_that_traditional_writers_use_find_each_other(variant: str, common: str) -> None:
    assert fold(variant) == fold(common) == common
    assert tokens(fold(f"我{variant}网速")) == tokens(fold(f"我{common}网速"))


@pytest.mark.parametrize("word", ["著名", "显著", "慰藉", "瞭望"])
def test_words_in_which_a_variant_means_another_thing_still_find_themselves(word: str) -> None:
    assert tokens(fold(word)) == tokens(fold(fold(word)))
    assert len(fold(word)) == len(word)
