"""Everything a job needs, opened on first use and closed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType

from indexer import open_store
from koubei.core.clock import Clock, clock_from_environment
from koubei.core.config import Settings, load_settings
from koubei.core.domain import Post
from koubei.core.folders import DataFolder
from koubei.core.intake import PostFactory
from koubei.core.ports import MentionStore, Scorer
from koubei.core.privacy import AuthorKeys, check_fingerprint, load_secret
from koubei.core.quarantine import Quarantine
from koubei.core.query import Everything
from koubei.core.records import from_record
from koubei.core.spool import Spool
from koubei.core.state import State
from koubei.mentions import Matcher, MentionBuilder, Voices
from reports.delivery import Outbox
from sentiment import open_scorer


class AppContext:
    """The settings, the clock and the rooms of the house. Use as a context manager.

    Attributes:
        on_model_build: told (done, total) while SnowNLP's tables are built, once a machine, some seconds.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.on_model_build: Callable[[int, int], None] | None = None

    @classmethod
    def load(cls, config: Path | None = None) -> AppContext:
        """From koubei.toml, the environment and the clock they name.

        Raises:
            ConfigError: the config cannot be used as it is.
        """
        return cls(load_settings(config), clock_from_environment())

    @cached_property
    def folder(self) -> DataFolder:
        """The data folder, created where it is missing."""
        return DataFolder(self.settings.storage.data).create()

    @cached_property
    def state(self) -> State:
        """The state database."""
        return State.open(self.folder.state, self.clock)

    @cached_property
    def spool(self) -> Spool:
        """The durable queue of posts."""
        return Spool(self.folder.spool, self.settings.storage.spool_limit)

    @cached_property
    def quarantine(self) -> Quarantine:
        """Where what cannot be read is kept, with the reason."""
        return Quarantine(self.folder.quarantine, self.clock)

    @cached_property
    def store(self) -> MentionStore:
        """The mention store the config names."""
        return open_store(self.settings.storage.store, self.folder.root)

    @cached_property
    def keys(self) -> AuthorKeys:
        """The author hashing secret, checked against the one the data were made with."""
        keys = AuthorKeys(load_secret(self.folder))
        check_fingerprint(self.state, keys)
        return keys

    @cached_property
    def factory(self) -> PostFactory:
        """The one constructor of posts."""
        return PostFactory(self.keys)

    @cached_property
    def matcher(self) -> Matcher:
        """The brands' keywords, compiled."""
        return Matcher(self.settings.brands)

    @cached_property
    def voices(self) -> Voices:
        """The memory of voices."""
        return Voices(self.folder.voices, self.folder.cache / "voices")

    @cached_property
    def builder(self) -> MentionBuilder:
        """Posts in, mentions out; a memory of voices that is new first learns those the store holds."""
        self.voices.learn(self._stored_voices())
        return MentionBuilder(self.matcher, self.voices, self.settings.brands, self.keys)

    @cached_property
    def scorer(self) -> Scorer:
        """The sentiment model and factor lexicon in force."""
        return open_scorer(self.settings.factors.lexicon, self.on_model_build, self.folder.models)

    @cached_property
    def outbox(self) -> Outbox:
        """Delivery with recorded intent."""
        return Outbox(self.settings, self.state, self.clock)

    def _stored_voices(self) -> Iterator[tuple[Post, str]]:
        for mention in map(from_record, self.store.export(Everything())):
            yield mention.mention.post, mention.mention.root_id

    def __enter__(self) -> AppContext:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in ("store", "voices", "spool", "state"):
            if name in self.__dict__:
                self.__dict__[name].close()
