"""Whether the arrays of a cache file fit together, so that no text can lead beyond one of them.

What they mean stands at sentiment/snow/build.py, which makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMS: Mapping[str, tuple[str, int]] = {
    "chars": ("int16", 1), "emit": ("float64", 2),
    "words": ("uint8", 1), "stop": ("uint8", 1), "weights": ("float64", 2),
}  # fmt: skip
TABLE: Mapping[str, str] = {
    "keys": "uint64", "buckets": "int32", "starts": "int32", "codes": "uint8", "values": "float64",
}  # fmt: skip
TAGS, CLASSES, BEFORE_WORDS = 4, 2, 3
CHARS = ord("\u9fa5") - ord("\u4dff") + 1
"""Han that are looked up, and the pad before them."""

Arrays = Mapping[str, NDArray[Any]]


def consistent(arrays: Arrays) -> bool:
    """Whether arrays with the names of a cache file have the types, shapes and ranges of one."""
    forms = dict(FORMS)
    for name in ("pair", "triple"):
        forms |= {f"{name}_{part}": (kind, 1) for part, kind in TABLE.items()}
    if any(
        (arrays[name].dtype, arrays[name].ndim) != (np.dtype(kind), n) for name, (kind, n) in forms.items()
    ):
        return False
    size = arrays["emit"].shape[1]
    return (
        arrays["chars"].shape == (CHARS,)
        and arrays["emit"].shape[0] == TAGS
        and _within(arrays["chars"], size)
        and _is_table("pair", arrays, TAGS**2)
        and _is_table("triple", arrays, TAGS**3)
        and not any(np.isnan(arrays[name]).any() for name in ("emit", "weights"))
        and arrays["weights"].shape == (CLASSES, BEFORE_WORDS + _count(arrays["words"]))
        and _count(arrays["stop"]) >= 0
    )


def _is_table(name: str, arrays: Arrays, codes: int) -> bool:
    keys, buckets, starts, code, values = (arrays[f"{name}_{part}"] for part in TABLE)
    return (
        len(buckets) == 2 ** max(len(keys), 1).bit_length() + 1
        and len(starts) == len(keys) + 1
        and len(code) == len(values)
        and _leads_through(buckets, len(keys))
        and _leads_through(starts, len(code))
        and bool((keys[1:] > keys[:-1]).all())
        and _within(code, codes)
        and not np.isnan(values).any()
    )


def _leads_through(places: NDArray[np.int32], end: int) -> bool:
    """From 0 to the end, never back."""
    return int(places[0]) == 0 and int(places[-1]) == end and bool((places[1:] >= places[:-1]).all())


def _within(numbers: NDArray[Any], end: int) -> bool:
    return not numbers.size or (int(numbers.min()) >= 0 and int(numbers.max()) < end)


def _count(packed: NDArray[np.uint8]) -> int:
    """How many words are packed, -1 where they are no UTF-8."""
    try:
        text = packed.tobytes().decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return -1
    return text.count("\n") + 1 if text else 0
