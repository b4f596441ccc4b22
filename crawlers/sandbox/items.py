"""The posts of the world, one class per wire format, and the truth about each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crawlers.sandbox.people import Person
from crawlers.sandbox.style import Sentiment

MatchedBy = Literal["text", "declared", "thread"]
Role = Literal["customer", "media", "marketing", "official", "employee"]
Timed = Literal["exact", "minute", "relative", "unknown"]
Key = tuple[str, str]
"""(platform, native id)."""


@dataclass(slots=True)
class Facts:
    """What is true of a post. Brands that only the thread names stand in `matched` as "thread".

    Attributes:
        brands: brand -> what the post feels about it.
        province: as the wire shows it (declared, or named in the text); None where it does not.
        named_province: the one the text names, also where another is declared.
        timed: how precisely the wire gives the time ("relative": only until the wire shows a date).
        topic: thread, event or bank the post belongs to.
        private: invented personal numbers in the text, which must appear nowhere behind the intake.
    """

    brands: dict[str, Sentiment] = field(default_factory=dict)
    factors: dict[str, str] = field(default_factory=dict)
    matched: dict[str, MatchedBy] = field(default_factory=dict)
    province: str | None = None
    province_source: Literal["declared", "named", "none"] = "none"
    named_province: str | None = None
    role: Role = "customer"
    topic: str = ""
    timed: Timed = "minute"
    off_topic: bool = False
    storm: bool = False
    incident: bool = False
    hostile: bool = False
    private: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Item:
    """A post as its platform holds it. `at` is the true instant (UTC)."""

    at: datetime
    author: Person
    title: str
    text: str
    facts: Facts
    native_id: str = ""
    duplicate_of: Item | None = None
    repost_of: Item | None = None

    platform = ""

    @property
    def key(self) -> Key:
        """(platform, native id)."""
        return (self.platform, self.native_id)

    @property
    def path(self) -> str:
        """Where the post stands, without the origin ("" where it has no page on the sandbox)."""
        return ""


@dataclass(slots=True, eq=False)
class Thread:
    """A forum thread; its title is that of the first post."""

    board: int
    brand: str | None
    factor: str
    event: str
    tid: int = 0
    posts: list[ForumPost] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class ForumPost(Item):
    """A first post (with a title) or a reply; `quote` is the post it quotes.

    The native id of a first post is t + thread number, that of a reply p + post number.
    """

    thread: Thread = field(default_factory=lambda: Thread(0, None, "", ""))
    pid: int = 0
    quote: ForumPost | None = None

    platform = "forum"

    @property
    def path(self) -> str:
        """The thread's address with the post's anchor."""
        return f"/forum.php?mod=viewthread&tid={self.thread.tid}#pid{self.pid}"


@dataclass(slots=True, eq=False)
class Complaint(Item):
    """A complaint; `company` is whom it is about, in the platform's words."""

    company: str = ""
    issue: str = ""
    appeal: str = ""
    cost: int = 0

    platform = "heimao"

    @property
    def path(self) -> str:
        """The complaint's page."""
        return f"/complaint/view/{self.native_id}/"


@dataclass(slots=True, eq=False)
class Review(Item):
    """An App Store review with 1-5 stars."""

    app: str = ""
    rating: int = 0
    version: str = ""

    platform = "appstore"


@dataclass(slots=True, eq=False)
class Article(Item):
    """An item of a feed; `native_id` is its guid, or the path of its link where it has none."""

    feed: str = ""
    number: int = 0

    platform = "news"

    @property
    def guid(self) -> str:
        """tech-daily's guids are no addresses; elsewhere the item is known by its path."""
        return f"tech-{self.number:05d}" if self.feed == "tech-daily" else self.path

    @property
    def path(self) -> str:
        """The article's address."""
        return f"/articles/{self.feed}/{self.number}.html"


@dataclass(slots=True, eq=False)
class Weibo(Item):
    """A weibo as an export tells it; `native_id` is its mid."""

    bid: str = ""
    reposts: int = 0
    comments: int = 0
    likes: int = 0

    platform = "weibo"


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth about one post, for tests only: never served, never exported.

    Attributes:
        key: what a spider finds: t + thread or p + post number (forum), sn (heimao), review id (appstore),
            mid (weibo). Articles go by their guid where it is no address, else by `path`.
        duplicate_of, repost_of: keys of the post it copies or passes on.
        voice: key of the post whose voice it is: its repost root, else what it copies, and theirs in turn;
            else itself.
    """

    key: Key
    published_at: datetime
    facts: Facts
    duplicate_of: Key | None
    repost_of: Key | None
    voice: Key
    title: str
    text: str
    path: str


def truth_of(item: Item) -> Truth:
    """The truth about an item."""
    voice = item
    while source := voice.repost_of or voice.duplicate_of:
        voice = source
    return Truth(
        item.key, item.at, item.facts, item.duplicate_of.key if item.duplicate_of else None,
        item.repost_of.key if item.repost_of else None, voice.key,
        item.title, item.text, item.path,
    )  # fmt: skip
