"""What of a text that names two brands is told of the one in question, for the label."""

from __future__ import annotations

import re

import pytest

from sentiment.rules.owners import Owners
from sentiment.rules.ruleset import load_rules
from sentiment.words.prepared import OTHER, OWN, Preparer, Vocabulary

RULESET = load_rules()
PREPARER = Preparer(Vocabulary(RULESET.names, RULESET.brands, RULESET.emoticons, RULESET.aliases))
OWNERS = Owners(RULESET)


def own_part(text: str, brand: str) -> str | None:
    spans = [found.span() for found in re.finditer(brand, text)]
    part = OWNERS.own_part(PREPARER.fold(text, spans))
    return part and part.replace(OWN, "本").replace(OTHER, "他")


@pytest.mark.parametrize(
    ("text", "brand", "part"),
    [
        ("移动太烂换电信真香", "移动", "本太烂"),
        ("移动太烂换电信真香", "电信", "换本真香"),
        ("联通稳得很，移动客服一问三不知，移动该学学", "移动客服", "本一问三不知，本该学学"),
        ("移动和联通信号都差", "移动", "本和他信号都差"),
        ("移动、电信、联通一个比一个坑", "联通", "他、他、本一个比一个坑"),
        ("电信太坑，还好我用移动", "移动", "还好我用本"),
        ("移动信号差，携号转网去了联通", "联通", "携号转网去了本"),
        ("受不了移动，携号转网去了联通", "移动", "受不了，本，携号转网去了他"),
    ],
)
def test_own_part(text: str, brand: str, part: str) -> None:
    assert own_part(text, brand) == part


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("移动比电信快", "移动"),
        ("移动涉嫌电信诈骗，我冤死了", "移动"),
        ("电信把移动支付说成诈骗", "电信"),
        ("移动太烂", "移动"),
        ("移动太烂换电信真香", "联通"),
    ],
)
def test_comparisons_and_words_that_name_no_brand_part_nothing(text: str, brand: str) -> None:
    assert own_part(text, brand) is None
