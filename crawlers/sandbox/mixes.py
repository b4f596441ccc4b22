"""Who talks about what, how, and where: the shares the quiet days are drawn from."""

from __future__ import annotations

from random import Random

from crawlers.sandbox.banks import FACTORS
from crawlers.sandbox.items import Facts, MatchedBy, Role
from crawlers.sandbox.style import Sentiment
from crawlers.sandbox.writer import Draft

_BRANDS = {"cmcc": 0.455, "ctcc": 0.25, "cucc": 0.235, "cbn": 0.06}
_MOODS: dict[str, tuple[float, float, float]] = {
    "forum": (0.40, 0.38, 0.22), "weibo": (0.38, 0.36, 0.26), "appstore": (0.48, 0.12, 0.40),
    "news": (0.12, 0.76, 0.12),
}  # fmt: skip
_FACTORS: dict[str, tuple[int, ...]] = {
    # tariff, network, broadband, service, hall, leaving, suspension, addons, marketing
    "forum": (16, 24, 18, 12, 8, 7, 6, 5, 4), "weibo": (15, 24, 12, 15, 9, 7, 8, 5, 5),
    "heimao": (18, 5, 14, 12, 6, 13, 10, 18, 4), "news": (20, 30, 15, 10, 8, 5, 8, 2, 2),
}  # fmt: skip
_SENTIMENTS: tuple[Sentiment, ...] = ("neg", "neu", "pos")
_FACTOR_BANKS = list(FACTORS)


def brand(rng: Random) -> str:
    """A brand by its share of voice."""
    return rng.choices(list(_BRANDS), list(_BRANDS.values()))[0]


def mood(rng: Random, platform: str) -> Sentiment:
    """A mood by the platform's temper."""
    return rng.choices(_SENTIMENTS, _MOODS[platform])[0]


def factor(rng: Random, platform: str) -> str:
    """The bank of a factor by how often the platform talks about it."""
    return rng.choices(_FACTOR_BANKS, _FACTORS[platform])[0]


def facts(
    draft: Draft, bank: str, role: Role = "customer", how: MatchedBy = "text", topic: str = ""
) -> Facts:
    """The facts of a draft about the factor of `bank` ("" for none)."""
    name = FACTORS.get(bank, "none")
    return Facts(
        brands=dict(draft.brands), factors=dict.fromkeys(draft.brands, name),
        matched=dict.fromkeys(draft.brands, how), province=draft.province,
        province_source="named" if draft.province else "none", named_province=draft.province, role=role,
        topic=topic or bank, off_topic=not draft.brands,
    )  # fmt: skip


def also(found: Facts, brand_id: str, feeling: Sentiment, bank: str, how: MatchedBy) -> None:
    """Note that the post is also about a brand its text does not name."""
    if brand_id not in found.brands:
        found.brands[brand_id] = feeling
        found.factors[brand_id] = FACTORS.get(bank, "none")
        found.matched[brand_id] = how
    found.off_topic = False
