"""Query text to AST.

query  = any ("OR" any)*          a space is AND and binds closer than OR
any    = one ("AND"? one)*
one    = ("NOT" | "-" | "!" | "+") one | "(" query ")" | word | latin* | "phrase" | field:value | * | *:*
value  = word | "phrase" | * | >low | >=low | <high | <=high | [low TO high] | (value OR value …)
"&&" is AND, "||" OR, _exists_:field is field:*.
"""

from __future__ import annotations

from koubei.core.errors import QueryError
from koubei.core.language import _
from koubei.core.query.ast import And, Everything, Keyword, Not, Or, Prefix, Query
from koubei.core.query.keywords import why_no_prefix, why_not_searchable
from koubei.core.query.lexer import Lexer, Token
from koubei.core.query.values import any_value, compared, field_range, field_value, find_field
from koubei.core.records import Field

EXISTS = "_exists_"
"""Lucene's name for "this field has a value"."""
_DEEPEST = 40
_MOST_TERMS = 500
_LONGEST = 20_000


def parse_query(text: str) -> Query:
    """The meaning of a query as a person types it; a blank text matches everything.

    Raises:
        QueryError: it cannot be read; `column` is 1-based and counts characters of `text`.
    """
    if len(text) > _LONGEST:
        raise QueryError(
            _("检索式太长（{text} 字）", text=len(text)),
            _LONGEST + 1,
            _("最多 {LONGEST} 字", LONGEST=_LONGEST),
        )
    tokens = Lexer(text).tokens()
    if sum(token.kind in ("word", "prefix", "phrase", "range") for token in tokens) > _MOST_TERMS:
        raise QueryError(
            _("检索式的词太多"), 1, _("最多 {MOST_TERMS} 个词", MOST_TERMS=_MOST_TERMS), _("分成几个检索式")
        )
    return Everything() if len(tokens) == 1 else _Parser(tokens).whole()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def whole(self) -> Query:
        query = self._either(None)
        self._expect_end()
        return query

    def _expect_end(self) -> None:
        token = self._tokens[self._next]
        if token.kind == "close":
            raise QueryError(_("多了一个右括号"), token.column, fix=_("删去它，或补上左括号"))

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _either(self, field: Field | None) -> Query:
        parts = [self._all(field)]
        while self._peek().kind == "or":
            self._take()
            parts.append(self._all(field))
        return _joined(Or, parts)

    def _all(self, field: Field | None) -> Query:
        parts = [self._one(field)]
        while self._peek().kind not in ("or", "close", "end"):
            if self._peek().kind == "and":
                self._take()
            parts.append(self._one(field))
        return _joined(And, parts)

    def _one(self, field: Field | None) -> Query:
        token = self._take()
        if token.kind in ("not", "open"):
            return self._nested(token, field)
        if token.kind == "field":
            return self._field(token, field)
        if token.kind in ("word", "prefix", "phrase", "range"):
            return _leaf(token, field)
        if token.kind == "all":
            return Everything() if field is None else any_value(field)
        raise _missing(token)

    def _nested(self, token: Token, field: Field | None) -> Query:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise QueryError(
                _("括号或 NOT 套得太深"), token.column, _("最多 {DEEPEST} 层", DEEPEST=_DEEPEST), _("拆开写")
            )
        query = Not(self._one(field)) if token.kind == "not" else self._bracket(token, field)
        self._depth -= 1
        return query

    def _bracket(self, opening: Token, field: Field | None) -> Query:
        query = self._either(field)
        if self._take().kind != "close":
            raise QueryError(_("括号没有关上"), opening.column, fix=_("补上右括号"))
        return query

    def _field(self, token: Token, outer: Field | None) -> Query:
        if outer is not None:
            raise QueryError(_("{name}:( ) 里面不能再写字段", name=outer.name), token.column)
        value = self._take()
        if token.text == EXISTS and value.kind == "word":
            return any_value(find_field(value.text, value.column))
        field = find_field(token.text, token.column)
        if value.kind == "open":
            return self._nested(value, field)
        if value.kind == "all" and value.text == "*":
            return any_value(field)
        if value.kind in ("word", "prefix", "phrase", "range"):
            return _leaf(value, field)
        raise QueryError(
            _("{text}: 后面没有值", text=token.text),
            token.column,
            _('值、"短语"、(甲 OR 乙) 或 [下限 TO 上限]'),
        )


def _leaf(token: Token, field: Field | None) -> Query:
    if token.kind == "range":
        if field is None:
            raise QueryError(_("范围前面没有字段"), token.column, _("字段:[下限 TO 上限]"))
        return field_range(field, token.text, token.column)
    if token.kind == "prefix":
        return _prefix(token, field)
    if field is not None and token.kind == "word" and token.text.startswith(("<", ">")):
        return compared(field, token.text, token.column)
    if field is not None and field.type != "text":
        return field_value(field, token.text, token.column)
    if reason := why_not_searchable(token.text):
        raise QueryError(_("“{text}”：{reason}", text=token.text, reason=reason), token.column)
    return Keyword(token.text)


def _prefix(token: Token, field: Field | None) -> Query:
    star = token.column + len(token.text)
    if field is not None and field.type != "text":
        raise QueryError(
            _("字段 {name}（{label}）的值要写全", name=field.name, label=field.label),
            star,
            fix=_("列出各值：(甲 OR 乙)"),
        )
    if reason := why_no_prefix(token.text):
        raise QueryError(_("“{text}*”：{reason}", text=token.text, reason=reason), star)
    return Prefix(token.text)


def _joined(kind: type[And] | type[Or], parts: list[Query]) -> Query:
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _missing(token: Token) -> QueryError:
    found = "检索式在这里断了" if token.kind == "end" else f"“{token.text}”前面少了一个词"
    return QueryError(found, token.column, _('词、"短语"、括号或 字段:值'))
