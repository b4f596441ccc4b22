from __future__ import annotations

import gzip
import marshal
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from koubei.core.ports import Scorer
from sentiment import open_scorer
from sentiment.snow.batch import SnowBatch
from sentiment.snow.cache import ModelFiles

TINY_HAN = "甲乙丙丁戊己"


@pytest.fixture(scope="session")
def snow() -> SnowBatch:
    """The installed package's model, from the user's own cache."""
    return SnowBatch.open()


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    return open_scorer("telecom")


def tiny_segmenter(rng: random.Random) -> dict[str, Any]:
    """A segmenter trained by snownlp on a few random sentences: full of ties and impossible tags."""
    from snownlp.seg.y09_2047 import CharacterBasedGenerativeModel

    model = CharacterBasedGenerativeModel()
    sentences = (
        [(rng.choice(TINY_HAN), rng.choice("bmes")) for _ in range(rng.randint(1, 6))]
        for _ in range(rng.randint(2, 8))
    )
    model.train(list(sentences))
    return {key: getattr(value, "__dict__", value) for key, value in model.__dict__.items()}


@pytest.fixture(scope="session")
def tiny_model() -> Callable[[random.Random], dict[str, Any]]:
    return tiny_segmenter


def tiny_sentiment(words: dict[str, tuple[int, int]]) -> dict[str, Any]:
    """A classifier with (neg, pos) counts by word, as snownlp saves it."""
    classes = {}
    for index, name in enumerate(("neg", "pos")):
        counts = {word: pair[index] for word, pair in words.items()}
        classes[name] = {"d": counts, "total": float(sum(counts.values())), "none": 1}
    return {"d": classes, "total": sum(c["total"] for c in classes.values())}


def write_tiny_package(folder: Path, seed: int) -> ModelFiles:
    segmenter = marshal.dumps(tiny_segmenter(random.Random(seed)))
    sentiment = marshal.dumps(tiny_sentiment({"甲": (9, 2), "乙": (1, 7)}))
    for name, content in (
        ("seg/seg.marshal.3", gzip.compress(segmenter)),
        ("sentiment/sentiment.marshal.3", gzip.compress(sentiment)),
        ("normal/stopwords.txt", "丙\n，\n".encode()),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return ModelFiles.under(folder, "0.0.1")


@pytest.fixture(scope="session")
def write_package() -> Callable[[Path, int], ModelFiles]:
    """Writes a snownlp-like package with a tiny model of that seed into a folder and finds its files."""
    return write_tiny_package


@pytest.fixture
def make_package(tmp_path: Path) -> Callable[[int], ModelFiles]:
    """The same, in this test's own folder."""
    return lambda seed: write_tiny_package(tmp_path / "snownlp", seed)
