"""What may be taken for GB18030 and is not, and a wrong label together with a cut character."""

from __future__ import annotations

import pytest

from crawlers.decoding import decode

TEXT = "移动宽带又断了，营业厅排队两小时，信号一直不好"


@pytest.mark.parametrize("text", ["© 2026", "café · naïve", "Привет мир"])
def test_a_few_signs_in_utf_8_are_no_gbk(text: str) -> None:
    assert decode(text.encode(), "text/html").text == text


def test_gbk_that_says_big5_is_noticed() -> None:
    found = decode(TEXT.encode("gbk"), "text/html; charset=big5")
    assert (found.text, bool(found.note)) == (TEXT, True)


@pytest.mark.parametrize("label", ["gb2312", "gbk", "big5"])
def test_utf_8_with_a_wrong_label_and_a_cut_character(label: str) -> None:
    found = decode(TEXT.encode()[:-1] + b"</p>", f"text/html; charset={label}")
    assert (found.text, found.bad, bool(found.note)) == (TEXT[:-1] + "\ufffd</p>", 1, True)
