from __future__ import annotations

import pytest

from sentiment.words.phrases import PhraseTable

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
    (matches,) = TABLE.find([text])
    assert [match.owner for match in matches] == found


def test_a_phrase_stands_in_one_text_at_its_place_there() -> None:
    texts = ["好，断网了", "", "😡", "😡断", "网了没人不管", "\ud800断网", "g5g", "断网"]
    assert list(TABLE.find(texts)) == [
        [(2, 5, "断网了"), (2, 4, "断网")],
        *([], [], []),
        [(0, 6, "网了*不管")],
        [(1, 3, "断网")],
        [],
        [(0, 2, "断网")],
    ]


def test_the_longest_of_a_place_is_first_whatever_it_begins_with() -> None:
    table = PhraseTable((word, word) for word in ("没网", "没网*天", "没网了", "没网好几天", "没网好"))
    assert [[match.owner for match in matches] for matches in table.find(["没网好几天", "没网了两天"])] == [
        ["没网好几天", "没网*天", "没网好", "没网"],
        ["没网*天", "没网了", "没网"],
    ]


def test_no_phrases_find_nothing() -> None:
    assert list(PhraseTable[str](()).find(["断网了"])) == [[]]
    assert list(TABLE.find([])) == []
