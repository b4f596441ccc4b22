"""The state database: what must be remembered between runs, beside the mentions themselves."""

from __future__ import annotations

from pathlib import Path

from koubei.core.clock import Clock
from koubei.core.state.cursors import Cursors
from koubei.core.state.database import Database
from koubei.core.state.deliveries import Deliveries, Delivery, DeliveryKind, DeliveryStatus
from koubei.core.state.facts import Facts
from koubei.core.state.incidents import Incidents
from koubei.core.state.labels import GivenLabel, GoldLabel, Labels
from koubei.core.state.manifests import Manifest, Manifests
from koubei.core.state.overrides import Override, Overrides
from koubei.core.state.revisions import Revisions
from koubei.core.state.runs import Runs
from koubei.core.state.samples import Sample, SampleItem, Samples, Stratum
from koubei.core.state.seen import Seen, SeenLedger
from koubei.core.state.tombstones import Tombstones
from koubei.core.state.unmatched import Unmatched
from koubei.core.state.upgrade import open_current
from koubei.core.state.versions import Versions

__all__ = [
    "Delivery",
    "DeliveryKind",
    "DeliveryStatus",
    "GivenLabel",
    "GoldLabel",
    "Manifest",
    "Override",
    "Sample",
    "SampleItem",
    "Seen",
    "State",
    "Stratum",
]


class State:
    """One attribute per subject; each call is one short transaction, durable on return.

    Every call may raise StoreUnavailableError (another process holds the file for over 10 s),
    DegradedError (disk full) or StoreError (the file is damaged).
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self.seen = SeenLedger(database)
        self.revisions = Revisions(database)
        self.cursors = Cursors(database)
        self.tombstones = Tombstones(database, clock)
        self.unmatched = Unmatched(database)
        self.runs = Runs(database, clock)
        self.incidents = Incidents(database)
        self.deliveries = Deliveries(database, clock)
        self.manifests = Manifests(database)
        self.facts = Facts(database)
        self.versions = Versions(database)
        self.samples = Samples(database)
        self.labels = Labels(database)
        self.overrides = Overrides(database)

    @classmethod
    def open(cls, path: Path, clock: Clock) -> State:
        """Open the database, making or upgrading it where needed.

        Raises:
            StoreError: the file is damaged, is not ours, or a newer koubei wrote it.
            StoreUnavailableError: another process holds it for too long.
        """
        return cls(open_current(path), clock)

    def close(self) -> None:
        """Release the file."""
        self._database.close()
