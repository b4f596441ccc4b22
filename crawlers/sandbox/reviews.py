"""App Store reviews with stars; the app says which brand they are about."""

from __future__ import annotations

from random import Random

from crawlers.sandbox import mixes
from crawlers.sandbox.items import Review
from crawlers.sandbox.keywords import APPS
from crawlers.sandbox.people import People
from crawlers.sandbox.story import Planned
from crawlers.sandbox.writer import Writer

_SHARES = {"900010086": 40, "900010087": 8, "900010000": 22, "900010010": 22, "900010099": 8}
_STARS = {"neg": (1, 1, 1, 2), "neu": (3, 3, 2, 4), "pos": (5, 5, 4)}


def write_reviews(rng: Random, writer: Writer, people: People, planned: list[Planned]) -> list[Review]:
    """A review for each planned instant; a few are served without their time."""
    found = []
    for at, _ in planned:
        person, mood = people.someone(), mixes.mood(rng, "appstore")
        app = rng.choices(list(_SHARES), list(_SHARES.values()))[0]
        draft = writer.write(person, APPS[app], mood, writer.review(naming=rng.random() < 0.25))
        facts = mixes.facts(draft, "hall", topic="review")
        mixes.also(facts, APPS[app], mood, "hall", "declared")
        facts.timed = "unknown" if rng.random() < 0.02 else "exact"
        version = f"{rng.randint(8, 10)}.{rng.randint(0, 9)}.{rng.randint(0, 5)}"
        stars = rng.choice(_STARS[mood])
        found.append(
            Review(at, person, draft.title, draft.text, facts, app=app, rating=stars, version=version)
        )
    return found
