"""A post that was edited: its mentions of brands it no longer names are taken out of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from koubei.app.context import AppContext
from koubei.core.domain import Mention, Post
from koubei.core.query import And, Not, Or, Query, Term
from koubei.core.state import Seen

AT_ONCE = 50
"""Edited posts per query."""


def take_out_unnamed(
    app: AppContext, posts: Sequence[Post], seen: Mapping[str, Seen], mentions: Sequence[Mention]
) -> int:
    """Remove stored mentions of edited posts that are none any more; how many.

    Taken out, not marked: a mention that is none must not be counted by anybody's query. A person's verdict
    on it stays on record, and holds again where a later edit names the brand again. Safe to repeat.

    Args:
        posts: new or changed posts as they are now. seen: what the ledger knew of them before.
        mentions: what they now name.
    """
    named: dict[str, list[str]] = {}
    for mention in mentions:
        named.setdefault(mention.post.post_id, []).append(mention.brand_id)
    edited = [
        post.post_id
        for post in posts
        if (before := seen.get(post.post_id)) and before.content_hash != post.content_hash
    ]
    removed = 0
    for ids in _chunks(edited):
        removed += app.store.delete(_any([_unnamed(post_id, named.get(post_id, ())) for post_id in ids]))
    app.state.unmatched.remove(named)
    return removed


def _unnamed(post_id: str, brands: Sequence[str]) -> Query:
    kept = [Not(Term("brand", brand)) for brand in brands]
    return And((Term("post_id", post_id), *kept)) if kept else Term("post_id", post_id)


def _any(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Or(tuple(queries))


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
