"""Labelled texts in files: JSONL or JSONL.gz, one object a row with `text` and `label` neg / neu / pos.

A row may name the `mood` behind its label too, one of moods.MOODS; other words are passed over.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from koubei.core.errors import InputError
from koubei.core.language import _
from sentiment.words.moods import CLASSES, MOODS

UNTOLD = -1
GZIP = b"\x1f\x8b"
"""What a gzip file begins with."""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Texts and their labels (0 neg, 1 neu, 2 pos), from one file.

    Attributes:
        name: the file's name without its endings.
        digest: the first 16 hex digits of the file's SHA-256.
        moods: by text, the place of its mood in MOODS, UNTOLD where none is named.
    """

    name: str
    digest: str
    texts: tuple[str, ...]
    labels: NDArray[np.int64]
    moods: NDArray[np.int64]

    @property
    def counts(self) -> dict[str, int]:
        """Texts by label."""
        return {name: int((self.labels == label).sum()) for label, name in enumerate(CLASSES)}

    def only(self, keep: NDArray[np.bool_]) -> LabelledSet:
        """The texts at which `keep` is true."""
        texts = tuple(text for text, kept in zip(self.texts, keep, strict=True) if kept)
        return LabelledSet(self.name, self.digest, texts, self.labels[keep], self.moods[keep])


def joined(name: str, sets: Sequence[LabelledSet]) -> LabelledSet:
    """Several files as one set; its digest names all of them."""
    digest = hashlib.sha256("".join(each.digest for each in sets).encode()).hexdigest()[:16]
    texts = tuple(text for each in sets for text in each.texts)
    labels, moods = (np.concatenate([getattr(each, part) for each in sets]) for part in ("labels", "moods"))
    return LabelledSet(name, digest, texts, labels, moods)


def read_labelled(path: Path, *, textless: bool = False) -> LabelledSet:
    """The rows of a file. Raises InputError, naming the row, where one has no text or no label.

    textless: a row whose text is null, missing or no string is one with an empty text, as `koubei sentiment
    score` has it; to measure with, not to train on.
    """
    content = _content(path)
    texts, labels, moods = [], [], []
    for number, row in rows(content, str(path)):
        text, label = row.get("text"), row.get("label")
        if textless and not isinstance(text, str):
            text = ""
        if not isinstance(text, str) or label not in CLASSES:
            raise InputError(
                _(
                    "{path} 第 {number} 行：text 或 label 不可用（label = {label!r}）",
                    path=path,
                    number=number,
                    label=label,
                ),
                _("text 是字符串，label 是 neg、neu 或 pos"),
            )
        texts.append(text)
        labels.append(CLASSES.index(label))
        moods.append(_mood(row.get("mood"), label))
    if not texts:
        raise InputError(_("{path} 没有任何行", path=path), _("每行一个 JSON 对象"))
    digest = hashlib.sha256(content).hexdigest()[:16]
    return LabelledSet(
        path.name.removesuffix(".gz").removesuffix(".jsonl"),
        digest,
        tuple(texts),
        np.array(labels),
        np.array(moods),
    )


def _mood(mood: object, label: str) -> int:
    told = isinstance(mood, str) and MOODS.get(mood) == label
    return list(MOODS).index(str(mood)) if told else UNTOLD


def _content(path: Path) -> bytes:
    try:
        return unpacked(path.read_bytes(), str(path))
    except OSError as error:
        raise InputError(
            _("打不开 {path}：{strerror}", path=path, strerror=error.strerror),
            _("可读的 JSONL 或 JSONL.gz 文件"),
        ) from error


def unpacked(content: bytes, name: str) -> bytes:
    """The content, unzipped where it is gzip. Raises InputError where that is damaged."""
    if not content.startswith(GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> InputError:
    return InputError(_("{name} 的 gzip 损坏：{error}", name=name, error=error), _("完整的 .gz 文件"))


def opened(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """The lines of a stream, unzipped where it is gzip. Raises InputError where that is damaged."""
    buffered = BufferedReader(cast(RawIOBase, stream))
    if not buffered.peek(2).startswith(GZIP):
        yield from buffered
        return
    try:
        with gzip.open(buffered) as unzipped:
            yield from unzipped
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(name, error) from error


def rows(content: bytes | Iterable[bytes], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """(row number, object) of the rows that are not empty. Raises InputError where one is no object."""
    lines = content.split(b"\n") if isinstance(content, bytes) else content
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(
                _("{name} 第 {number} 行不是 JSON：{error}", name=name, number=number, error=error),
                '{"text": "…"}',
            ) from error
        if not isinstance(row, dict):
            raise InputError(
                _("{name} 第 {number} 行不是 JSON 对象", name=name, number=number), '{"text": "…"}'
            )
        yield number, row
