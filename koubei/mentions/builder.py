"""Posts in, mentions out: one for every brand a post names."""

from __future__ import annotations

from collections.abc import Sequence

from koubei.core.config.schema import Brand
from koubei.core.domain import BrandHit, Mention, Post
from koubei.core.privacy import AuthorKeys
from koubei.core.text import fold
from koubei.mentions.matching import Matcher
from koubei.mentions.positions import lower
from koubei.mentions.province import ProvinceFinder
from koubei.mentions.roles import RoleFinder
from koubei.mentions.voices import Voices


class MentionBuilder:
    """Works in batches: the memory of voices is asked once a batch, not once a post."""

    def __init__(self, matcher: Matcher, voices: Voices, brands: Sequence[Brand], keys: AuthorKeys) -> None:
        """`keys` must be those the posts were built with: official accounts are told by their hashes."""
        self._matcher = matcher
        self._voices = voices
        self._roles = RoleFinder(brands, keys)
        self._provinces = ProvinceFinder(brands)

    def build(self, posts: Sequence[Post]) -> list[Mention]:
        """The mentions of the posts, in their order; a post that names no brand yields none."""
        named = [(post, hits) for post in posts if (hits := self._matcher.match(post))]
        roots = self._voices.roots([post for post, _ in named])
        return [m for post, hits in named for m in self._mentions(post, hits, roots[post.post_id])]

    def _mentions(self, post: Post, hits: Sequence[BrandHit], root_id: str) -> list[Mention]:
        text = lower(fold(post.scored_text))
        role = self._roles.role(post, text)
        province, province_source = self._provinces.find(post, text)
        return [
            Mention(
                mention_id=f"{post.post_id}|{hit.brand_id}",
                post=post,
                brand_id=hit.brand_id,
                matched_by=hit.matched_by,
                spans=hit.spans,
                words=hit.words,
                keyword_version=self._matcher.version,
                root_id=root_id,
                role=role,
                province=province,
                province_source=province_source,
            )
            for hit in hits
        ]
