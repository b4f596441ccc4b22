"""黑猫 complaints: about our brands and about anyone else, since the public feed holds all."""

from __future__ import annotations

from datetime import datetime
from random import Random

from crawlers.sandbox import mixes
from crawlers.sandbox.banks import bank
from crawlers.sandbox.items import Complaint
from crawlers.sandbox.keywords import NAMES
from crawlers.sandbox.people import People
from crawlers.sandbox.story import Planned, Storyteller
from crawlers.sandbox.writer import Writer

_ISSUES = {
    "tariff": "乱收费", "network": "网络质量差", "broadband": "宽带服务差", "service": "服务态度差",
    "hall": "办理业务难", "leaving": "设置障碍", "suspension": "无故停机", "addons": "私自开通业务",
    "marketing": "虚假宣传", "": "不发货",
}  # fmt: skip
_APPEALS = ("退款,解释", "退款", "道歉,赔偿", "解释,改善服务", "退款,道歉", "赔偿", "改善服务")
_OTHERS = 0.35


class Complaints:
    """Files complaint after complaint, in the order of time."""

    def __init__(self, rng: Random, writer: Writer, people: People) -> None:
        self._rng = rng
        self._writer = writer
        self._people = people
        self._story = Storyteller(rng, writer, people)
        self.items: list[Complaint] = []

    def grow(self, planned: list[Planned]) -> None:
        """File a complaint at each planned instant."""
        for at, event in planned:
            if event:
                self._tariff(at)
            elif self._rng.random() < _OTHERS:
                self._other(at)
            else:
                self._own(at)

    def _own(self, at: datetime) -> None:
        rng, person = self._rng, self._people.someone()
        brand, factor = mixes.brand(rng), mixes.factor(rng, "heimao")
        draft = self._writer.write(
            person, brand, "neg", self._writer.complaint(factor, naming=rng.random() < 0.75)
        )
        facts = mixes.facts(draft, factor)
        mixes.also(facts, brand, "neg", factor, "declared")
        facts.brands[brand] = "neg"
        self._file(Complaint(at, person, draft.title, draft.text, facts), NAMES[brand], factor)

    def _other(self, at: datetime) -> None:
        person = self._people.someone()
        companies = bank("offtopic")["company"]
        which = self._rng.randrange(len(companies))
        draft = self._writer.write(person, "", "neg", self._writer.other_complaint(which))
        company = companies[which][0]
        facts = mixes.facts(draft, "", topic="off_topic")
        self._file(Complaint(at, person, draft.title, draft.text, facts), company, "")

    def _tariff(self, at: datetime) -> None:
        person = self._story.victim()
        text = self._writer.story(
            "tariff", self._rng.randint(2, 4), "tariff_open", "tariff_close", "tariff_heimao"
        )
        draft = self._writer.write(person, "cmcc", "neg", text, 0.62)
        facts = mixes.facts(draft, "tariff", topic="tariff")
        facts.incident = True
        self._file(Complaint(at, person, draft.title, draft.text, facts), NAMES["cmcc"], "tariff")

    def _file(self, item: Complaint, company: str, factor: str) -> None:
        item.company, item.issue = company, _ISSUES[factor]
        item.appeal, item.cost = (
            self._rng.choice(_APPEALS),
            self._rng.choice((0, 0, self._rng.randint(5, 900))),
        )
        item.facts.timed = "exact"
        self.items.append(item)
