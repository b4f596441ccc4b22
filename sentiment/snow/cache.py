"""Where SnowNLP's model lies, and the compact form of it that is kept between runs.

SnowNLP unpacks 390 MB of dictionaries at every start. A child process does that once and leaves
arrays in the user's cache folder; the file's name carries the package version and a hash of the
model files, so another model is another file.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from koubei.core.errors import KoubeiError
from koubei.core.language import _
from sentiment.snow.check import consistent

FORMAT = 1
"""Raised when the arrays change shape or meaning: older files are then no longer opened."""

BUILD_SECONDS = 600.0
ARRAYS = frozenset(
    {
        "chars", "emit",
        "pair_keys", "pair_buckets", "pair_starts", "pair_codes", "pair_values",
        "triple_keys", "triple_buckets", "triple_starts", "triple_codes", "triple_values",
        "words", "stop", "weights",
    }
)  # fmt: skip

Arrays = Mapping[str, NDArray[Any]]
Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all) while the cache is built."""


class SnowModelError(KoubeiError):
    """SnowNLP's own files are missing or cannot be read."""


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of an installed snownlp that make up its segmenter and sentiment model."""

    segmenter: Path
    sentiment: Path
    stop_words: Path
    version: str

    @classmethod
    def find(cls) -> ModelFiles:
        """The installed package's files, found without importing it.

        Raises SnowModelError where the package or one of the files is missing.
        """
        spec = importlib.util.find_spec("snownlp")
        places = spec.submodule_search_locations if spec else None
        try:
            version = importlib.metadata.version("snownlp")
        except importlib.metadata.PackageNotFoundError:
            places = None
        if not places:
            raise SnowModelError(_("没有安装 snownlp"), "snownlp>=0.12.3", "pip install snownlp")
        return cls.under(Path(places[0]), version)

    @classmethod
    def under(cls, folder: Path, version: str) -> ModelFiles:
        """The files below a snownlp package folder. Raises SnowModelError where one is missing."""
        files = cls(
            folder / "seg" / "seg.marshal.3",
            folder / "sentiment" / "sentiment.marshal.3",
            folder / "normal" / "stopwords.txt",
            version,
        )
        for path in files.paths:
            if not path.is_file():
                raise _broken(path, "缺少模型文件")
        return files

    @property
    def paths(self) -> tuple[Path, Path, Path]:
        """Segmenter, sentiment model, stop words."""
        return self.segmenter, self.sentiment, self.stop_words

    @property
    def key(self) -> str:
        """Format, package version and content hash: what names the cache file."""
        digest = hashlib.sha256()
        for path in self.paths:
            content = path.read_bytes()
            digest.update(len(content).to_bytes(8, "big") + content)
        return f"snow-{FORMAT}-{self.version}-{digest.hexdigest()[:16]}"


def cache_folder() -> Path:
    """The platform's cache folder for this product: XDG_CACHE_HOME, ~/Library/Caches or ~/.cache.

    Raises FileNotFoundError for a user without a home.
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    if named and Path(named).is_absolute():
        return Path(named) / "koubei"
    try:
        home = Path.home()
    except RuntimeError as error:
        raise FileNotFoundError(str(error)) from error
    return (home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache") / "koubei"


def open_arrays(
    files: ModelFiles | None = None, folder: Path | None = None, progress: Progress | None = None
) -> Arrays:
    """The model's arrays, from the cache; built first where there is none or it is broken.

    Two processes that start together build once: the second waits for the first. In a folder that
    cannot be written the arrays are built in a temporary one and not kept.
    Raises SnowModelError where the package's files cannot be read.
    """
    files = files or ModelFiles.find()
    name = f"{files.key}.npz"
    try:
        target = (folder or cache_folder()) / name
        arrays = _read(target)
        return arrays if arrays is not None else _build_locked(files, target, progress)
    except OSError:
        return _build_for_once(files, name, progress)


def _build_locked(files: ModelFiles, target: Path, progress: Progress | None) -> Arrays:
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_suffix(".lock"), timeout=BUILD_SECONDS):
        return _read(target) or _build(files, target, progress)


def _build_for_once(files: ModelFiles, name: str, progress: Progress | None) -> Arrays:
    try:
        with tempfile.TemporaryDirectory(prefix="koubei-") as temporary:
            return _build(files, Path(temporary) / name, progress)
    except OSError as error:
        raise SnowModelError(
            _("SnowNLP 的模型没有地方可以转换：{error}", error=error),
            _("缓存目录或临时目录可写，且有 50 MB 空间"),
            _("设置 XDG_CACHE_HOME 或 TMPDIR"),
        ) from error


def _read(path: Path) -> Arrays | None:
    """The arrays of an undamaged cache file (zip checks a CRC per array) if they fit together, else None."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            if set(archive.files) != ARRAYS:
                return None
            arrays = {name: archive[name] for name in archive.files}
            return arrays if consistent(arrays) else None
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
        return None


def _build(files: ModelFiles, target: Path, progress: Progress | None) -> Arrays:
    """Build in a child (it needs some 600 MB), read back, move into place."""
    for left_over in target.parent.glob(f".{target.stem}-*.npz"):
        left_over.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-", suffix=".npz")
    os.close(handle)
    try:
        _run_child(files, Path(name), progress)
        arrays = _read(Path(name))
        if arrays is None:
            raise SnowModelError(
                _("SnowNLP 的缓存写入后无法读回：{parent}", parent=target.parent),
                _("磁盘可写且未满"),
                _("检查磁盘空间"),
            )
        Path(name).replace(target)
        return arrays
    finally:
        Path(name).unlink(missing_ok=True)


def _run_child(files: ModelFiles, target: Path, progress: Progress | None) -> None:
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "sentiment.snow.build", *map(str, files.paths), str(target)]
    with subprocess.Popen(  # noqa: S603 - our own module, no shell, paths of the installed package
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as child:
        assert child.stdout is not None  # noqa: S101 - stdout=PIPE
        last = ""
        for line in child.stdout:
            last = line.strip()
            done, __, total = last.partition("/")
            if progress and done.isdigit() and total.isdigit():
                progress(int(done), int(total))
    if child.returncode:
        raise _failure(files, child.returncode, last)


def _failure(files: ModelFiles, code: int, last: str) -> Exception:
    """What the child's end means: a disk that cannot be written is an OSError, handled like one."""
    for path in files.paths:
        if last == f"unreadable {path}":
            return _broken(path, "模型文件读不出来")
    if last.startswith("unwritable "):
        return OSError(last)
    return SnowModelError(
        _("SnowNLP 的模型没有转换成功（退出码 {code}）", code=code), "", _("确认有 700 MB 可用内存后重试")
    )


def _broken(path: Path, what: str) -> SnowModelError:
    return SnowModelError(
        _("{what}：{path}", what=what, path=path),
        _("snownlp 安装包自带的文件"),
        "pip install --force-reinstall snownlp",
    )
