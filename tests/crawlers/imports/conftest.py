"""An import into a fresh data folder, as often as a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from crawlers.importers import import_file
from crawlers.importers.moments import AsOf
from koubei.core.clock import BEIJING, FixedClock
from koubei.core.domain import Post, Run
from koubei.core.intake import PostFactory
from koubei.core.privacy import AuthorKeys
from koubei.core.quarantine import Quarantine
from koubei.core.spool import Spool
from koubei.core.state import State

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=BEIJING)
ROOM = 100_000


@dataclass
class Desk:
    """Everything an import needs, on one folder."""

    folder: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    spool: Spool = field(init=False)
    state: State = field(init=False)
    quarantine: Quarantine = field(init=False)

    def __post_init__(self) -> None:
        self.spool = Spool(self.folder / "spool.db", ROOM)
        self.state = State.open(self.folder / "state.db", self.clock)
        self.quarantine = Quarantine(self.folder / "quarantine", self.clock)

    def load(
        self,
        path: Path,
        mapping: Mapping[str, str] | None = None,
        platform: str | None = None,
        source: str = "files",
        progress: Callable[[int, int], None] | None = None,
        as_of: AsOf | None = None,
    ) -> Run:
        return import_file(
            path,
            source=source,
            mapping=mapping,
            settings_platform=platform,
            factory=PostFactory(AuthorKeys(b"a secret of the tests")),
            spool=self.spool,
            quarantine=self.quarantine,
            state=self.state,
            clock=self.clock,
            progress=progress,
            as_of=as_of,
        )

    def posts(self) -> list[Post]:
        return [item.post for item in self.spool.take(ROOM)]

    def refused(self) -> str:
        """Everything the quarantine holds."""
        files = sorted((self.folder / "quarantine").glob("*.jsonl"))
        return "".join(file.read_text() for file in files)

    def close(self) -> None:
        self.spool.close()
        self.state.close()


@pytest.fixture(scope="session")
def fresh_state(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty state database, migrated once."""
    path = tmp_path_factory.mktemp("state") / "state.db"
    State.open(path, FixedClock(NOW)).close()
    return path.read_bytes()


@pytest.fixture
def desk(tmp_path: Path, fresh_state: bytes) -> Iterator[Desk]:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "state.db").write_bytes(fresh_state)
    made = Desk(folder)
    yield made
    made.close()
