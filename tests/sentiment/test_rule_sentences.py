"""Tables of sentences, one a kind of fault readers found, half of them controls; written for this project."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from koubei.core.domain import Span
from sentiment import open_polarity
from sentiment.rules.owners import Owners
from sentiment.rules.rules import Heard, Rules
from sentiment.rules.ruleset import load_rules
from sentiment.words.prepared import Preparer, Vocabulary

SENTENCES = Path(__file__).with_name("rule_sentences.tsv")
RULESET = load_rules()
PREPARER = Preparer(Vocabulary(RULESET.names, RULESET.brands, RULESET.emoticons, RULESET.aliases))
RULES = Rules(RULESET)
OWNERS = Owners(RULESET)


class Row(NamedTuple):
    """A sentence, the word of the brand in question ("" for none) and what is said of it."""

    kind: str
    gold: str
    text: str
    brand: str

    @property
    def spans(self) -> list[Span]:
        return [found.span() for found in re.finditer(self.brand, self.text)] if self.brand else []


def _rows() -> list[Row]:
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines if not line.startswith("#")]


ROWS = _rows()


def towards_blame(row: Row) -> float:
    """What the rules add to neg, less what they add to pos."""
    folded = PREPARER.fold(row.text, row.spans)
    (fired,) = RULES.fire([Heard(folded, OWNERS.own_part(folded), PREPARER.has_name(folded))])
    return sum(each.push[0] - each.push[2] for each in fired)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.text}-{row.brand}")
def test_rules_push_the_right_way(row: Row) -> None:
    push = towards_blame(row)
    right = {"neg": push > 0, "pos": push < 0, "not pos": push >= 0, "not neg": push <= 0}
    assert right[row.gold], push


def test_sentences_are_judged_right() -> None:
    judged = open_polarity("telecom").judge([(row.text, row.spans) for row in ROWS])
    wrong = []
    for row, each in zip(ROWS, judged, strict=True):
        assert each.p is not None
        leaning = "neg" if each.p[0] > each.p[2] else "pos"
        right = row.gold[4:] != each.label if row.gold.startswith("not ") else row.gold == leaning
        wrong += [] if right else [row.text]
    assert len(wrong) <= 0.03 * len(ROWS), wrong
