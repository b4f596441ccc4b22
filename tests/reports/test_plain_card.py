"""The chat card as plain text, for services that take no markup."""

from __future__ import annotations

import pytest

from reports.figures.wording import markdown, without_markdown


@pytest.mark.parametrize(
    ("card", "text"),
    [
        ("### 口碑日报\n**升至 7%**\n> 缺数", "口碑日报\n升至 7%\n缺数"),
        (
            "- 声量 412\n1. 核对 [R-1](https://a.example/c/R-1)",
            "- 声量 412\n1. 核对 R-1 https://a.example/c/R-1",
        ),
        ("[看全文](https://a.example/d) 冻结", "看全文 https://a.example/d 冻结"),
        ("没有标记 5 * 3 > 2", "没有标记 5 * 3 > 2"),
    ],
)
def test_marks_go_and_words_stay(card: str, text: str) -> None:
    assert without_markdown(card) == text


@pytest.mark.parametrize("words", ["**粗** [链](http://x)", "### # 标题", "1_000_000 `代码` \\ ~"])
def test_what_was_escaped_comes_back_as_it_was_written(words: str) -> None:
    assert without_markdown(markdown(words)) == words
