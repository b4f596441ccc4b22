"""Posts that named no brand, kept for a while so that new keywords can be tried on the past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Column, String, Table, Text, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from koubei.core.domain import Post
from koubei.core.post_json import decode_post, encode_post
from koubei.core.state.database import Database, among
from koubei.core.state.schema import Instant, metadata

_CHUNK = 500

_unmatched = Table(
    "unmatched",
    metadata,
    Column("post_id", String, primary_key=True),
    Column("author", String, index=True),
    Column("collected_at", Instant, nullable=False, index=True),
    Column("body", Text, nullable=False),
)


class Unmatched:
    """Masked posts by post id; the newest look at a post replaces the older one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, posts: Sequence[Post]) -> None:
        """Keep these posts."""
        if not posts:
            return
        statement = insert(_unmatched)
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=["post_id"],
            set_={"author": new.author, "collected_at": new.collected_at, "body": new.body},
        )
        with self._database.write() as connection:
            connection.execute(statement, [_row(post) for post in posts])

    def all(self) -> Iterator[Post]:
        """Every kept post by post id, read in pieces: a writer is never kept waiting."""
        after = ""
        while True:
            page = (
                select(_unmatched.c.post_id, _unmatched.c.body)
                .where(_unmatched.c.post_id > after)
                .order_by(_unmatched.c.post_id)
                .limit(_CHUNK)
            )
            with self._database.read() as connection:
                rows = connection.execute(page).all()
            if not rows:
                return
            yield from (decode_post(row.body) for row in rows)
            after = rows[-1].post_id

    def purge(self, before: datetime) -> int:
        """Drop what was collected before that instant; how many posts."""
        with self._database.write() as connection:
            return connection.execute(delete(_unmatched).where(_unmatched.c.collected_at < before)).rowcount

    def remove(self, ids: Iterable[str]) -> int:
        """Drop what was erased or found to name a brand: post ids, "author:<key>"; how many posts."""
        ids = list(ids)
        named = or_(among(_unmatched.c.post_id, ids), among(_unmatched.c.author, ids))
        with self._database.write() as connection:
            return connection.execute(delete(_unmatched).where(named)).rowcount

    def count(self) -> int:
        """How many posts are kept."""
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(_unmatched)).scalar_one()


def _row(post: Post) -> dict[str, object]:
    return {
        "post_id": post.post_id,
        "author": f"author:{post.author_key}" if post.author_key else None,
        "collected_at": post.collected_at,
        "body": encode_post(post),
    }
