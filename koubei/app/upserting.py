"""Into the store, or, what it will never take, into quarantine: one odd mention must not hold up the rest."""

from __future__ import annotations

from collections.abc import Sequence

from koubei.app.context import AppContext
from koubei.core.domain import ScoredMention
from koubei.core.errors import MentionsRefusedError
from koubei.core.post_json import encode_post

REFUSED = "refused"


def upsert_or_quarantine(app: AppContext, batch: Sequence[ScoredMention]) -> list[str]:
    """What became of each mention: the store's outcome, or REFUSED.

    Raises:
        StoreUnavailableError: the store is away; nothing of the batch may be relied on.
    """
    try:
        return list(app.store.upsert(batch))
    except MentionsRefusedError as error:
        for position, reason in error.reasons.items():
            post = batch[position].mention.post
            name = batch[position].mention.mention_id
            app.quarantine.put(post.source, name, f"提及库拒收：{reason}", encode_post(post))
        return [REFUSED if n in error.reasons else said for n, said in enumerate(error.outcomes)]
