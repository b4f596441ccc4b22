"""The index of band keys: finds what a plain dictionary finds, from files that may be lost or foreign."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from koubei.mentions.band_index import BandIndex
from koubei.mentions.sketches import BANDS

Keys = NDArray[np.uint32]


@pytest.fixture(autouse=True)
def _small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("koubei.mentions.band_index.TAIL", 16)
    monkeypatch.setattr("koubei.mentions.band_index.LARGEST", 128)


def stamp(number: int) -> str:
    return f"{number * 7:08x}"


def some_keys(count: int) -> Keys:
    return np.random.default_rng(1).integers(0, 900, (count, BANDS), np.uint32)


def expected(known: Keys, asked: Keys) -> list[set[int]]:
    by_key: dict[int, set[int]] = {}
    for number, row in enumerate(known.tolist(), start=1):
        for key in row:
            by_key.setdefault(key, set()).add(number)
    return [set().union(*(by_key.get(key, set()) for key in row)) for row in asked.tolist()]


def grown(folder: Path, keys: Keys, step: int = 7) -> BandIndex:
    index = BandIndex(folder, stamp)
    for start in range(index.last, len(keys), step):
        index.add(keys[start : start + step])
    return index


def test_it_finds_what_a_dictionary_finds(tmp_path: Path) -> None:
    keys = some_keys(500)
    index = grown(tmp_path, keys)
    assert index.last == 500
    asked = np.concatenate((keys[::50], some_keys(20) + np.uint32(300)))
    assert index.find(asked) == expected(keys, asked)


def test_runs_are_merged_up_to_a_bound(tmp_path: Path) -> None:
    grown(tmp_path, some_keys(1_000), step=16)
    sizes = sorted(len(np.load(path)) // BANDS for path in tmp_path.iterdir())
    assert sum(sizes) in range(1_000 - 16, 1_001)
    assert max(sizes) <= 128
    assert len(sizes) <= 8 + 4


def test_a_new_process_takes_up_the_files(tmp_path: Path) -> None:
    keys = some_keys(500)
    grown(tmp_path, keys)
    again = BandIndex(tmp_path, stamp)
    assert again.last in range(500 - 16, 501)
    again.add(keys[again.last :])
    assert again.find(keys[:40]) == expected(keys, keys[:40])


@pytest.mark.parametrize("harm", ["remove", "cut", "other type", "other leaders"])
def test_a_file_that_cannot_be_used_is_made_again(tmp_path: Path, harm: str) -> None:
    keys = some_keys(400)
    grown(tmp_path, keys)
    victim = sorted(tmp_path.iterdir())[0]
    if harm == "remove":
        victim.unlink()
    elif harm == "cut":
        victim.write_bytes(victim.read_bytes()[:-100])
    elif harm == "other type":
        np.save(victim, np.zeros(3))
    else:
        victim.rename(victim.with_name(victim.name.rpartition("-")[0] + "-ffffffff.npy"))
    again = grown(tmp_path, keys)
    assert again.find(keys[:40]) == expected(keys, keys[:40])


def test_files_of_other_leaders_are_not_used(tmp_path: Path) -> None:
    grown(tmp_path, some_keys(100))
    assert BandIndex(tmp_path, lambda _: None).last == 0


def test_without_room_for_files_it_works_from_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(np, "save", full)
    keys = some_keys(200)
    index = grown(tmp_path, keys)
    assert list(tmp_path.iterdir()) == []
    assert index.find(keys[:40]) == expected(keys, keys[:40])


def test_without_a_folder_it_works_from_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    keys = some_keys(100)
    assert grown(tmp_path / "file" / "cache", keys).find(keys[:40]) == expected(keys, keys[:40])


def test_a_key_made_to_collide_leads_to_the_earliest_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("koubei.mentions.band_index.EARLIEST", 5)
    keys = np.full((16, BANDS), 4, dtype=np.uint32)
    assert grown(tmp_path, keys, step=16).find(keys[:1]) == [{1}]
    mixed = some_keys(16) * np.uint32(2)
    mixed[:, 0] = 4_000
    index = grown(tmp_path / "mixed", mixed, step=16)
    one_key = np.full((1, BANDS), 4_000, dtype=np.uint32)
    assert index.find(one_key) == [{1, 2, 3, 4, 5}]
