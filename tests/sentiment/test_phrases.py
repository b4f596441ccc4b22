from __future__ import annotations

import pytest

from sentiment.phrases import PhraseTable

WORDS = ("断网", "断网了", "网了*不管", "😡😡", "5g", "a.b", "没]网", "^断")
TABLE = PhraseTable((word, word) for word in WORDS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("又断网了没人管", ["断网了", "断网"]),
        ("断网了他们也不管", ["断网了", "断网", "网了*不管"]),
        ("😡😡断网", ["😡😡", "断网"]),
        ("5g与15g", ["5g"]),
        ("a.b，没]网，^断，axb", ["a.b", "没]网", "^断"]),
        ("断", []),
        ("", []),
    ],
)
def test_every_phrase_at_every_place(text: str, found: list[str]) -> None:
    assert [match.owner for match in TABLE.find(text)] == found


def test_no_phrases_find_nothing() -> None:
    assert not PhraseTable[str](()).find("断网了")
