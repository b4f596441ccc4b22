"""Works the weights of sentiment/models/emoticons.tsv out anew from labelled posts.

    python tools/learn_emoticons.py FILE.jsonl.gz [FILE.jsonl.gz ...]

Rewrites the table: columns emoticon, weight, seen, by hand. The estimate by hand counts for HAND posts, each
file for at most MOST posts; so a file in which an emoticon is used in an odd way moves it a little.
Emoticons that are not in the table are taken in where they stand in FEWEST posts.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from koubei.core.text import fold
from sentiment.training.labelled import LabelledSet, read_labelled
from sentiment.training.recipe import reserved
from sentiment.words.prepared import EMOTICON
from sentiment.words.tables import EMOTICONS

HAND, MOST, FEWEST = 40, 30, 10
HAND_LOG_ODDS, STEPS_PER_LOG_ODDS = 0.9, 1.1
UNKNOWN = "-"
"""Stands for the estimate of an emoticon nobody estimated."""
HEADER = """\
# Emoticons and emoji, and what they say of the text around them: -2 (very negative) to 2 (very positive).
# weight: the log-odds of praise against blame, learned from labelled posts (tools/learn_emoticons.py) and
#         drawn towards an estimate by hand; rounded. seen: in how many posts.
# Simplified characters, lower case. Columns: emoticon, weight, seen, by hand; between tabs
"""


def main(paths: list[Path]) -> None:
    """Read the table and the files, write the table."""
    by_hand = read_table()
    sets = [read_labelled(path) for path in paths]
    counted = [count(each.only(~reserved(each.texts)), by_hand) for each in sets]
    seen = sum(
        (Counter({name: sum(row) for name, row in rows.items()}) for rows, _ in counted), Counter[str]()
    )
    names = by_hand.keys() | {name for name, posts in seen.items() if posts >= FEWEST}
    lines = []
    for name in names:
        top, posts = by_hand.get(name, 0) * HAND * HAND_LOG_ODDS, float(HAND)
        for rows, base in counted:
            if name in rows:
                neg, _, pos = rows[name]
                weight = min(sum(rows[name]), MOST)
                top += weight * (math.log((pos + 1) / (neg + 1)) + base)
                posts += weight
        learned = max(-2, min(2, round(top / posts * STEPS_PER_LOG_ODDS)))
        lines.append((learned, -seen[name], name, by_hand.get(name, UNKNOWN)))
    rows_ = "".join(f"{name}\t{weight}\t{-less}\t{hand}\n" for weight, less, name, hand in sorted(lines))
    EMOTICONS.write_text(HEADER + rows_, encoding="utf-8")


def read_table() -> dict[str, int]:
    """The estimates by hand."""
    lines = EMOTICONS.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[0]: int(row[3]) for row in rows if row[3] != UNKNOWN}


def count(posts: LabelledSet, known: dict[str, int]) -> tuple[dict[str, list[int]], float]:
    """Posts of each label (neg, neu, pos) by emoticon; and log(neg / pos) of the whole set."""
    emoji = re.escape("".join(name for name in known if len(name) == 1))
    pattern = re.compile(f"{EMOTICON.pattern}|[{emoji}]")
    rows: dict[str, list[int]] = {}
    for text, label in zip(posts.texts, posts.labels.tolist(), strict=True):
        for name in set(pattern.findall(fold(text).lower())):
            rows.setdefault(name, [0, 0, 0])[label] += 1
    neg, _, pos = np.bincount(posts.labels, minlength=3).tolist()
    return rows, math.log((neg + 1) / (pos + 1))


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
