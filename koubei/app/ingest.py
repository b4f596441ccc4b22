"""From the spool to the store: match, score, number, write; then, and only then, forget the post.

Every step is a function of the post and of what the ledgers already hold, so a batch that was cut off
anywhere (kill, full disk, store away) is simply done again and comes out the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from koubei.app.consistency import check_store, continue_revisions
from koubei.app.context import AppContext
from koubei.app.edits import take_out_unnamed
from koubei.app.merge import merge_posts
from koubei.app.upserting import upsert_or_quarantine
from koubei.app.verdicts import in_force
from koubei.app.writing import only_writer
from koubei.core.domain import Mention, Post, Score, ScoredMention
from koubei.core.state import Seen
from koubei.core.text import fold

BATCH = 500
REMOVED = "removed"
"""What became of a mention whose post was edited and no longer names the brand."""
REFILE_AFTER = timedelta(hours=48)
"""A time learned later moves a mention to another place only when it is this far off (model.md)."""

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Ingested:
    """What became of the posts that waited.

    Attributes:
        posts: posts taken from the spool.
        mentions: what the store did with the mentions made of them.
        dropped: posts that led to no write, by reason.
        by_source: source -> new posts.
    """

    posts: int = 0
    mentions: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)


def ingest(app: AppContext, progress: Progress | None = None) -> Ingested:
    """Drain the spool into the store. One drain at a time; a second one leaves it to the first.

    Raises:
        StoreUnavailableError: the store is away; what is not written waits in the spool.
        StoreError: the store was lost while the ledger was kept.
        DegradedError: another process is draining.
    """
    done = Ingested()
    total = app.spool.waiting()
    with only_writer(app):
        app.store.refresh()  # what a drain wrote that was killed a moment ago may not be searchable yet
        check_store(app)
        app.state.versions.note("keywords", app.matcher.version, app.clock.now())
        app.state.versions.note("model", app.scorer.version, app.clock.now())
        while items := app.spool.take(BATCH):
            _ingest_batch(app, [item.post for item in items], done)
            app.spool.done([item.seq for item in items])
            if progress:
                progress(done.posts, max(total, done.posts))
    app.store.refresh()
    return done


def _ingest_batch(app: AppContext, posts: Sequence[Post], done: Ingested) -> None:
    done.posts += len(posts)
    alive = _without_forgotten(app, posts, done)
    seen = app.state.seen.lookup([p.post_id for p in alive])
    fresh = _changed(app, alive, seen, done)
    mentions = app.builder.build(fresh)
    named = {m.post.post_id for m in mentions}
    strangers = [p for p in fresh if p.post_id not in named]
    done.dropped["未提及品牌"] += len(strangers)
    ledger = {p.post_id: _ledger_entry(p, seen.get(p.post_id)) for p in fresh}
    scored, outcomes = _written(app, in_force(app.state, _score(app, mentions, ledger)))
    done.mentions.update(outcomes)
    # Before the delete: a kill behind it must not make an emptied store look lost to check_store.
    app.state.seen.unname([i for i in ledger if i not in named and i in seen])
    if gone := take_out_unnamed(app, fresh, seen, mentions):
        done.mentions[REMOVED] += gone
    app.state.unmatched.keep(strangers)
    revisions = {s.mention.post.post_id: s.revision for s in scored}
    app.state.seen.record([replace(e, revision=revisions.get(i, 0)) for i, e in ledger.items()])
    done.by_source.update(p.source for p in fresh if p.post_id not in seen)


def _written(app: AppContext, scored: list[ScoredMention]) -> tuple[list[ScoredMention], list[str]]:
    """As they were written, and what became of each.

    Only we take revisions, one for each write: where the store holds a newer or equal one, it is ahead of the
    state database, and what it turned down is written again with higher ones.
    """
    outcomes = upsert_or_quarantine(app, scored)
    late = [n for n, outcome in enumerate(outcomes) if outcome in ("stale", "unchanged")]
    if late:
        continue_revisions(app)
        first = app.state.revisions.take(len(late))
        again = [replace(scored[n], revision=first + place) for place, n in enumerate(late)]
        for n, item, outcome in zip(late, again, upsert_or_quarantine(app, again), strict=True):
            scored[n], outcomes[n] = item, outcome
    return scored, outcomes


def _without_forgotten(app: AppContext, posts: Sequence[Post], done: Ingested) -> list[Post]:
    marks = {p.post_id for p in posts} | {f"author:{p.author_key}" for p in posts if p.author_key}
    dead = app.state.tombstones.which(marks)
    alive = [p for p in posts if p.post_id not in dead and f"author:{p.author_key}" not in dead]
    done.dropped["已删除或被遗忘"] += len(posts) - len(alive)
    return alive


def _changed(app: AppContext, posts: Sequence[Post], seen: Mapping[str, Seen], done: Ingested) -> list[Post]:
    """The newest form of each post that is new or says something the ledger does not hold."""
    latest: dict[str, Post] = {}
    for post in posts:
        earlier = latest.get(post.post_id)
        latest[post.post_id] = merge_posts(earlier, post) if earlier else post
    done.dropped["同批重复"] += len(posts) - len(latest)
    differing = [p for p in latest.values() if not _known(p, seen.get(p.post_id))]
    complete = [_with_stored(app, p) if p.post_id in seen else p for p in differing]
    fresh = [p for p in complete if not _known(p, seen.get(p.post_id))]
    done.dropped["已有且无变化"] += len(latest) - len(fresh)
    return fresh


def _known(post: Post, entry: Seen | None) -> bool:
    return entry is not None and (entry.content_hash, entry.observed) == (post.content_hash, post.observed)


def _with_stored(app: AppContext, post: Post) -> Post:
    """Completed by what the store knows: counts, time and place that this look does not give."""
    for brand in app.settings.brands:
        stored = app.store.get(f"{post.post_id}|{brand.id}")
        if stored:
            return merge_posts(stored.mention.post, post)
    return post


def _ledger_entry(post: Post, entry: Seen | None) -> Seen:
    first = entry.first_collected_at if entry else post.collected_at
    filed = entry.filed_at if entry else (post.published_at or first)
    if post.published_at and abs(post.published_at - filed) > REFILE_AFTER:
        filed = post.published_at
    return Seen(
        post_id=post.post_id,
        first_collected_at=first,
        filed_at=filed,
        content_hash=post.content_hash,
        revision=entry.revision if entry else 0,
        observed=post.observed,
    )


def _score(app: AppContext, mentions: Sequence[Mention], ledger: Mapping[str, Seen]) -> list[ScoredMention]:
    scores = app.scorer.score([(m.post.scored_text, m.spans) for m in mentions])
    first = app.state.revisions.take(len(mentions)) if mentions else 0
    return [
        _scored(mention, score, first + n, ledger[mention.post.post_id])
        for n, (mention, score) in enumerate(zip(mentions, scores, strict=True))
    ]


def _scored(mention: Mention, score: Score, revision: int, entry: Seen) -> ScoredMention:
    post = mention.post
    deleted_at: datetime | None = post.collected_at if post.deleted else None
    return ScoredMention(
        mention=mention,
        score=score,
        revision=revision,
        filed_at=entry.filed_at,
        first_collected_at=entry.first_collected_at,
        last_collected_at=max(post.collected_at, entry.first_collected_at),
        deleted_at=deleted_at,
        indexed=fold(post.scored_text),
    )
