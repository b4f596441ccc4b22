"""What happens in the four weeks: an incident, a repost storm, a praised campaign, a rival's outage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Literal

from crawlers.sandbox.banks import bank
from crawlers.sandbox.items import Facts, Item
from crawlers.sandbox.mixes import facts
from crawlers.sandbox.people import People, Person
from crawlers.sandbox.rhythm import Rhythm
from crawlers.sandbox.writer import Draft, Writer
from koubei.core.clock import BEIJING

Event = Literal["", "tariff", "storm", "campaign", "outage"]
Planned = tuple[datetime, Event]

PROVINCE = "山东"
"""Where the tariff incident happens."""
FACTOR = "资费套餐"

STORM_DAY, OUTAGE_DAY, CAMPAIGN_DAYS = 9, 6, (15, 14, 13)
"""Days before the anchor's day."""

_TARIFF = {14: 9, 15: 22, 16: 34, 17: 44, 18: 52, 19: 58, 20: 60, 21: 52, 22: 36, 23: 20, 24: 10, 25: 5,
           26: 3, 27: 2, 28: 2, 29: 2, 30: 4, 31: 6, 32: 8}  # fmt: skip
_STORM = {10: 52, 11: 62, 12: 42, 13: 8}
_OUTAGE = {19: 55, 20: 72, 21: 56, 22: 24}
_CAMPAIGN = dict.fromkeys(range(9, 22), 5)
_SHARES: dict[str, dict[str, float]] = {
    "forum": {"tariff": 0.55, "storm": 0.62, "campaign": 0.6, "outage": 0.6},
    "heimao": {"tariff": 0.2}, "weibo": {"tariff": 0.25, "storm": 0.38, "campaign": 0.4, "outage": 0.4},
}  # fmt: skip


def incident_start(rhythm: Rhythm) -> datetime:
    """The instant (UTC) before which nothing of the incident is written: 14:15 Beijing, yesterday."""
    return datetime.combine(rhythm.day(1), time(14, 15), BEIJING).astimezone(UTC)


def plan(rhythm: Rhythm, platform: str, total: int, scale: float) -> list[Planned]:
    """When the platform's `total` posts are written, sorted, each with the event it belongs to."""
    shares = _SHARES.get(platform, {})
    events: list[Planned] = []
    for event, days, hours in (
        ("tariff", (1,), _TARIFF), ("storm", (STORM_DAY,), _STORM),
        ("campaign", CAMPAIGN_DAYS, _CAMPAIGN), ("outage", (OUTAGE_DAY,), _OUTAGE),
    ):  # fmt: skip
        for back in days:
            found = rhythm.spread(rhythm.day(back), hours, scale * shares.get(event, 0))
            events += [(at, event) for at in found]  # type: ignore[misc]  # the literals above are Events
    start = incident_start(rhythm)
    events = [(at if e != "tariff" or at >= start else at + timedelta(minutes=20), e) for at, e in events]
    quiet: list[Planned] = [(at, "") for at in rhythm.instants(max(0, total - len(events)))]
    return sorted(quiet + events)


@dataclass(slots=True)
class Told:
    """One post of an event: who wrote it, the text, its facts."""

    person: Person
    draft: Draft
    facts: Facts


class Storyteller:
    """Writes the posts of the events for one platform; the storm's text is the same on all of them."""

    def __init__(self, rng: Random, writer: Writer, people: People, stormers: int = 3) -> None:
        self._rng = rng
        self._writer = writer
        self._people = people
        self._stormers = [people.newcomer() for _ in range(stormers)]
        self._storm_text = bank("story")["storm"][0][0]

    def tell(self, event: Event, title: bool = False) -> Told:
        """A post of that event that names its brand; `title`: with a thread's title."""
        told = {
            "tariff": self._tariff, "storm": self._storm, "campaign": self._campaign, "outage": self._outage
        }[event](title)  # fmt: skip
        told.facts.topic = event
        return told

    def victim(self) -> Person:
        """A customer hit by the incident, not heard of before; mostly in the province."""
        return self._people.newcomer(PROVINCE if self._rng.random() < 0.9 else None)

    def _tariff(self, title: bool) -> Told:
        person = self.victim()
        if not title and self._rng.random() < 0.09:
            draft = self._writer.write(person, "cmcc", "pos", self._writer.story("tariff_contrary"), 0.5)
        else:
            text = self._writer.story(
                "tariff",
                self._rng.randint(1, 4),
                "tariff_open",
                "tariff_close",
                "tariff_title" if title else "",
            )
            draft = self._writer.write(person, "cmcc", "neg", text, 0.62)
        found = facts(draft, "tariff")
        found.incident = True
        return Told(person, draft, found)

    def _storm(self, _title: bool) -> Told:
        person = self._rng.choice(self._stormers)
        tail = self._rng.choice(("", "！", "！！", "。", "😡", "……", "～"))
        draft = Draft("", self._storm_text + tail, {"cmcc": "neg"}, None)
        found = facts(draft, "addons")
        found.storm = True
        return Told(person, draft, found)

    def _campaign(self, title: bool) -> Told:
        person = self._people.someone()
        text = self._writer.story(
            "campaign", self._rng.randint(1, 2), "", "campaign_close", "campaign_title" if title else ""
        )
        draft = self._writer.write(person, "cmcc", "pos", text)
        return Told(person, draft, facts(draft, "network"))

    def _outage(self, title: bool) -> Told:
        person = self._people.someone()
        both = not title and self._rng.random() < 0.13
        text = self._writer.story(
            "outage_both" if both else "outage", 1 if both else self._rng.randint(1, 2), "",
            "" if both else "outage_close", "outage_title" if title else "",
        )  # fmt: skip
        draft = self._writer.write(person, "cmcc", "pos" if both else "neg", text, rival="cucc")
        return Told(person, draft, facts(draft, "network"))


def link_storm(items: Sequence[Item]) -> None:
    """Make every copy of the storm point at the first."""
    copies = sorted((i for i in items if i.facts.storm), key=lambda i: i.at)
    for copy in copies[1:]:
        copy.duplicate_of = copies[0]
