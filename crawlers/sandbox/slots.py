"""Fills the slots of a template: brand names, towns, prices, times, numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from crawlers.sandbox.banks import Template, bank
from crawlers.sandbox.keywords import BARE, HOTLINES, NAMES, NICKNAMES
from crawlers.sandbox.people import Person
from crawlers.sandbox.style import Sentiment

_PRICES = (8, 18, 19, 28, 29, 38, 39, 48, 58, 59, 68, 79)
_DEARER = (88, 89, 98, 99, 108, 118, 128, 129, 139, 158, 159, 168, 188, 198, 199, 228, 238, 259, 288, 299)
_CLOCKS = ("早上{}点", "{}点多", "{}点半", "{}:{:02d}", "{}点{}分")


@dataclass(slots=True)
class Scene:
    """One text being written: who, about which brand, in which mood.

    `brands` gathers what the text comes to name, `province` where it says it comes from; `formal` forbids
    the bare, ambiguous names; `at_home` says how often the brand is written with the province; a `titled`
    text must name a brand in its title already.
    """

    person: Person
    brand: str
    mood: Sentiment
    at_home: float = 0.16
    formal: bool = False
    brands: dict[str, Sentiment] = field(default_factory=dict)
    rival: str = ""
    titled: bool = False
    province: str | None = None
    oops: tuple[Template, ...] = ()
    topic: tuple[Template, ...] = ()


class Slots:
    """Draws a value for every slot the phrase banks know."""

    def __init__(self, rng: Random, year: int) -> None:
        self._rng = rng
        self._year = year
        fixed = {name: [t[0] for t in lines] for name, lines in bank("slots").items()}
        self._fixed: dict[str, list[str]] = fixed
        self._numbers: dict[str, Callable[[], object]] = self._number_slots()
        self._scenic: dict[str, Callable[[Scene], str]] = {
            "b": self._brand, "hot": self._hotline, "bp": lambda s: self._other(s, "cmcc", "pos"),
            "r": lambda s: self._rival(s, "neu"), "rp": lambda s: self._rival(s, "pos"),
            "rn": lambda s: self._rival(s, "neg"), "hotr": lambda s: HOTLINES[s.rival],
            "prov": self._province, "city": self._city,
            "oops": lambda s: self.fill(self._rng.choice(s.oops), s),
            "topic": lambda s: self.fill(self._rng.choice(s.topic), s),
        }  # fmt: skip

    def fill(self, template: Template, scene: Scene) -> str:
        """The template with its slots filled; what it names is noted in the scene."""
        if len(template) == 1:
            return template[0]
        return "".join(part if i % 2 == 0 else self._value(part, scene) for i, part in enumerate(template))

    def _value(self, slot: str, scene: Scene) -> str:
        if slot in self._numbers:
            return str(self._numbers[slot]())
        if slot in self._fixed:
            choices = self._fixed[slot]
            return choices[int(self._rng.random() * len(choices))]
        return self._scenic[slot](scene)

    def _number_slots(self) -> dict[str, Callable[[], object]]:
        rng = self._rng

        def between(low: int, high: int) -> Callable[[], int]:
            return lambda: low + int(rng.random() * (high - low + 1))

        return {
            "n": between(2, 59), "m": between(2, 12), "money": between(5, 399), "days": between(2, 30),
            "price": lambda: rng.choice(_PRICES), "price2": lambda: rng.choice(_DEARER),
            "price3": between(180, 960), "gb": lambda: rng.choice((30, 40, 50, 60, 80, 100, 135, 155, 200)),
            "gb2": between(5, 29), "mb": lambda: rng.choice((100, 200, 300, 500, 1000, 2000)),
            "years": between(2, 19), "year": between(self._year + 1, self._year + 24),
            "now_year": lambda: self._year, "ms": between(120, 999), "ms2": between(9, 39),
            "kb": between(12, 300), "speed": between(160, 1300), "month": between(1, 12), "md": between(1,
            28),
            "clock": self._clock, "clock2": lambda: f"{rng.choice((13, 14))}:{int(rng.random() * 60):02d}",
            "clock3": lambda: f"{rng.choice((19, 20, 21))}:{int(rng.random() * 60):02d}",
            "ver": lambda: f"{rng.randint(7, 11)}.{rng.randint(0, 9)}.{rng.randint(0, 5)}",
            "contact": lambda: f"vx{rng.randrange(10**6):06d}k",
        }  # fmt: skip

    def _clock(self) -> str:
        rng = self._rng
        pattern = _CLOCKS[int(rng.random() * len(_CLOCKS))]
        hour = rng.randint(6, 9) if pattern.startswith("早上") else rng.randint(10, 23)
        return pattern.format(hour, rng.randint(1, 59))

    def _brand(self, scene: Scene) -> str:
        scene.brands.setdefault(scene.brand, scene.mood)
        return self._alias(scene, scene.brand)

    def _alias(self, scene: Scene, brand: str) -> str:
        draw = self._rng.random()
        if draw < scene.at_home:
            scene.province = scene.person.province
            return scene.person.province + BARE[brand]
        if draw < 0.5 and not scene.formal:
            return BARE[brand]
        if draw < 0.56:
            return self._rng.choice(NICKNAMES[brand])
        return NAMES[brand]

    def _hotline(self, scene: Scene) -> str:
        scene.brands.setdefault(scene.brand, scene.mood)
        return HOTLINES[scene.brand]

    def _rival(self, scene: Scene, mood: Sentiment) -> str:
        if not scene.rival:
            scene.rival = self._rng.choice([b for b in ("ctcc", "cucc", "cmcc") if b != scene.brand])
        return self._other(scene, scene.rival, mood)

    def _other(self, scene: Scene, brand: str, mood: Sentiment) -> str:
        scene.brands.setdefault(brand, mood)
        return NAMES[brand] if scene.formal or self._rng.random() < 0.4 else BARE[brand]

    def _city(self, scene: Scene) -> str:
        scene.province = scene.person.province
        return scene.person.city

    def _province(self, scene: Scene) -> str:
        scene.province = scene.person.province
        return scene.person.province
