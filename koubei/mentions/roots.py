"""Independent voices: a repost speaks with the voice of its origin, a copy with that of the first copy."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol

from koubei.core.domain import Post
from koubei.core.text import fingerprint_text

SHORTEST = 10
"""Fewest letters, digits and Han of a text that can be a copy: many people write 信号差 of their own."""


class Leaders(Protocol):
    """The memory of first-seen posts (koubei.core.state.Roots)."""

    def leaders(self, candidates: Mapping[str, str]) -> dict[str, str]:
        """Key -> first-seen post; an unknown key is noted with the post given."""
        ...


def find_roots(posts: Sequence[Post], memory: Leaders) -> dict[str, str]:
    """post_id -> root_id of each post.

    | post | root |
    |---|---|
    | a repost | the root of the reposted post where that is a repost itself, else the reposted post |
    | a text of 10 letters or more | the first-seen post with the same fingerprint |
    | a shorter text | the post itself |
    """
    parents = {p.post_id: p.repost_of for p in posts if p.repost_of and p.repost_of != p.post_id}
    hashes = {p.post_id: h for p in posts if p.post_id not in parents and (h := text_hash(p.scored_text))}
    first: dict[str, str] = {}
    for post_id, key in hashes.items():
        first.setdefault(key, post_id)
    leaders = memory.leaders(first)
    roots = {p.post_id: p.post_id for p in posts} | {i: leaders[key] for i, key in hashes.items()}
    memory.leaders({_key(i): root for i, root in roots.items() if i != root})
    return roots | _repost_roots(parents, memory)


def text_hash(text: str) -> str | None:
    """SHA-256 (hex) of the fingerprint, None for a text too short to be told from others."""
    fingerprint = fingerprint_text(text)
    return hashlib.sha256(fingerprint.encode()).hexdigest() if len(fingerprint) >= SHORTEST else None


def _repost_roots(parents: Mapping[str, str], memory: Leaders) -> dict[str, str]:
    """Each repost's root is noted too, so that a repost of it that arrives later finds the same voice."""
    tops = {post_id: _top(post_id, parents) for post_id in parents}
    above = memory.leaders({_key(top): top for top in tops.values()})
    own = memory.leaders({_key(post_id): above[_key(top)] for post_id, top in tops.items()})
    return {post_id: own[_key(post_id)] for post_id in tops}


def _top(post_id: str, parents: Mapping[str, str]) -> str:
    """The first post up the chain that is no repost of this batch; a circle ends where it began."""
    seen = {post_id}
    while (parent := parents.get(post_id)) is not None and parent not in seen:
        seen.add(parent)
        post_id = parent
    return post_id


def _key(post_id: str) -> str:
    return f"post:{post_id}"
