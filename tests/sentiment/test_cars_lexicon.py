"""A second trade is one file: the cars lexicon tags what the telecom one knows nothing of."""

from __future__ import annotations

import pytest

from sentiment import open_scorer


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("这车百公里要十二个油，实在太费油了", "油耗"),
        ("后排坐三个大人很局促，后备箱也小", "空间"),
        ("起步太肉，超车加速半天没反应", "动力"),
        ("高速上胎噪风噪特别大，隔音太差", "舒适性"),
        ("落地价比隔壁贵一万，一点优惠都没有", "价格"),
    ],
)
def test_cars_factors_are_named(text: str, factor: str) -> None:
    cars, telecom = (open_scorer(name).score([(text, ())])[0] for name in ("cars", "telecom"))
    assert cars.primary_factor == factor
    assert telecom.primary_factor != factor


def test_the_lexicon_names_the_version_and_severity_stays_apart() -> None:
    score = open_scorer("cars").score([("刹车失灵，4S店推诿，准备起诉", ())])[0]
    assert score.severity == 3
    assert "cars-" in score.model_version
