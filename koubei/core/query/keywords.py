"""What a keyword or a field's value means in tokens and stored words: the same for every store."""

from __future__ import annotations

from dataclasses import dataclass

from koubei.core.cjk import is_lone
from koubei.core.domain import LABELS
from koubei.core.query.ast import Term
from koubei.core.text import fold, tokens


@dataclass(frozen=True, slots=True)
class Phrase:
    """Consecutive tokens to look for.

    Attributes:
        tokens: in order; none where the keyword holds nothing searchable, which matches no mention.
        open_end: the last token is a prefix. So B站 (b, 站) is found in 在B站看 (…, b, 站看): a Han
            character that ends a phrase opens a run of its own there, but seldom is alone in it.
    """

    tokens: tuple[str, ...]
    open_end: bool


def phrase(keyword: str) -> Phrase:
    """The tokens of a keyword, as both stores look for them."""
    words = tuple(tokens(fold(keyword)))
    return Phrase(words, len(words) > 1 and is_lone(words[-1]) and not is_lone(words[-2]))


def beginning(prefix: str) -> Phrase:
    """The tokens of a Latin word's beginning, the last one open."""
    return Phrase(tuple(tokens(fold(prefix))), True)


def why_no_prefix(text: str) -> str:
    """The reason a beginning must be refused, "" where it can be searched: one Latin word of two letters."""
    words = tokens(fold(text))
    if len(words) != 1 or not words[0].isascii():
        return f"“*”只能放在字母或数字词的末尾；中文写“{text}”就找得到含它的词，去掉“*”"
    return "" if len(words[0]) > 1 else "开头太短，请写两个字母以上"


def wanted_values(term: Term) -> tuple[str, ...]:
    """The stored values a Term accepts: its own; for `factors`, a bare name accepts every polarity.

    Factors are stored as `name|polarity`, so `factors:资费套餐` is one of `资费套餐|neg`, `资费套餐|pos` …
    """
    if term.field == "factors" and "|" not in term.value:
        return tuple(f"{term.value}|{label}" for label in LABELS)
    return (term.value,)


def why_not_searchable(keyword: str) -> str:
    """The reason a keyword must be refused, "" where it can be searched."""
    words = phrase(keyword).tokens
    if not words:
        return "没有可检索的文字"
    if len(words) == 1 and len(words[0]) == 1 and words[0].isalnum():
        return "单个字几乎查不到（索引按两字一组），请写两个字以上"
    if is_lone(words[0]) and _followed_by_a_word(fold(keyword), words[0]):
        return (
            f"“{words[0]}”紧贴在字母或数字之前，几乎查不到（索引按两字一组），请在它前面多写一个字，或去掉它"
        )
    return ""


def _followed_by_a_word(folded: str, first: str) -> bool:
    following = folded.partition(first)[2][:1]
    return following.isalnum() and not is_lone(following)
