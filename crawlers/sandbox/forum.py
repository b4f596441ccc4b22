"""The forum: threads and replies, the incident's and the other events' among them."""

from __future__ import annotations

from datetime import datetime
from random import Random

from crawlers.sandbox import mixes
from crawlers.sandbox.items import Facts, ForumPost, Role, Thread
from crawlers.sandbox.people import People, Person
from crawlers.sandbox.story import Event, Planned, Storyteller
from crawlers.sandbox.writer import Draft, Writer

BOARDS = {2: "运营商综合讨论", 36: "资费与套餐", 37: "网络与信号", 38: "宽带与家庭", 40: "老网友茶馆"}
"""Board id -> name. Board 40 is served in GBK and shows relative times without the full date."""
GBK_BOARD = 40

_BOARD_OF = {"tariff": 36, "addons": 36, "leaving": 36, "network": 37, "broadband": 38}
_NEW_THREAD = 0.095
_ACTIVE = 55


class Forum:
    """Grows the forum post by post, in the order of time."""

    def __init__(self, rng: Random, writer: Writer, people: People) -> None:
        self._rng = rng
        self._writer = writer
        self._people = people
        self._story = Storyteller(rng, writer, people)
        self.threads: list[Thread] = []
        self.posts: list[ForumPost] = []
        self._event_threads: dict[Event, list[Thread]] = {}

    def grow(self, planned: list[Planned]) -> None:
        """Write a post for each planned instant."""
        for at, event in planned:
            if event == "storm":
                self._told(at, event, self._active())
            elif event:
                self._event(at, event)
            elif not self.threads or self._rng.random() < _NEW_THREAD:
                self._start(at)
            else:
                self._reply(at, self._active())

    def _active(self) -> Thread:
        back = int(min(_ACTIVE, len(self.threads)) * self._rng.random() ** 1.4)
        return self.threads[-1 - back]

    def _add(self, at: datetime, person: Person, draft: Draft, facts: Facts, thread: Thread) -> ForumPost:
        post = ForumPost(at, person, draft.title, draft.text, facts, thread=thread)
        if thread.board == GBK_BOARD:
            facts.timed = "relative"
        if thread.posts and self._rng.random() < 0.12:
            post.quote = self._rng.choice(thread.posts)
        thread.posts.append(post)
        self.posts.append(post)
        return post

    def _open(self, thread: Thread) -> Thread:
        self.threads.append(thread)
        return thread

    # quiet days

    def _start(self, at: datetime) -> None:
        rng, person = self._rng, self._people.someone()
        if rng.random() < 0.1:
            draft = self._writer.write(person, "", "neu", self._writer.off_topic(titled=True))
            board = GBK_BOARD if rng.random() < 0.5 else 2
            self._add(
                at,
                person,
                draft,
                mixes.facts(draft, "", topic="off_topic"),
                self._open(Thread(board, None, "", "")),
            )
            return
        brand, factor, mood = mixes.brand(rng), mixes.factor(rng, "forum"), mixes.mood(rng, "forum")
        draft = self._writer.write(person, brand, mood, self._writer.post(factor, titled=True))
        board = GBK_BOARD if rng.random() < 0.07 else _BOARD_OF.get(factor, 2)
        self._add(at, person, draft, mixes.facts(draft, factor), self._open(Thread(board, brand, factor, "")))

    def _reply(self, at: datetime, thread: Thread) -> None:
        rng = self._rng
        if thread.brand is None:
            person = self._people.someone()
            draft = self._writer.write(person, "", "neu", self._writer.off_topic())
            self._add(at, person, draft, mixes.facts(draft, "", topic="off_topic"), thread)
            return
        draw = rng.random()
        if draw < 0.045:
            section: Role = "marketing" if draw < 0.02 else "official" if draw < 0.04 else "employee"
            self._special(at, thread, section)
        elif draw < 0.47:
            brand = mixes.brand(rng) if rng.random() < 0.15 else thread.brand
            self._named(at, thread, brand)
        else:
            self._unnamed(at, thread)

    def _named(self, at: datetime, thread: Thread, brand: str) -> None:
        person, mood = self._people.someone(), mixes.mood(self._rng, "forum")
        draft = self._writer.write(person, brand, mood, self._writer.post(thread.factor))
        self._in_thread(at, person, draft, mixes.facts(draft, thread.factor), thread)

    def _unnamed(self, at: datetime, thread: Thread) -> None:
        person, mood = self._people.someone(), mixes.mood(self._rng, "forum")
        draft = self._writer.write(person, thread.brand or "", mood, self._writer.reply(thread.factor))
        facts = mixes.facts(draft, thread.factor)
        mixes.also(facts, thread.brand or "", mood, thread.factor, "thread")
        self._add(at, person, draft, facts, thread)

    def _special(self, at: datetime, thread: Thread, role: Role) -> None:
        brand = thread.brand or "cmcc"
        section = {"marketing": "advert"}.get(role, role)
        person = (
            self._rng.choice(self._people.officials[brand]) if role == "official" else self._people.someone()
        )
        draft = self._writer.write(person, brand, "neu", self._writer.story(section))
        self._in_thread(at, person, draft, mixes.facts(draft, "marketing", role, topic=section), thread)

    def _in_thread(self, at: datetime, person: Person, draft: Draft, facts: Facts, thread: Thread) -> None:
        if thread.brand:
            mixes.also(facts, thread.brand, "neu", thread.factor, "thread")
        self._add(at, person, draft, facts, thread)

    # events

    def _event(self, at: datetime, event: Event) -> None:
        threads = self._event_threads.setdefault(event, [])
        if not threads or self._rng.random() < 0.15:
            brand = "cucc" if event == "outage" else "cmcc"
            bank = "tariff" if event == "tariff" else "network"
            thread = self._open(Thread(_BOARD_OF[bank], brand, bank, event))
            threads.append(thread)
            self._told(at, event, thread, title=True)
        elif event == "tariff" and self._rng.random() < 0.27:
            self._me_too(at, self._rng.choice(threads))
        else:
            self._told(at, event, self._rng.choice(threads))

    def _told(self, at: datetime, event: Event, thread: Thread, title: bool = False) -> None:
        told = self._story.tell(event, title)
        self._in_thread(at, told.person, told.draft, told.facts, thread)

    def _me_too(self, at: datetime, thread: Thread) -> None:
        person = self._story.victim()
        draft = self._writer.write(person, "cmcc", "neg", self._writer.story("tariff_reply"))
        facts = mixes.facts(draft, "tariff", topic="tariff")
        mixes.also(facts, "cmcc", "neg", "tariff", "thread")
        facts.incident = True
        self._add(at, person, draft, facts, thread)
