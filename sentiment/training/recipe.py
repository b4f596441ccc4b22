"""The recipe of the shipped model: which files, with which weight, and what is set apart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from koubei.core.errors import InputError
from koubei.core.language import _
from sentiment.polarity.model_file import PolarityModel
from sentiment.training.labelled import LabelledSet, joined, read_labelled
from sentiment.training.train import Plan

NAME = "weibo"
TRAIN = {
    "weibo_general": (1.0, ("weibo_general.train", "weibo_general.dev")),
    "weibo_covid": (1.0, ("weibo_covid.train", "weibo_covid.dev")),
    "shopping_reviews": (0.5, ("shopping_reviews.train", "shopping_reviews.dev")),
    "waimai_reviews": (0.3, ("waimai_reviews",)),
}
"""Sets, the weight of each text, and their files. Weights were chosen by fitting the training files alone
and looking at the dev files, and by leaving one weibo set out (docs/model-card.md)."""
WRITTEN, WRITTEN_WEIGHT = Path(__file__).parents[1] / "written" / "telecom.jsonl", 1.0
"""Sentences about operators written for this project, so that the trade's own wording is known."""
CALIBRATED_ON = ("weibo_general", "weibo_covid")
RESERVED = 10
"""One text in so many, by its SHA-256, is held out of the fit of every set."""
OWN_HELD_OUT, FEWEST_HELD_OUT = 5, 20
FEWEST_OF_A_SIDE = 4
"""Held-out texts of each of negative and positive that a threshold must be set on."""
OWN_WEIGHT = 1.0


def shipped_plan(folder: Path) -> Plan:
    """The plan that reproduces the shipped model from a folder with the files named above (.jsonl.gz).

    Raises InputError where one is missing or has a bad row.
    """
    sets = {
        name: joined(name, [_read(folder, file) for file in files]) for name, (__, files) in TRAIN.items()
    }
    fitted = [(each.only(~reserved(each.texts)), TRAIN[name][0]) for name, each in sets.items()]
    return Plan(
        name=NAME,
        sets=[*fitted, (read_labelled(WRITTEN), WRITTEN_WEIGHT)],
        held_out=[sets[name].only(reserved(sets[name].texts)) for name in CALIBRATED_ON],
    )


def own_plan(name: str, files: Sequence[Path], base: PolarityModel | None) -> Plan:
    """A plan for a user's own labels: one text in OWN_HELD_OUT is held out of the fit.

    Raises InputError where a file has a bad row, where all of them together are too few to hold any out, or
    where negative or positive texts are missing: a threshold set without them would be certain of anything.
    """
    sets = [read_labelled(file) for file in files]
    apart = [reserved(each.texts, OWN_HELD_OUT) for each in sets]
    held = [each.only(out) for each, out in zip(sets, apart, strict=True) if out.any()]
    if (left := sum(len(each.texts) for each in held)) < FEWEST_HELD_OUT:
        raise InputError(
            _(
                "标注太少：{sum} 条里只留出 {left} 条来校准",
                sum=sum(len(each.texts) for each in sets),
                left=left,
            ),
            _(
                "留出 {FEWEST_HELD_OUT} 条以上，约要 {FEWEST_HELD_OUT2} 到 150 条标注",
                FEWEST_HELD_OUT=FEWEST_HELD_OUT,
                FEWEST_HELD_OUT2=FEWEST_HELD_OUT * OWN_HELD_OUT,
            ),
            _("再标一些"),
        )
    for label, name_of in (("neg", "负面"), ("pos", "正面")):
        if sum(each.counts[label] for each in held) < FEWEST_OF_A_SIDE:
            have = sum(each.counts[label] for each in sets)
            raise InputError(
                _("{name_of}的标注太少：{have} 条", name_of=name_of, have=have),
                _("约 {FEWEST_OF_A_SIDE} 条以上", FEWEST_OF_A_SIDE=FEWEST_OF_A_SIDE * OWN_HELD_OUT),
                _("再标一些"),
            )
    fitted = [each.only(~out) for each, out in zip(sets, apart, strict=True) if not out.all()]
    return Plan(name, [(each, OWN_WEIGHT) for each in fitted], held, base)


def reserved(texts: Sequence[str], one_in: int = RESERVED) -> NDArray[np.bool_]:
    """Which texts are set apart."""
    digests = (hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts)
    return np.array([int.from_bytes(digest[:4], "big") % one_in == 0 for digest in digests], np.bool_)


def _read(folder: Path, name: str) -> LabelledSet:
    return read_labelled(folder / f"{name}.jsonl.gz")
