"""What a post passes on: the post it says it reposts, or the original text it carries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from koubei.core.domain import Post
from koubei.core.text import fingerprint_text

SHORTEST = 10
"""Fewest letters, digits and Han of a text that can be a copy: many people write 信号差 of their own."""

_CHAIN = re.compile(r"//\s*@[^\s:：/@]{1,40}\s*[:：]")
_PASSED_ON = re.compile(r"\s*(?:转发微博|转发|转|RT)\s*[:：]", re.IGNORECASE)


def parents_of(posts: Iterable[Post]) -> dict[str, str]:
    """post_id -> the post it reposts, for those that say so; a post that names itself reposts nothing."""
    return {p.post_id: p.repost_of for p in posts if p.repost_of and p.repost_of != p.post_id}


def voice_fingerprint(post: Post) -> str:
    """The fingerprint of the text whose voice a post speaks with, where it does not say what it reposts.

    That is, of a weibo, the original it quotes, or else the end of a chain 说得对//@甲:…//@乙:原文; of every
    other post its own text without a leading 转发：. "" where that is too short to be told from others.
    """
    for text in (*_originals(post), _own(post.scored_text)):
        fingerprint = fingerprint_text(text)
        if len(fingerprint) >= SHORTEST:
            return fingerprint
    return ""


def top(post_id: str, parents: Mapping[str, str]) -> str:
    """The first post up the chain that is not in `parents`; a circle ends where it began."""
    seen = {post_id}
    while (parent := parents.get(post_id)) is not None and parent not in seen:
        seen.add(parent)
        post_id = parent
    return post_id


def _originals(post: Post) -> tuple[str, ...]:
    if post.platform != "weibo":
        return ()
    chain = _CHAIN.split(post.text)
    return (post.quoted, chain[-1]) if len(chain) > 1 else (post.quoted,)


def _own(text: str) -> str:
    match = _PASSED_ON.match(text)
    return text[match.end() :] if match else text
