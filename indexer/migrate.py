"""From one store into another: resumable, and verified mention by mention.

The copy goes from old to new and notes how far it came, so that a second call goes on there. It writes with
the revisions the mentions have, so nothing is written twice and nothing newer is overwritten.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import cast

from indexer.values import microseconds
from koubei.core.errors import StoreError
from koubei.core.language import _
from koubei.core.ports import MentionStore
from koubei.core.query import Everything, Query, Range
from koubei.core.records import Record, from_record

_BATCH = 500
_NAMED = 5
Progress = Callable[[int], None]
_Key = tuple[datetime, str]


class Bookmark:
    """How far a copy between two stores came, kept in a file until the copy is verified."""

    def __init__(self, path: Path, source: str, target: str) -> None:
        self._path = path
        self._pair = {"source": source, "target": target}

    def read(self) -> datetime | None:
        """filed_at of the last mention copied, None at the start.

        Raises:
            StoreError: the file is of another pair of stores, or cannot be read.
        """
        if not self._path.exists():
            return None
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            reached = datetime.fromisoformat(kept["reached"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                _("迁移记录 {path} 读不出", path=self._path), fix=_("删去它，从头迁移")
            ) from error
        if {name: kept.get(name) for name in self._pair} != self._pair:
            raise StoreError(
                _(
                    "另一次迁移还没完：{source} → {target}",
                    source=kept.get("source"),
                    target=kept.get("target"),
                ),
                _("同一对提及库"),
                _("先做完它；不要了就删去 {path}", path=self._path),
            )
        return reached

    def write(self, reached: datetime) -> None:
        """Keep how far it came; whole or not at all."""
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps({**self._pair, "reached": reached.isoformat()}), "utf-8")
        part.replace(self._path)

    def remove(self) -> None:
        """The copy is whole."""
        self._path.unlink(missing_ok=True)


@dataclass(slots=True)
class Verdict:
    """What a comparison of two stores found.

    Attributes:
        counts: mentions in source and target.
        checksums: SHA-256 over all records in order, of source and target.
        missing, extra, different: how many are only in the source, only in the target, or not the same.
        examples: the first few of those.
    """

    counts: list[int] = field(default_factory=lambda: [0, 0])
    checksums: list[str] = field(default_factory=list)
    missing: int = 0
    extra: int = 0
    different: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether both hold the same mentions."""
        return self.counts[0] == self.counts[1] and self.checksums[0] == self.checksums[1]


def copy(
    source: MentionStore, target: MentionStore, bookmark: Bookmark, progress: Progress | None = None
) -> int:
    """Write what the source holds into the target, from where the bookmark stands; how many were looked at.

    Raises:
        StoreUnavailableError, StoreError: one of them is away or cannot be used; call again to go on.
    """
    reached = bookmark.read()
    wanted: Query = Range("filed_at", reached, None) if reached else Everything()
    rows = source.export(wanted)
    done = 0
    while batch := list(islice(rows, _BATCH)):
        target.upsert([from_record(record) for record in batch])
        bookmark.write(batch[-1]["filed_at"])
        done += len(batch)
        if progress:
            progress(done)
    target.refresh()
    return done


def compare(source: MentionStore, target: MentionStore, progress: Progress | None = None) -> Verdict:
    """Read both stores side by side, in order."""
    verdict = Verdict()
    digests = [hashlib.sha256(), hashlib.sha256()]
    for done, pair in enumerate(_side_by_side(source.export(Everything()), target.export(Everything())), 1):
        lines = [_line(record) if record else None for record in pair]
        for side, line in enumerate(lines):
            if line is not None:
                verdict.counts[side] += 1
                digests[side].update(line)
        if lines[0] != lines[1]:
            _note(verdict, pair)
        if progress and done % _BATCH == 0:
            progress(done)
    verdict.checksums = [digest.hexdigest() for digest in digests]
    return verdict


def _note(verdict: Verdict, pair: tuple[Record | None, Record | None]) -> None:
    old, new = pair
    if new is None:
        verdict.missing += 1
    elif old is None:
        verdict.extra += 1
    else:
        verdict.different += 1
    if len(verdict.examples) < _NAMED:
        verdict.examples.append((old or new or {})["mention_id"])


def _side_by_side(
    left: Iterator[Record], right: Iterator[Record]
) -> Iterator[tuple[Record | None, Record | None]]:
    """Two exports in the same order, matched by their key."""
    old, new = next(left, None), next(right, None)
    while old is not None or new is not None:
        first = min(_key(record) for record in (old, new) if record is not None)
        here = tuple(r if r is not None and _key(r) == first else None for r in (old, new))
        yield here[0], here[1]
        old = next(left, None) if here[0] is not None else old
        new = next(right, None) if here[1] is not None else new


def _key(record: Mapping[str, object]) -> tuple[int, str]:
    at, name = record["filed_at"], record["mention_id"]
    return microseconds(cast(datetime, at)), cast(str, name)


def _line(record: Record) -> bytes:
    plain = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in record.items()
    }
    return json.dumps(plain, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
