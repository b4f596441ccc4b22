"""Run as a child process: turn SnowNLP's marshalled dictionaries into the arrays of cache.py.

    python -m sentiment.snow.build SEGMENTER SENTIMENT STOP_WORDS TARGET

Prints "done/total" as it goes; at the end "unreadable FILE" or "unwritable FILE" where it fails.
Every logarithm is taken here by `math.log` from the same terms in the same order as SnowNLP, so
that the sums come out equal to the last bit.
"""

from __future__ import annotations

import gzip
import marshal
import math
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sentiment.snow.segment import BOS, FIRST_HAN, FIRST_KNOWN, LAST_HAN, PAD, UNKNOWN
from sentiment.words.hashed_keys import buckets_of, hash_keys

STEPS = 6
EXIT_MEMORY, EXIT_UNREADABLE, EXIT_UNWRITABLE = 1, 2, 3
Char = tuple[str, str]
Entry = tuple[int, int, float]


class Segmenter:
    """The trigram model of snownlp.seg.y09_2047, trimmed to what a run of Han can meet."""

    def __init__(self, model: dict[str, Any]) -> None:
        self.tags = {tag: number for number, tag in enumerate(("b", "m", "e", "s"))} | {"BOS": 0}
        if tuple(model["status"]) != ("b", "m", "e", "s"):
            raise ValueError("another order of tags: ties would fall differently")
        self.l1, self.l2, self.l3 = model["l1"], model["l2"], model["l3"]
        self.uni: dict[Char, int] = model["uni"]["d"]
        self.total: float = model["uni"]["total"]
        self.bi: dict[tuple[Char, Char], int] = model["bi"]["d"]
        self.tri: dict[tuple[Char, Char, Char], int] = model["tri"]["d"]
        han = sorted({c for (c, _), n in self.uni.items() if n and FIRST_HAN <= c <= LAST_HAN})
        self.ids = {c: FIRST_KNOWN + i for i, c in enumerate(han)} | {"": BOS}
        self.size = FIRST_KNOWN + len(han)

    def one(self, last: Char) -> float:
        """The unigram term of log_prob."""
        return float(self.l1 * (float(self.uni.get(last, 0)) / self.total))

    def two(self, middle: Char, last: Char) -> float:
        """The bigram term of log_prob."""
        return _div(self.l2 * self.bi.get((middle, last), 0), self.uni.get(middle, 0))

    def three(self, first: Char, middle: Char, last: Char) -> float:
        """The trigram term of log_prob."""
        return _div(self.l3 * self.tri.get((first, middle, last), 0), self.bi.get((first, middle), 0))

    def chars(self) -> NDArray[np.int16]:
        """Code point - PAD -> character number."""
        out = np.full(ord(LAST_HAN) - ord(PAD) + 1, UNKNOWN, np.int16)
        for char, number in self.ids.items():
            out[ord(char or PAD) - ord(PAD)] = number
        return out

    def emit(self) -> NDArray[np.float64]:
        """log_prob by (tag, character) where only the character itself was seen."""
        out = np.zeros((4, self.size))
        for char, number in self.ids.items():
            if number >= FIRST_KNOWN:
                for tag in list(self.tags)[:4]:
                    out[self.tags[tag], number] = _log(self.one((char, tag)))
        return out

    def pairs(self) -> Iterator[Entry]:
        """(key, 4 * tag + tag, log_prob) where the pair was seen with these tags."""
        for middle, last in self.bi:
            if self._inside(middle, last):
                code = self.tags[middle[1]] * 4 + self.tags[last[1]]
                key = self.ids[middle[0]] * self.size + self.ids[last[0]]
                yield key, code, _log(self.one(last) + self.two(middle, last))

    def triples(self) -> Iterator[Entry]:
        """(key, 16 * tag + 4 * tag + tag, log_prob) where the three were seen with these tags."""
        for first, middle, last in self.tri:
            if first[0] in self.ids and self._inside(middle, last):
                code = self.tags[first[1]] * 16 + self.tags[middle[1]] * 4 + self.tags[last[1]]
                key = (self.ids[first[0]] * self.size + self.ids[middle[0]]) * self.size + self.ids[last[0]]
                total = self.one(last) + self.two(middle, last) + self.three(first, middle, last)
                yield key, code, _log(total)

    def _inside(self, middle: Char, last: Char) -> bool:
        return middle[0] in self.ids and self.ids.get(last[0], BOS) != BOS


def _div(a: float, b: float) -> float:
    return 0.0 if b == 0 else float(a) / b


def _log(value: float) -> float:
    return float("-inf") if value == 0 else math.log(value)


def rows(name: str, entries: Iterable[Entry]) -> dict[str, NDArray[Any]]:
    """Entries grouped by key as snow_segment.Entries reads them.

    keys: sorted, hashed; buckets: those of the keys;
    starts: where each key's codes and values start, plus the end.
    """
    table = np.fromiter(entries, np.dtype([("key", np.int64), ("code", np.uint8), ("value", np.float64)]))
    hashed = hash_keys(table["key"])
    order = np.argsort(hashed, kind="stable")
    keys, starts = np.unique(hashed[order], return_index=True)
    return {
        f"{name}_keys": keys,
        f"{name}_buckets": buckets_of(keys),
        f"{name}_starts": np.append(starts, len(table)).astype(np.int32),
        f"{name}_codes": table["code"][order],
        f"{name}_values": table["value"][order],
    }


def bayes(model: dict[str, Any], stop: set[str]) -> dict[str, NDArray[Any]]:
    """The classifier's words and log-probabilities; rows neg, pos.

    Columns of "weights": a word not in the model, the prior, a stop word (nothing), then "words".
    """
    classes = [model["d"]["neg"], model["d"]["pos"]]
    words = sorted({word for c in classes for word in c["d"]} - stop - {""})
    weights = np.zeros((2, 3 + len(words)))
    for row, c in zip(weights, classes, strict=True):
        row[0] = math.log(float(c["none"]) / c["total"])
        row[1] = math.log(c["total"]) - math.log(model["total"])
        row[3:] = [math.log(float(c["d"].get(word, c["none"])) / c["total"]) for word in words]
    return {"words": _packed(words), "stop": _packed(sorted(stop - {""})), "weights": weights}


def _packed(words: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode("utf-8", "surrogatepass"), np.uint8)


def _unmarshal(path: str) -> Any:
    """The dictionary in one of snownlp's model files: gzip'd, or plain as its own loader allows."""
    content = Path(path).read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    return marshal.loads(content)  # noqa: S302 - a file of the installed package, trusted as its code is


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _segmenter_arrays(path: str) -> dict[str, NDArray[Any]]:
    _say(f"0/{STEPS}")
    model = Segmenter(_unmarshal(path))
    _say(f"2/{STEPS}")
    pairs = rows("pair", model.pairs())
    _say(f"3/{STEPS}")
    return {"chars": model.chars(), "emit": model.emit(), **pairs, **rows("triple", model.triples())}


def _bayes_arrays(path: str, stop_path: str) -> dict[str, NDArray[Any]]:
    stop = {line.strip() for line in Path(stop_path).read_text(encoding="utf-8").splitlines()}
    return bayes(_unmarshal(path), stop)


def main(arguments: list[str]) -> int:
    """Read three files, write one; the exit code."""
    segmenter, sentiment, stop_words, target = arguments
    reading = segmenter
    try:
        arrays = _segmenter_arrays(segmenter)
        _say(f"5/{STEPS}")
        reading = sentiment
        arrays |= _bayes_arrays(sentiment, stop_words)
    except MemoryError:
        return EXIT_MEMORY
    except (OSError, EOFError, ValueError, TypeError, KeyError, AttributeError, zlib.error):
        _say(f"unreadable {reading}")
        return EXIT_UNREADABLE
    try:
        with Path(target).open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
    except OSError:
        _say(f"unwritable {target}")
        return EXIT_UNWRITABLE
    _say(f"{STEPS}/{STEPS}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
