from __future__ import annotations

import pytest

from sentiment.words.prepared import MASK, OTHER, OWN, Preparer, Vocabulary

PREPARER = Preparer(Vocabulary(("信号",), ("移动", "联通"), {}, aliases=(("移动",),)))


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
