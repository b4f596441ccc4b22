"""Which leaders share a band key with a text: an index of a million leaders in files that can be made again.

A key and the number of a leader are one 64-bit entry. Entries lie sorted in a few immutable files (runs),
each for a range of leader numbers, read through memory maps; runs of like size are merged up to LARGEST
leaders, so that a million leaders are some ten runs. The newest leaders are in memory until there are TAIL.

The files are a cache: what they hold follows from the leaders in the voices file, and a run that is missing,
cut off or of another voices file is not used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
from numpy.typing import NDArray

from koubei.mentions.sketches import BANDS, KEYS_VERSION

TAIL = 4_096
"""Most leaders whose entries are held in memory."""
LARGEST = 262_144
"""Most leaders of a merged run: bounds the memory a merge takes to some 40 MB."""
EARLIEST = 20
"""Most leaders of a run that one key leads to, the first-seen ones: a bound for texts made to collide."""

_HALF = np.uint64(32)
_NAME = re.compile(rf"v{KEYS_VERSION}-(\d+)-(\d+)-([0-9a-f]+)\.npy")

Stamp = Callable[[int], str | None]
"""Leader number -> hex digits that tell this leader from any other, None where there is no such leader."""


@dataclass(frozen=True, slots=True)
class _Run:
    first: int
    last: int
    entries: NDArray[np.uint64]

    @property
    def size(self) -> int:
        return self.last - self.first + 1


class BandIndex:
    """Leaders 1, 2, 3 … without gaps, by their band keys."""

    def __init__(self, folder: Path, stamp: Stamp) -> None:
        """Use the runs in `folder` (made where it is missing) that are of these leaders."""
        self._folder = folder
        self._stamp = stamp
        with suppress(OSError):  # without room for files it works from memory
            folder.mkdir(parents=True, exist_ok=True)
        self._runs: list[_Run] = self._open_runs()
        self.last = self._runs[-1].last if self._runs else 0
        self._tail = self._empty_tail()

    def find(self, keys: NDArray[np.uint32]) -> list[set[int]]:
        """For each row of keys (texts x BANDS) the numbers of the leaders that share one of them."""
        found: list[set[int]] = [set() for _ in keys]
        flat = keys.ravel()
        order = np.argsort(flat)
        wanted = flat[order].astype(np.uint64)
        rows = order // BANDS
        for run in (*self._runs, self._tail):
            _search(run.entries, wanted, rows, found)
        return found

    def add(self, keys: NDArray[np.uint32]) -> None:
        """Take in the next leaders, in the order of their numbers."""
        numbers = np.repeat(np.arange(len(keys), dtype=np.uint64) + np.uint64(self.last + 1), BANDS)
        entries = np.sort((keys.ravel().astype(np.uint64) << _HALF) | numbers)
        self._tail = _merged(self._tail, _Run(self.last + 1, self.last + len(keys), entries))
        self.last = self._tail.last
        if self._tail.size >= TAIL:
            self._flush()

    def _flush(self) -> None:
        run, runs = self._tail, list(self._runs)
        while runs and _merges(runs[-1].size, run.size):
            run = _merged(runs.pop(), run)
        self._runs = [*runs, self._save(run)]
        self._tail = self._empty_tail()

    def _empty_tail(self) -> _Run:
        return _Run(self.last + 1, self.last, np.empty(0, dtype=np.uint64))

    def _save(self, run: _Run) -> _Run:
        """Write the run, then remove those it takes in. Where the disk is full it stays in memory."""
        path = self._folder / f"v{KEYS_VERSION}-{run.first}-{run.last}-{self._stamp(run.last)}.npy"
        try:
            with NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as file:
                part = Path(file.name)
                try:
                    np.save(file, run.entries)
                    file.close()
                    part.replace(path)
                finally:
                    part.unlink(missing_ok=True)
            kept = _load(path, run.first, run.last)
        except OSError:
            return run
        for name, first, last, _ in self._listed():
            if run.first <= first and last <= run.last and name != path:
                with suppress(OSError):  # another process may have been faster, or still read it
                    name.unlink()
        return kept or run

    def _open_runs(self) -> list[_Run]:
        """Runs that follow each other from leader 1 on, the longest first."""
        runs: list[_Run] = []
        files = sorted(self._listed(), key=lambda one: (one[1], -one[2]))
        for path, first, last, stamp in files:
            if first == (runs[-1].last + 1 if runs else 1) and self._stamp(last) == stamp:
                run = _load(path, first, last)
                if run:
                    runs.append(run)
        return runs

    def _listed(self) -> Iterator[tuple[Path, int, int, str]]:
        for path in sorted(self._folder.glob("*.npy")):
            if match := _NAME.fullmatch(path.name):
                yield path, int(match[1]), int(match[2]), match[3]


def _merges(before: int, after: int) -> bool:
    return before < 2 * after and before + after <= LARGEST


def _merged(before: _Run, after: _Run) -> _Run:
    entries = np.concatenate((before.entries, after.entries))
    entries.sort(kind="stable")  # merges two sorted runs in linear time
    return _Run(before.first, after.last, entries)


def _load(path: Path, first: int, last: int) -> _Run | None:
    try:
        entries = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    whole = entries.dtype == np.uint64 and entries.shape == ((last - first + 1) * BANDS,)
    return _Run(first, last, entries) if whole else None


def _search(
    entries: NDArray[np.uint64], wanted: NDArray[np.uint64], rows: NDArray[np.int64], found: list[set[int]]
) -> None:
    places = np.searchsorted(entries, wanted << _HALF)
    for _ in range(EARLIEST):
        inside = places < len(entries)
        wanted, rows, places = wanted[inside], rows[inside], places[inside]
        hits = entries[places]
        same = (hits >> _HALF) == wanted
        if not same.any():
            return
        wanted, rows, places = wanted[same], rows[same], places[same] + 1
        numbers = hits[same] & np.uint64(0xFFFFFFFF)
        for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
            found[row].add(number)
