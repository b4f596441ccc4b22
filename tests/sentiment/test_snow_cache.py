from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sentiment.snow import cache
from sentiment.snow.batch import SnowBatch
from sentiment.snow.cache import ModelFiles, SnowModelError, cache_folder, open_arrays

MakePackage = Callable[[int], ModelFiles]
WritePackage = Callable[[Path, int], ModelFiles]

CHILD = """
import sys
from pathlib import Path
from sentiment.snow.cache import ModelFiles, open_arrays

steps = []
files = ModelFiles.under(Path(sys.argv[1]), "0.0.1")
open_arrays(files, Path(sys.argv[2]), lambda done, total: steps.append((done, total)))
print("built" if steps else "read")
"""


class Opener:
    """Opens the arrays of a package in one cache folder and tells whether they were built."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, files: ModelFiles) -> bool:
        steps: list[tuple[int, int]] = []
        arrays = open_arrays(files, self.folder, lambda done, total: steps.append((done, total)))
        assert set(arrays) == cache.ARRAYS
        assert SnowBatch(arrays, files.version).score(["甲乙丙丁 x"])[0] is not None
        if steps:
            assert steps[0][0] == 0
            assert steps[-1][0] == steps[-1][1]
        return bool(steps)

    @property
    def file(self) -> Path:
        return next(self.folder.glob("*.npz"))


@pytest.fixture
def opened(tmp_path: Path) -> Opener:
    return Opener(tmp_path / "cache" / "koubei")


def test_built_once_then_read(opened: Opener, make_package: MakePackage) -> None:
    files = make_package(1)
    assert opened(files)
    assert not opened(files)
    assert {path.suffix for path in opened.folder.iterdir()} == {".npz", ".lock"}
    assert files.version in opened.file.name


def test_other_model_files_are_another_cache(
    opened: Opener, make_package: MakePackage, write_package: WritePackage, tmp_path: Path
) -> None:
    files = make_package(1)
    first = files.segmenter.read_bytes()
    opened(files)
    files.segmenter.write_bytes(write_package(tmp_path / "other", 2).segmenter.read_bytes())
    assert opened(files)
    files.segmenter.write_bytes(first)
    assert not opened(files)


def test_other_stop_words_or_version_are_another_cache(opened: Opener, make_package: MakePackage) -> None:
    files = make_package(1)
    opened(files)
    assert opened(ModelFiles.under(files.stop_words.parent.parent, "0.0.2"))
    files.stop_words.write_text("丁\n", encoding="utf-8")
    assert opened(files)


def open_whole(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return archive.testzip() is None


@pytest.fixture(scope="module")
def whole_cache(tmp_path_factory: pytest.TempPathFactory, write_package: WritePackage) -> bytes:
    folder = tmp_path_factory.mktemp("whole")
    opened = Opener(folder / "cache")
    opened(write_package(folder / "snownlp", 1))
    return opened.file.read_bytes()


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def no_archive(path: Path) -> None:
    path.write_bytes(b"not an archive" * 100)


def other_arrays(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, chars=np.zeros(3))


def leave_one_out(path: Path) -> None:
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files if name != "weights"}
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def pickled(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, allow_pickle=True, **{name: np.array([{}], dtype=object) for name in cache.ARRAYS})


def changed(name: str, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Callable[[Path], None]:
    """A valid file with the right names in which one array is another."""

    def damage(path: Path) -> None:
        with np.load(path) as archive:
            arrays = {each: archive[each] for each in archive.files}
        arrays[name] = change(arrays[name])
        with path.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)

    return damage


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("chars", lambda array: array[:10]),
        ("chars", lambda array: array.astype(np.int64)),
        ("chars", lambda array: array + np.int16(9000)),
        ("chars", lambda array: array - np.int16(1)),
        ("emit", lambda array: array[:, :1]),
        ("emit", lambda array: array[:3]),
        ("emit", lambda array: array.ravel()),
        ("emit", lambda array: array * np.nan),
        ("pair_keys", lambda array: array[::-1]),
        ("pair_keys", lambda array: array[:-1]),
        ("pair_buckets", lambda array: array[:-2]),
        ("pair_buckets", lambda array: array + np.int32(1)),
        ("pair_starts", lambda array: array[:-1]),
        ("pair_starts", lambda array: array * np.int32(2)),
        ("pair_codes", lambda array: array + np.uint8(16)),
        ("triple_codes", lambda array: array + np.uint8(64)),
        ("triple_values", lambda array: array[:-1]),
        ("triple_values", lambda array: array.astype(np.float32)),
        ("words", lambda array: array[:-4]),
        ("words", lambda array: np.append(array, np.uint8(255))),
        ("stop", lambda array: np.append(array, np.uint8(255))),
        ("weights", lambda array: array[:1]),
        ("weights", lambda array: array[:, :-1]),
    ],
)
def test_arrays_that_do_not_fit_together_are_rebuilt(
    opened: Opener,
    make_package: MakePackage,
    whole_cache: bytes,
    name: str,
    change: Callable[[NDArray[Any]], NDArray[Any]],
) -> None:
    files = make_package(1)
    opened.folder.mkdir(parents=True)
    target = opened.folder / f"{files.key}.npz"
    target.write_bytes(whole_cache)
    assert not opened(files)
    changed(name, change)(target)
    assert opened(files)


@pytest.mark.parametrize(
    "damage", [cut_in_half, flip_a_byte, empty, no_archive, other_arrays, leave_one_out, pickled]
)
def test_a_broken_cache_is_rebuilt(
    opened: Opener, make_package: MakePackage, whole_cache: bytes, damage: Callable[[Path], None]
) -> None:
    files = make_package(1)
    opened.folder.mkdir(parents=True)
    target = opened.folder / f"{files.key}.npz"
    target.write_bytes(whole_cache)
    assert open_whole(target)
    damage(target)
    assert target.read_bytes() != whole_cache
    assert opened(files)
    assert open_whole(target)


def test_two_processes_that_start_together_build_once(opened: Opener, make_package: MakePackage) -> None:
    files = make_package(1)
    package = files.stop_words.parent.parent
    command = [sys.executable, "-c", CHILD, str(package), str(opened.folder)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [child.communicate(timeout=120)[0].strip() for child in children]
    assert sorted(said) == ["built", "read", "read"]


def test_what_a_killed_build_left_is_swept_up(opened: Opener, make_package: MakePackage) -> None:
    files = make_package(1)
    opened.folder.mkdir(parents=True)
    left = opened.folder / f".{files.key}-abc123.npz"
    left.write_bytes(b"half")
    assert opened(files)
    assert not left.exists()


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path, make_package: MakePackage) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    opened = Opener(blocked / "koubei")
    files = make_package(1)
    assert opened(files)
    assert opened(files)
    assert blocked.read_text(encoding="utf-8") == ""


def test_nowhere_to_write_is_a_clear_error(
    tmp_path: Path, make_package: MakePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setattr("sentiment.snow.cache.tempfile.tempdir", str(blocked))
    with pytest.raises(SnowModelError, match="没有地方"):
        open_arrays(make_package(1), blocked / "koubei")


def test_cache_folder_follows_the_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "koubei"
    monkeypatch.setenv("HOME", str(tmp_path))
    for ignored in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", ignored)
        monkeypatch.setattr("sentiment.snow.cache.sys.platform", "linux")
        assert cache_folder() == tmp_path / ".cache" / "koubei"
        monkeypatch.setattr("sentiment.snow.cache.sys.platform", "darwin")
        assert cache_folder() == tmp_path / "Library" / "Caches" / "koubei"


def test_a_user_without_a_home(make_package: MakePackage, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("sentiment.snow.cache.Path.home", no_home)
    assert set(open_arrays(make_package(1))) == cache.ARRAYS
