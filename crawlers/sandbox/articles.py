"""News and notices in feeds: media voices, an own newsroom, quirks of each feed."""

from __future__ import annotations

from random import Random

from crawlers.sandbox import mixes
from crawlers.sandbox.items import Article, Role
from crawlers.sandbox.people import People
from crawlers.sandbox.story import Planned
from crawlers.sandbox.writer import Writer

FEEDS = {
    "telecom-news": "通信要闻", "tech-daily": "科技日报道", "local-life": "本地生活网",
    "consumer": "消费观察",
    "finance": "财经一线", "newsroom": "中国移动新闻中心",
}  # fmt: skip
"""Feed name -> title. `consumer` and `finance` are Atom, the rest RSS 2.0; `newsroom` is the own brand's."""
ATOM = ("consumer", "finance")


def write_articles(rng: Random, writer: Writer, people: People, planned: list[Planned]) -> list[Article]:
    """An article for each planned instant; some feeds leave some times out."""
    desks = {feed: people.newcomer(name=title, account="媒体认证") for feed, title in FEEDS.items()}
    found = []
    for at, _ in planned:
        feed = rng.choice(list(FEEDS))
        own = feed == "newsroom"
        reporter = people.newcomer()
        role: Role = "official" if own else "media"
        if rng.random() < 0.12 and not own:
            draft = writer.write(reporter, "", "neu", writer.off_topic(titled=True))
            facts = mixes.facts(draft, "", role, topic="off_topic")
        else:
            bank = mixes.factor(rng, "news")
            brand = "cmcc" if own else mixes.brand(rng)
            mood = "neu" if own else mixes.mood(rng, "news")
            draft = writer.write(reporter, brand, mood, writer.article(bank), 0.05)
            facts = mixes.facts(draft, bank, role, topic="news")
        facts.timed = "unknown" if feed == "local-life" and rng.random() < 0.2 else "exact"
        found.append(Article(at, desks[feed], draft.title, draft.text, facts, feed=feed))
    return found
