"""The tokens both stores index: those of Lucene's CJKAnalyzer without stop words.

Words by UAX #29, lower case, and overlapping pairs within each run of Han, kana and hangul; a character that
stands alone in its run is a token by itself. Elasticsearch runs the analyzer itself, on the same folded text;
the classes below are those that Lucene 9.12 shows when it is given every character in turn.
"""

from __future__ import annotations

import re
import unicodedata

MAX_TOKEN = 255
"""Lucene's StandardTokenizer cuts a longer word."""

_CLASSES = {
    "H": "2e80-2fd5 3007 3021-3029 3038-303a 3400-4dbf 4e00-9fff f900-fad9 20000-323af "  # Han
    "3041-3096 309d-309f 1b001-1b11e 1b150-1b152 1f200",  # Hiragana
    "K": "3031-3035 309b-309c 30a0-30fa 30fc-30ff 31f0-31ff 32d0-32fe 3300-3357 ff66-ff9d 1b000 1b164-1b167",
    "G": "1100-11ff 3131-318e a960-a97c ac00-d7fb ffa0-ffdc",  # Hangul
    # Thai, Lao, Burmese, Khmer …: written without spaces, kept as one token
    "S": "e01-e30 e32-e33 e40-e46 e81-eb0 eb2-eb3 ebd-ec6 edc-edf 1000-102a 103f 1050-1055 105a-105d 1061 "
    "1065-1066 106e-1070 1075-1081 108e 109e-109f 1780-17b3 17d7 17dc 1950-19c9 19da-19df 1a20-1a54 "
    "1aa0-1aad a9e0-a9e4 a9e6-a9ef a9fa-a9fe aa60-aa7a aa7e-aaaf aab1 aab5-aab6 aab9-aabd aac0 aac2-aadf "
    "11700-1171a 1173a-1173b 1173f",
    # Extended_Pictographic: each is a token
    "E": "a9 ae 203c 2049 2122 2194-2199 21a9-21aa 231a-231b 2328 2388 23cf 23e9-23f3 23f8-23fa 25aa-25ab "
    "25b6 25c0 25fb-25fe 2600-2605 2607-2612 2614-2685 2690-2705 2708-2712 2714 2716 271d 2721 2728 "
    "2733-2734 2744 2747 274c 274e 2753-2755 2757 2763-2767 2795-2797 27a1 27b0 27bf 2934-2935 2b05-2b07 "
    "2b1b-2b1c 2b50 2b55 3030 303d 3297 3299 1f000-1f0ff 1f10d-1f10f 1f12f 1f16c-1f16f 1f18e 1f191-1f19a "
    "1f1ad-1f1e5 1f201-1f20f 1f21a 1f22f 1f232-1f23a 1f23c-1f23f 1f249-1f3fa 1f400-1f53d 1f546-1f64f "
    "1f680-1f6ff 1f774-1f77f 1f7d5-1f7ff 1f80c-1f80f 1f848-1f84f 1f85a-1f85f 1f888-1f88f 1f8ae-1f8ff "
    "1f90c-1f93a 1f93c-1f945 1f947-1fffd",
    "I": "1f1e6-1f1ff",  # regional indicators: two make a flag
    "B": "27 2e 2018-2019 2024 fe52 ff07 ff0e",  # joins letters, joins digits
    "L": "3a b7 387 5f4 2027 fe13 fe55 ff1a",  # joins letters
    "M": "2c 3b 37e 589 60c-60d 66c 7f8 2044 fe10 fe14 fe50 fe54 ff0c ff1b",  # joins digits
    "_": "5f 202f 203f-2040 2054 fe33-fe34 fe4d-fe4f ff3f",  # joins both
    "N": "66b",
    "A": "2c2-2c5 2d2-2d7 2de-2df 2ed 2ef-2ff 55b-55c 55e 5f3 24b6-24e9 a720-a721 a789-a78a ab5b "
    "1f130-1f149 1f150-1f169 1f170-1f189",
    ".": "3006 31bb-31bf 17000-18d08 1b11f-1b122 1b170-1b2fb",
}
_LETTERS = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nl"))


def _spans(text: str) -> list[range]:
    ends = ([int(part, 16) for part in span.split("-")] for span in text.split())
    return [range(e[0], e[-1] + 1) for e in ends]


_SPANS = [(name, _spans(text)) for name, text in _CLASSES.items()]


class _ClassTable(dict[int, str]):
    """Code point -> class letter, worked out when a character is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _class_of(code)
        return found


def _class_of(code: int) -> str:
    for name, spans in _SPANS:
        if any(code in span for span in spans):
            return name
    category = unicodedata.category(chr(code))
    return "N" if category == "Nd" else "A" if category in _LETTERS else "."


_TABLE = _ClassTable()
_UNIT = r"[AGN](?:(?<=[AG])[LB](?=[AG])|(?<=N)[MB](?=N))?"
_SPAN = re.compile(
    rf"(?P<run>H+)|(?P<word>_*(?:(?:{_UNIT})+|K+)(?:_+(?:(?:{_UNIT})+|K+))*_*)|S+|II|E|(?P<none>_+)"
)
_LOWER_FIRST = {0x130: "i", 0x3A3: "σ"}
"""Where str.lower looks at neighbours or gives two characters; Lucene lowers code point by code point."""


def tokens(folded: str) -> list[str]:
    """The tokens of a folded text, in order; a token's position is its index.

    A word of two Han characters is one token and a longer one several, so a phrase of tokens finds it as an
    exact substring of its run.
    """
    classes = folded.translate(_TABLE)
    lowered = _lower(folded)
    found: list[str] = []
    start = end = 0
    for match in _SPAN.finditer(classes):
        first, last = match.span()
        if _paired(match):
            if first != end:
                _pairs(lowered, start, end, found)
                start = first
            end = last
        elif match.lastgroup != "none":
            _pairs(lowered, start, end, found)
            start = end = last
            found.extend(lowered[i : min(i + MAX_TOKEN, last)] for i in range(first, last, MAX_TOKEN))
    _pairs(lowered, start, end, found)
    return found


def is_lone(token: str) -> bool:
    """A single Han, kana or hangul character: what a run of length one becomes."""
    return len(token) == 1 and token.translate(_TABLE) in ("H", "K", "G")


def _lower(text: str) -> str:
    lowered = text.translate(_LOWER_FIRST).lower()
    return lowered if len(lowered) == len(text) else "".join(_lower_one(char) for char in text)


def _lower_one(char: str) -> str:
    lowered = char.lower()
    return lowered if len(lowered) == 1 else char


def _paired(match: re.Match[str]) -> bool:
    if match.lastgroup == "run":
        return True
    return match.lastgroup == "word" and match[0][0] in "KG" and not match[0].strip(match[0][0])


def _pairs(text: str, start: int, end: int, found: list[str]) -> None:
    if end - start == 1:
        found.append(text[start])
    elif end > start:
        found.extend([text[i : i + 2] for i in range(start, end - 1)])
