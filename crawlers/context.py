"""What the crawls of one process share: config, clock, state database, spool, locks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from crawlers.net.locks import HostLocks
from koubei.core.clock import Clock
from koubei.core.config.schema import Settings
from koubei.core.folders import DataFolder
from koubei.core.intake import PostFactory
from koubei.core.privacy import AuthorKeys, check_fingerprint, load_secret
from koubei.core.quarantine import Quarantine
from koubei.core.spool import Spool
from koubei.core.state import State

Progress = Callable[[str, int], None]


@dataclass(slots=True)
class CrawlContext:
    """Opened once per process and closed after the last crawl.

    Attributes:
        progress: called with (source name, posts collected so far).
        stopping: set by a signal; what is in flight is finished, nothing new begins.
    """

    settings: Settings
    clock: Clock
    state: State
    spool: Spool
    factory: PostFactory
    quarantine: Quarantine
    locks: HostLocks
    progress: Progress | None = None
    stopping: bool = False

    @classmethod
    def open(
        cls, settings: Settings, folder: DataFolder, clock: Clock, progress: Progress | None = None
    ) -> CrawlContext:
        """Open everything below `folder`, making what is missing.

        Raises:
            ConfigError, StoreError, DegradedError: as the parts do.
        """
        folder.create()
        keys = AuthorKeys(load_secret(folder))
        state = State.open(folder.state, clock)
        check_fingerprint(state, keys)
        return cls(
            settings=settings,
            clock=clock,
            state=state,
            spool=Spool(folder.spool, settings.storage.spool_limit),
            factory=PostFactory(keys),
            quarantine=Quarantine(folder.quarantine, clock),
            locks=HostLocks(folder.locks),
            progress=progress,
        )

    def close(self) -> None:
        """Release the files."""
        self.spool.close()
        self.state.close()

    def __enter__(self) -> CrawlContext:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
