"""Query text to tokens with 1-based columns; full-width brackets, quotes and colons count as plain ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from koubei.core.errors import QueryError
from koubei.core.language import _

Kind = Literal[
    "word", "prefix", "phrase", "field", "and", "or", "not", "open", "close", "range", "all", "end"
]  # fmt: skip

_SIGNS = {"（": "(", "）": ")", "［": "[", "］": "]", "｛": "{", "｝": "}", "：": ":", "＋": "+", "－": "-"}
_SIGNS |= {"−": "-", "！": "!"}
_QUOTES = {'"': '"“”＂', "“": '"“”＂', "”": '"“”＂', "＂": '"“”＂', "「": "」", "『": "』"}
_WORDS: dict[str, Kind] = {"AND": "and", "OR": "or", "NOT": "not"}
_LITERAL = "要按原样查找这个字符，请把词放进引号"
_REFUSED = {
    "*": ("通配符", "“*”只能单独写（全部）、作字段的值（字段:*，有值）或放在字母词的末尾（volt*）"),
    "?": ("通配符", "把可能的写法都列出来：(甲 OR 乙)"),
    "~": ("模糊或邻近检索", "同一帖里都要有：甲 AND 乙；写法不定：(甲 OR 乙)"),
    "^": ("加权", "去掉它：结果按时间排，不打分"),
    "/": ("正则表达式", "把可能的写法都列出来：(甲 OR 乙)"),
    "\\": ("引号之外的反斜杠", ""),
}
_TWINS: dict[str, Kind] = {"&&": "and", "||": "or"}
ALL = "*:*"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query; `text` is a word, a phrase's content, a field's name or a range's inside."""

    kind: Kind
    text: str
    column: int


class Lexer:
    """Cuts one query into tokens."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._signs = "".join(_SIGNS.get(char, char) for char in text)
        self._at = 0

    def tokens(self) -> list[Token]:
        """Every token, an "end" token last.

        Raises:
            QueryError: an open quote or range, or an operator that is not supported.
        """
        return [*self._scan(), Token("end", "", len(self._text) + 1)]

    def _scan(self) -> Iterator[Token]:
        while self._at < len(self._text):
            char, column = self._signs[self._at], self._at + 1
            if char.isspace():
                self._at += 1
            elif char in _QUOTES:
                yield self._phrase(column)
            elif char in "()":
                self._at += 1
                yield Token("open" if char == "(" else "close", char, column)
            elif char in "]}":
                raise QueryError(
                    _("多了一个“{char}”", char=char), column, fix=_("删去它，或补上范围的开头 字段:[")
                )
            elif char in "[{":
                yield self._range(column)
            elif char in "+-!":
                yield from self._sign(char, column)
            elif self._signs[self._at : self._at + 2] in _TWINS:
                self._at += 2
                yield Token(
                    _TWINS[self._signs[column - 1 : column + 1]], self._text[column - 1 : column + 1], column
                )
            elif whole := self._everything():
                self._at += len(whole)
                yield Token("all", whole, column)
            else:
                yield self._word(column)

    def _sign(self, char: str, column: int) -> Iterator[Token]:
        following = self._signs[self._at + 1 : self._at + 2]
        if not following or following.isspace() or following in "+-!)":
            raise QueryError(
                _("“{char}”后面没有词", char=char), column, _("紧跟一个词、短语或括号"), _("例如 移动 -联通")
            )
        self._at += 1
        if char in "-!":
            yield Token("not", char, column)

    def _phrase(self, column: int) -> Token:
        closing = _QUOTES[self._signs[self._at]]
        self._at += 1
        content: list[str] = []
        while self._at < len(self._text):
            char = self._text[self._at]
            self._at += 1
            if char in closing:
                self._refuse_suffix()
                return Token("phrase", "".join(content), column)
            if char == "\\" and self._text[self._at : self._at + 1] in (*closing, "\\"):
                char = self._text[self._at]
                self._at += 1
            content.append(char)
        raise QueryError(_("引号没有关上"), column, fix=_("补上右引号"))

    def _refuse_suffix(self) -> None:
        char = self._signs[self._at : self._at + 1]
        if char in ("~", "^"):
            raise _refused(char, self._at + 1)

    def _range(self, column: int) -> Token:
        if self._signs[self._at] == "{":
            raise QueryError(_("不支持不含下限的范围“{”"), column, _("[下限 TO 上限]"))
        ends = [end for end in (self._signs.find("]", self._at), self._signs.find("}", self._at)) if end >= 0]
        if not ends:
            raise QueryError(_("范围没有关上"), column, _("[下限 TO 上限]"), _("补上 ]"))
        inside = self._signs[self._at + 1 : min(ends) + 1]
        self._at = min(ends) + 1
        return Token("range", inside, column)

    def _word(self, column: int) -> Token:
        start = self._at
        while self._at < len(self._text) and not self._ends_word(self._signs[self._at]):
            char = self._signs[self._at]
            if self._signs[self._at : self._at + 2] in _TWINS:
                break
            if char == "*" and self._at > start and self._ends_at(self._at + 1):
                self._at += 1
                return Token("prefix", self._text[start : self._at - 1], column)
            if char in _REFUSED:
                raise _refused(char, self._at + 1)
            self._at += 1
            if char == ":" and self._at - 1 > start and not self._in_value(start):
                return Token("field", self._text[start : self._at - 1], column)
        word = self._text[start : self._at]
        return Token(_WORDS.get(word, "word"), word, column)

    def _everything(self) -> str:
        """`*:*` or a `*` that stands alone, "" where neither begins here."""
        if self._signs.startswith(ALL, self._at):
            return ALL
        return "*" if self._signs[self._at] == "*" and self._ends_at(self._at + 1) else ""

    def _ends_at(self, place: int) -> bool:
        return place >= len(self._text) or self._ends_word(self._signs[place])

    def _in_value(self, start: int) -> bool:
        """A colon inside a field's value (an id such as forum:12) is no field of its own."""
        return start > 0 and self._signs[start - 1] == ":"

    @staticmethod
    def _ends_word(char: str) -> bool:
        return char.isspace() or char in "()[]{}" or char in _QUOTES


def _refused(char: str, column: int) -> QueryError:
    name, instead = _REFUSED[char]
    return QueryError(
        _("不支持“{char}”（{name}）", char=char, name=name),
        column,
        fix=_("；").join(filter(None, (instead, _LITERAL))),
    )
