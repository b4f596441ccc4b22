"""The seeded world: four weeks of public posts, made from an anchor and a seed alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from random import Random

from crawlers.sandbox.articles import write_articles
from crawlers.sandbox.complaints import Complaints
from crawlers.sandbox.exports import Layout, write_csv, write_xlsx
from crawlers.sandbox.forum import Forum
from crawlers.sandbox.items import Article, Complaint, ForumPost, Item, Review, Thread, Truth, Weibo, truth_of
from crawlers.sandbox.people import People
from crawlers.sandbox.plants import plant
from crawlers.sandbox.reviews import write_reviews
from crawlers.sandbox.rhythm import Rhythm
from crawlers.sandbox.story import incident_start, link_storm, plan
from crawlers.sandbox.weibo import WeiboWall, bid_of
from crawlers.sandbox.writer import Writer

TOTALS = {"forum": 12_000, "heimao": 4_000, "appstore": 500, "news": 500, "weibo": 3_000}
"""Posts per platform at scale 1."""

_PEOPLE = {"forum": 3_200, "heimao": 2_800, "appstore": 450, "news": 8, "weibo": 1_900}
_FIRST_TID, _FIRST_PID, _FIRST_SN, _FIRST_REVIEW = 51_001, 4_100_001, 17_390_000_001, 11_400_000_001


@dataclass(repr=False)
class World:
    """What the sandbox site serves and the export files hold.

    Attributes:
        anchor: where the world ends (UTC). Its full days are the 28 Beijing days before the anchor's.
        incident_start: the instant before which nothing of the tariff incident is written (UTC).
    """

    anchor: datetime
    incident_start: datetime
    threads: list[Thread]
    posts: list[ForumPost]
    complaints: list[Complaint]
    reviews: list[Review]
    articles: list[Article]
    weibos: list[Weibo]

    @classmethod
    def make(cls, anchor: datetime, seed: int = 7, scale: float = 1.0, hostile: bool = True) -> World:
        """The world that ends at `anchor` (aware); the same arguments give the same world.

        `scale` multiplies all volumes; `hostile` adds a few texts meant to break their readers.
        """
        rng = Random(f"{anchor.astimezone(UTC).isoformat()}|{seed}|{scale}")
        rhythm = Rhythm(anchor, rng)
        writer = Writer(rng, rhythm.today.year)
        people = {
            platform: People(rng, index + 1, round(size * scale))
            for index, (platform, size) in enumerate(_PEOPLE.items())
        }
        planned = {
            platform: plan(rhythm, platform, round(total * scale), scale)
            for platform, total in TOTALS.items()
        }
        forum = Forum(rng, writer, people["forum"])
        forum.grow(planned["forum"])
        complaints = Complaints(rng, writer, people["heimao"])
        complaints.grow(planned["heimao"])
        weibos = WeiboWall(rng, writer, people["weibo"])
        weibos.grow(planned["weibo"])
        reviews = write_reviews(rng, writer, people["appstore"], planned["appstore"])
        articles = write_articles(rng, writer, people["news"], planned["news"])
        plant(rng, forum.posts, complaints.items, articles, weibos.items, hostile)
        world = cls(
            rhythm.anchor, incident_start(rhythm), forum.threads, forum.posts, complaints.items, reviews,
            articles, weibos.items,
        )  # fmt: skip
        world._number()
        link_storm(world.items)
        return world

    @property
    def items(self) -> list[Item]:
        """Every post of every platform."""
        return [*self.posts, *self.complaints, *self.reviews, *self.articles, *self.weibos]

    @cached_property
    def truth(self) -> list[Truth]:
        """The truth about every post: for tests, never served."""
        return [truth_of(item) for item in self.items]

    def export_xlsx(self, path: Path, until: datetime) -> int:
        """Write the Excel export: two thirds of the weibo posts up to `until`; how many."""
        return write_xlsx(path, [w for i, w in enumerate(self._until(until)) if i % 3 != 2])

    def export_csv(self, path: Path, until: datetime, layout: Layout = "yuqingtong") -> int:
        """Write the GB18030 export: two thirds of the posts up to `until`, half of them in the Excel too."""
        return write_csv(path, [w for i, w in enumerate(self._until(until)) if i % 3 != 0], layout)

    def _until(self, until: datetime) -> list[Weibo]:
        return [w for w in self.weibos if w.at <= until]

    def _number(self) -> None:
        """Give every post the id its platform would have given it: ids grow with time."""
        for tid, thread in enumerate(self.threads, _FIRST_TID):
            thread.tid = tid
        for pid, post in enumerate(self.posts, _FIRST_PID):
            post.pid = pid
            first = post.thread.posts[0] is post
            post.native_id = f"t{post.thread.tid}" if first else f"p{pid}"
        _count_up(self.complaints, _FIRST_SN, 7)
        _count_up(self.reviews, _FIRST_REVIEW, 13)
        for number, article in enumerate(self.articles, 1):
            article.number = number
            article.native_id = article.guid
        start = self.weibos[0].at if self.weibos else self.anchor
        for number, weibo in enumerate(self.weibos):
            mid = 5_090_000_000_000_000 + int((weibo.at - start).total_seconds()) * 100_000 + number
            weibo.native_id, weibo.bid = str(mid), bid_of(mid)


def _count_up(items: Sequence[Item], first: int, step: int) -> None:
    for index, item in enumerate(items):
        item.native_id = str(first + index * step)
