"""The weibo posts an export holds: originals, reposts of them, adverts, media, official accounts."""

from __future__ import annotations

from datetime import datetime
from random import Random

from crawlers.sandbox import mixes
from crawlers.sandbox.items import Facts, Role, Weibo
from crawlers.sandbox.people import People, Person
from crawlers.sandbox.story import Planned, Storyteller
from crawlers.sandbox.writer import Draft, Writer

_BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def bid_of(mid: int) -> str:
    """A weibo's short id: base 62, four characters for every seven digits from the right."""
    groups = []
    while mid:
        mid, low = divmod(mid, 10**7)
        text = ""
        for _ in range(4):
            low, digit = divmod(low, 62)
            text = _BASE62[digit] + text
        groups.append(text)
    return "".join(reversed(groups)).lstrip("0")


class WeiboWall:
    """Writes weibo after weibo, in the order of time."""

    def __init__(self, rng: Random, writer: Writer, people: People) -> None:
        self._rng = rng
        self._writer = writer
        self._people = people
        self._story = Storyteller(rng, writer, people, stormers=2)
        self.items: list[Weibo] = []
        self._roots: list[Weibo] = []

    def grow(self, planned: list[Planned]) -> None:
        """Write a weibo at each planned instant."""
        for at, event in planned:
            if event:
                told = self._story.tell(event)
                self._post(at, told.person, told.draft, told.facts)
                continue
            draw = self._rng.random()
            if draw < 0.09:
                self._off_topic(at)
            elif draw < 0.18:
                self._special(at, "marketing" if draw < 0.13 else "official" if draw < 0.155 else "media")
            elif draw < 0.34 and self._roots:
                self._repost(at)
            else:
                self._ordinary(at)

    def _ordinary(self, at: datetime) -> None:
        rng, person = self._rng, self._people.someone()
        brand, factor, mood = mixes.brand(rng), mixes.factor(rng, "weibo"), mixes.mood(rng, "weibo")
        draft = self._writer.write(person, brand, mood, self._writer.post(factor))
        item = self._post(at, person, draft, mixes.facts(draft, factor))
        if brand == "cmcc" and mood == "neg" and rng.random() < 0.5:
            self._roots = [*self._roots[-24:], item]

    def _repost(self, at: datetime) -> None:
        person, root = self._people.someone(), self._rng.choice(self._roots)
        draft = self._writer.write(person, "cmcc", "neg", self._writer.story("repost"))
        item = self._post(at, person, draft, mixes.facts(draft, "tariff", topic="repost"))
        item.repost_of = root
        root.reposts += 1

    def _off_topic(self, at: datetime) -> None:
        person = self._people.someone()
        draft = self._writer.write(person, "", "neu", self._writer.off_topic())
        self._post(at, person, draft, mixes.facts(draft, "", topic="off_topic"))

    def _special(self, at: datetime, role: Role) -> None:
        rng, brand = self._rng, mixes.brand(self._rng)
        if role == "media":
            bank = mixes.factor(rng, "news")
            person = self._people.newcomer(
                name=f"{rng.choice('东南西北中')}方{rng.choice('日晚早')}报", account="媒体认证"
            )
            draft = self._writer.write(person, brand, "neu", self._writer.article(bank))
        else:
            bank = "marketing"
            person = rng.choice(self._people.officials[brand]) if role == "official" else self._seller()
            section = "official" if role == "official" else "advert"
            draft = self._writer.write(person, brand, "neu", self._writer.story(section))
        self._post(at, person, draft, mixes.facts(draft, bank, role, topic=role))

    def _seller(self) -> Person:
        """Half of those who sell cards have a business account."""
        if self._rng.random() < 0.5:
            return self._people.someone()
        return self._people.newcomer(name=f"号卡小店{self._rng.randrange(999)}", account="企业认证")

    def _post(self, at: datetime, person: Person, draft: Draft, facts: Facts) -> Weibo:
        rng = self._rng
        text = f"【{draft.title}】{draft.text}" if draft.title else draft.text
        if rng.random() < 0.86:
            facts.province, facts.province_source = person.province, "declared"
        facts.timed = "unknown" if not facts.incident and rng.random() < 0.01 else "exact"
        heat = int(rng.paretovariate(1.1)) - 1
        item = Weibo(
            at, person, "", text, facts, reposts=heat // 4, comments=heat // 2, likes=min(heat, 20_000)
        )
        self.items.append(item)
        return item
