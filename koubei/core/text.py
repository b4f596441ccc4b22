"""The one normalisation of text: what stores tokenise, brands are matched on, copies are found by."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache, lru_cache

import opencc

from koubei.core.cjk import tokens

__all__ = ["ANALYZER_VERSION", "fingerprint_text", "fold", "tokens"]

ANALYZER_VERSION = "2"
"""Raised with every change of fold() or tokens(); a store then builds its text index again."""

_DROPPED = frozenset(("Cc", "Cf", "Cs", "Mn", "Mc", "Me"))
_LINE_BREAKS = "\n\x85\u2028\u2029"
_BLANKS = "\t\v\f\r\x1c\x1d\x1e\x1f"
_WIDE_SIGNS = dict(zip("￠￡￢￣￤￥￦￨￩￪￫￬￭￮", "¢£¬¯¦¥₩│←↑→↓■○", strict=True))
_VARIANTS = dict(zip("著瞭妳祇衹秖藉牠鬪", "着了你只只只借它斗", strict=True))
"""What OpenCC leaves, since it means two things in simplified writing: 看著 but 著名. Folded wherever it
stands, in posts, queries and words alike: 看着 finds 看著. 著名 and 着名 are one then; no search minds."""
_SKIN_TONES = range(0x1F3FB, 0x1F400)
ONE_BY_ONE = re.compile(
    "[\n -~\u2010-\u2027\u2030-\u205e\u3000-\u3029\u3030-\u303f\u3041-\u3096\u30a1-\u30fa"
    "\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e\U0001f300-\U0001f3fa\U0001f400-\U0001faff]*"
)
"""Characters that fold to one each and join no other, as nearly every post is written: positions stay."""
_HALF_KATAKANA = re.compile("[｡-ﾟ]+")
_NO_WORD = re.compile(r"[\W_]+")
_MAYBE_MARK = re.compile(
    "[^\0-\u02ff\u2000-\u20cf\u2100-\u2cee\u3000-\u3029\u3030-\u3098\u309b-\ua66e\ue000-\uf8ff\uff00-\uffff]"
)
"""Finds every combining mark and little of what Chinese is written with, nor the private use that the
sentiment package marks brands with: a quick no for most texts."""
_MOST_MARKS = 30
"""Longest run of combining marks that is normalised (the Stream-Safe Text Format of UAX #15): NFC of an
unbounded run takes quadratic time. All of them are dropped afterwards anyway."""


def fold(text: str) -> str:
    """The form of a text that is compared: NFC, simplified Chinese, half-width, nothing invisible.

    Traditional characters are mapped one by one (OpenCC's table, without its phrases), so that any part of a
    text folds to a part of its fold. Control, format, variation-selector and left-over combining characters,
    skin tones and lone surrogates are dropped; every blank becomes a space, every line break a newline.
    Folding twice changes nothing. Takes linear time on any input.
    """
    if text.isascii() and text.isprintable():
        return text
    return _fold_again(text) if len(text) <= _REMEMBERED else _fold(text)


def _fold(text: str) -> str:
    if ONE_BY_ONE.fullmatch(text):
        return text.translate(_FOLDED)
    wide = _HALF_KATAKANA.sub(_full_katakana, text)
    return _compose(_compose(wide).translate(_FOLDED))


_REMEMBERED = 1_000
"""Texts up to this length are remembered: a post is folded for matching, roots, place, factors, indexing."""
_fold_again = lru_cache(maxsize=2_048)(_fold)


def fingerprint_text(text: str) -> str:
    """Only the letters, digits and Han of a folded, lower-cased text: equal for near-identical posts."""
    return _NO_WORD.sub("", fold(text).lower())


def _full_katakana(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _compose(text: str) -> str:
    if _MAYBE_MARK.search(text):
        text = _mark_runs().sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


@cache
def _mark_runs() -> re.Pattern[str]:
    marks = [chr(code) for code in range(0x300, sys.maxunicode) if unicodedata.combining(chr(code))]
    one = f"[{''.join(marks)}]"
    return re.compile(f"({one}{{{_MOST_MARKS}}}){one}+")


class _FoldTable(dict[int, str]):
    """Code point -> what it folds to, worked out when a character is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_char(chr(code))
        return folded


def _fold_char(char: str) -> str:
    if char in _LINE_BREAKS:
        return "\n"
    if char in _BLANKS or unicodedata.category(char) == "Zs":
        return " "
    if unicodedata.category(char) in _DROPPED or ord(char) in _SKIN_TONES:
        return ""
    if "！" <= char <= "～":
        return chr(ord(char) - 0xFEE0)
    simplified = _WIDE_SIGNS.get(char) or _simplify(char)
    return _VARIANTS.get(simplified, simplified)


def _simplify(char: str) -> str:
    once = _simplifier().convert(char)
    return once if once == char else _simplify(once)  # 薴 → 苧 → 苎


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


_FOLDED = _FoldTable()
