"""Two looks at one post made into one: the newer text, and nothing that was known is lost."""

from __future__ import annotations

from dataclasses import fields, replace

from koubei.core.domain import Engagement, Post

_PRECISION = ("unknown", "relative", "day", "minute", "exact")


def merge_posts(old: Post, new: Post) -> Post:
    """The newer look, completed by what only the older one knew.

    Counts that the newer look does not give stay (null is not 0); the more precise time wins; the place,
    the source and the address first known stay.
    """
    better_old = _PRECISION.index(old.time_precision) >= _PRECISION.index(new.time_precision)
    time_from = old if better_old else new
    return replace(
        new,
        source=old.source,
        url=old.url or new.url,
        title=new.title or old.title,
        account=new.account or old.account,
        published_at=time_from.published_at,
        time_precision=time_from.time_precision,
        engagement=_merge_counts(old.engagement, new.engagement),
        rating=new.rating if new.rating is not None else old.rating,
        province=old.province or new.province,
        declares=old.declares or new.declares,
        repost_of=old.repost_of or new.repost_of,
        extra={**old.extra, **new.extra},
    )


def _merge_counts(old: Engagement, new: Engagement) -> Engagement:
    def known(name: str) -> int | None:
        value: int | None = getattr(new, name)
        return value if value is not None else getattr(old, name)

    return Engagement(**{f.name: known(f.name) for f in fields(Engagement)})
