"""The last bit: exp, log and a whole fit come out the same whatever instructions the processor has."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import numpy as np
import pytest

from sentiment.polarity.exact import dot, exp, log

FIT = """
import random, sys
import numpy as np
sys.path.insert(0, "tests/sentiment")
from test_train import CUT, RULES, FILLERS, WORDS
from sentiment.training.labelled import UNTOLD, LabelledSet
from sentiment.training.train import Plan, train_model

def some(seed, count):
    rng = random.Random(seed)
    labels = np.array([rng.randrange(3) for _ in range(count)])
    han = [chr(c) for c in range(0x4E00, 0x4E00 + 400)]
    texts = tuple("".join(rng.choices(han, k=12)) + rng.choice(WORDS[label]) for label in labels)
    return LabelledSet(f"some-{seed}", "0" * 16, texts, labels, np.full(count, UNTOLD))

print(train_model(Plan("fit", [(some(1, 3000), 1.0)], [some(2, 200)]), RULES, CUT).digest)
"""
OTHER_PROCESSOR = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    "OPENBLAS_CORETYPE": "Prescott",
    "OPENBLAS_NUM_THREADS": "1",
}


def _fit(more: dict[str, str]) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", FIT], env=os.environ | more, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def test_a_fit_is_the_same_on_another_processor() -> None:
    assert _fit(OTHER_PROCESSOR) == _fit({})


def test_exp_and_log_are_those_of_mathematics() -> None:
    powers = np.concatenate((np.linspace(-699, 700, 4001), np.linspace(-1e-3, 1e-3, 101), [0.0, 1.0]))
    assert exp(powers).tolist() == pytest.approx([math.exp(each) for each in powers], rel=1e-15)
    numbers = np.concatenate((np.geomspace(1e-300, 1e300, 4001), np.linspace(0.5, 2, 1001), [5e-324]))
    assert log(numbers).tolist() == pytest.approx([math.log(each) for each in numbers], rel=1e-15, abs=1e-16)


def test_ends() -> None:
    assert exp(np.array([-np.inf, -701.0, 0.0])).tolist() == [0.0, 0.0, 1.0]
    assert log(np.array([1.0])).tolist() == [0.0]
    assert exp(np.empty((0, 3))).shape == (0, 3)
    assert dot(np.ones((2, 3)), np.full((2, 3), 2.0)) == 12.0
