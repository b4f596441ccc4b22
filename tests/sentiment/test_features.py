from __future__ import annotations

import sys
import unicodedata

import pytest

from koubei.core.text import fold
from sentiment.features import MASK, ONE_BY_ONE, OTHER, OWN, Preparer, Vocabulary

PREPARER = Preparer(Vocabulary(("信号",), ("移动", "联通"), {}, aliases=(("移动",),)))


def test_characters_that_fold_one_by_one_do_so_and_join_no_other() -> None:
    good = [char for char in map(chr, range(sys.maxunicode + 1)) if ONE_BY_ONE.fullmatch(char)]
    pairs = (unicodedata.decomposition(char).split() for char in map(chr, range(sys.maxunicode + 1)))
    second = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and not pair[0].startswith("<")}
    folded = {char: fold(char) for char in good}
    assert len(good) > 20_000
    assert not [char for char in good if len(folded[char]) != 1]
    assert not [char for char in good if unicodedata.combining(char) or {char, folded[char]} & second]


@pytest.mark.parametrize(
    ("text", "own", "expected"),
    [
        ("中國移動，Ａ移动😡联通", (2, 4), f"中国{OWN},a{OWN}😡{OTHER}"),
        ("ﾊﾞ移动ﾊﾟ", (2, 4), f"バ{OWN}パ"),  # several characters fold to one before the brand
        ("e\u0301移动", (2, 4), f"é{OWN}"),
        ("移动\u200d差移动", (0, 2), f"{OWN}差{OWN}"),
    ],
)
def test_brands_are_marked_where_they_are_written(text: str, own: tuple[int, int], expected: str) -> None:
    assert PREPARER.fold(text, [own]) == expected


def test_a_brand_that_names_none_is_masked() -> None:
    assert PREPARER.fold("移动硬盘，联通") == f"{MASK}硬盘,{OTHER}"
