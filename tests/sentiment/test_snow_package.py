"""SnowNLP as installed, damaged, or not there."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sentiment.snow.cache import ModelFiles, SnowModelError, open_arrays

MakePackage = Callable[[int], ModelFiles]


def empty(path: Path) -> None:
    path.write_bytes(b"")


def no_archive(path: Path) -> None:
    path.write_bytes(b"not an archive" * 100)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def not_a_model(path: Path) -> None:
    path.write_bytes(gzip.compress(b"N"))


@pytest.mark.parametrize(
    ("which", "damage"),
    [("segmenter", truncated), ("segmenter", not_a_model), ("segmenter", no_archive), ("sentiment", empty)],
)
def test_a_broken_model_file_is_named(
    tmp_path: Path, make_package: MakePackage, which: str, damage: Callable[[Path], None]
) -> None:
    files = make_package(1)
    path: Path = getattr(files, which)
    damage(path)
    folder = tmp_path / "cache"
    with pytest.raises(SnowModelError) as caught:
        open_arrays(files, folder)
    assert str(path) in caught.value.found
    assert caught.value.fix
    assert not list(folder.glob("*.npz"))
    assert not list(folder.glob(".*.npz"))


def test_a_missing_model_file_is_named(make_package: MakePackage) -> None:
    files = make_package(1)
    files.sentiment.unlink()
    with pytest.raises(SnowModelError, match=r"sentiment\.marshal\.3"):
        ModelFiles.under(files.stop_words.parent.parent, "0.0.1")


def test_the_package_itself_is_not_imported() -> None:
    code = "import sys, sentiment\nsentiment.open_scorer('telecom')\nprint('snownlp' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_a_package_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sentiment.snow.cache.importlib.util.find_spec", lambda _: None)
    with pytest.raises(SnowModelError, match="没有安装"):
        ModelFiles.find()
