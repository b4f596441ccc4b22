"""Writes the texts: openers, sentences, closers and faces, never the same text twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from crawlers.sandbox import style
from crawlers.sandbox.banks import Template, bank, plain
from crawlers.sandbox.keywords import named
from crawlers.sandbox.people import Person
from crawlers.sandbox.slots import Scene, Slots
from crawlers.sandbox.style import Sentiment

Compose = Callable[[Scene], tuple[str, str]]
"""Writes (title, text) into a scene."""

_TRIES = 12


@dataclass(slots=True)
class Draft:
    """A written text and what it names."""

    title: str
    text: str
    brands: dict[str, Sentiment]
    province: str | None


class Writer:
    """The one hand behind all texts of a world; remembers what it wrote, so that nothing repeats."""

    def __init__(self, rng: Random, year: int) -> None:
        self.rng = rng
        self._slots = Slots(rng, year)
        self._written: set[str] = set()

    def write(
        self,
        person: Person,
        brand: str,
        mood: Sentiment,
        compose: Compose,
        at_home: float = 0.16,
        rival: str = "",
    ) -> Draft:
        """A text by `compose` that names exactly the brands its scene says and that is new."""
        for attempt in range(_TRIES):
            scene = Scene(person, brand, mood, at_home, attempt > 1, rival=rival)
            title, text = compose(scene)
            if self.rng.random() < 0.05:
                text = style.slip(self.rng, text)
            bones = style.bones(title + text)
            if bones in self._written or not _says(title, text, scene):
                continue
            self._written.add(bones)
            return self._finished(title, text, scene)
        raise RuntimeError(f"no new text in {_TRIES} tries; last: {title} | {text} | {scene.brands}")

    def _finished(self, title: str, text: str, scene: Scene) -> Draft:
        if self.rng.random() < 0.03:
            title, text = style.traditional(title), style.traditional(text)
        return Draft(title, text, scene.brands, scene.province)

    # sentences

    def line(self, templates: tuple[Template, ...], scene: Scene) -> str:
        """One template of these, filled."""
        return self._slots.fill(templates[int(self.rng.random() * len(templates))], scene)

    def lines(self, templates: tuple[Template, ...], scene: Scene, count: int) -> list[str]:
        """Up to `count` different templates of these, filled."""
        chosen = self.rng.sample(templates, min(count, len(templates)))
        return [self._slots.fill(template, scene) for template in chosen]

    def join(self, parts: list[str], mood: Sentiment) -> str:
        """Sentences put together the way people do, with an end."""
        rng = self.rng
        text = parts[0]
        for part in parts[1:]:
            if rng.random() < 0.07:
                part = style.filler(rng) + part
            text += ("，", "，", "。", " ", "！" if mood != "neu" else "，")[int(rng.random() * 5)] + part
        return text + style.end(rng, mood)

    def length(self) -> int:
        """How many sentences a post has: mostly one or two, now and then many."""
        draw = self.rng.random()
        return 1 if draw < 0.4 else 2 if draw < 0.75 else 3 if draw < 0.93 else self.rng.randint(4, 8)

    # kinds of texts

    def post(self, factor: str, titled: bool = False) -> Compose:
        """A post that names its brand, in its title too where it is `titled`."""

        def compose(scene: Scene) -> tuple[str, str]:
            self._about(scene, factor)
            scene.titled = titled
            title = self.line(bank("frames")[f"title_{scene.mood}"], scene) if titled else ""
            if scene.mood == "neg" and self.rng.random() < 0.08:
                return title, self._irony(scene)
            parts = self.lines(bank(factor)[scene.mood], scene, self.length())
            parts += self.lines(bank("frames")["detail"], scene, int(self.rng.random() * 2.6))
            if self.rng.random() < 0.15:
                parts.insert(0, self.line(bank("frames")["place_note"], scene))
            if scene.brand not in scene.brands or self.rng.random() < 0.6:
                parts[0] = self.line(bank("frames")[f"open_{scene.mood}"], scene) + parts[0]
            parts += self._close(scene)
            return title, self.join(parts, scene.mood)

        return compose

    def reply(self, factor: str) -> Compose:
        """A reply that names no brand; without a factor it stands alone."""

        def compose(scene: Scene) -> tuple[str, str]:
            banked = bool(factor) and self.rng.random() < 0.72
            source = plain(factor, scene.mood) if banked else bank("replies")[scene.mood]
            parts = self.lines(source, scene, 1 if self.rng.random() < 0.6 else 2)
            if self.rng.random() < 0.6:
                parts[0] = self.line(bank("frames")[f"reply_{scene.mood}"], scene) + parts[0]
            if scene.mood == "pos" and self.rng.random() < 0.6:
                parts += self._close(scene)
            elif self.rng.random() < 0.4:
                parts += self.lines(bank("frames")["detail"], scene, 1)
            return "", self.join(parts, scene.mood)

        return compose

    def complaint(self, factor: str, naming: bool) -> Compose:
        """A complaint with its title; without `naming` only the platform says whom it is about."""

        def compose(scene: Scene) -> tuple[str, str]:
            self._about(scene, factor)
            frames = bank("frames")
            titles = frames["complaint_title"] if naming else plain("frames", "complaint_title")
            sentences = bank(factor)["neg"] if naming else plain(factor, "neg")
            title = self.line(titles, scene)
            parts = self.lines(sentences, scene, 1 + self.length())
            if naming and scene.brand not in scene.brands:
                parts[0] = self.line(frames["open_neg"], scene) + parts[0]
            parts += self.lines(frames["detail"], scene, 1)
            return title, self.join([*parts, self.line(frames["complaint_close"], scene)], "neg")

        return compose

    def review(self, naming: bool) -> Compose:
        """An App Store review; most name no brand."""

        def compose(scene: Scene) -> tuple[str, str]:
            texts = bank("reviews")
            parts = self.lines(texts[scene.mood], scene, 1 if self.rng.random() < 0.6 else 2)
            if naming:
                parts.insert(0, self.line(texts[f"brand_{scene.mood}"], scene))
            return self.line(texts[f"title_{scene.mood}"], scene), self.join(parts, scene.mood)

        return compose

    def article(self, factor: str) -> Compose:
        """A news item: a title and a few sober sentences."""

        def compose(scene: Scene) -> tuple[str, str]:
            self._about(scene, factor)
            body = self.lines(bank("frames")["news_body"], scene, self.rng.randint(2, 4))
            return self.line(bank("frames")["news_title"], scene), "。".join(body) + "。"

        return compose

    def story(
        self, section: str, count: int = 1, opener: str = "", closer: str = "", title: str = ""
    ) -> Compose:
        """Sentences of one section of the story bank, with what may stand around them."""

        def compose(scene: Scene) -> tuple[str, str]:
            texts = bank("story")
            parts = self.lines(texts[section], scene, count)
            if opener and (scene.brand not in scene.brands or self.rng.random() < 0.5):
                parts[0] = self.line(texts[opener], scene) + parts[0]
            if closer and self.rng.random() < 0.7:
                parts.append(self.line(texts[closer], scene))
            scene.titled = bool(title)
            heading = self.line(texts[title], scene) if title else ""
            return heading, self.join(parts, scene.mood)

        return compose

    def off_topic(self, titled: bool = False) -> Compose:
        """A text about something else, often with 移动 in it."""

        def compose(scene: Scene) -> tuple[str, str]:
            texts = bank("offtopic")
            parts = self.lines(texts["line"], scene, 1) + self.lines(bank("frames")["detail"], scene, 1)
            return self.line(texts["title"], scene) if titled else "", self.join(parts, scene.mood)

        return compose

    def other_complaint(self, which: int) -> Compose:
        """A complaint about the company of that index in the bank; its title begins its text."""

        def compose(scene: Scene) -> tuple[str, str]:
            texts = bank("offtopic")
            title = self._slots.fill(texts["complaint"][which], scene)
            parts = [title, *self.lines(texts["clip"], scene, 2)]
            return title, self.join(parts, scene.mood)

        return compose

    def _about(self, scene: Scene, factor: str) -> None:
        scene.topic = bank(factor)["topic"]
        scene.oops = bank(factor)["oops"]

    def _close(self, scene: Scene) -> list[str]:
        """A closing word or two; praise is seldom without."""
        closers = bank("frames")[f"close_{scene.mood}"]
        if scene.mood == "pos":
            return self.lines(closers, scene, self.rng.randint(1, 2))
        return self.lines(closers, scene, 1) if self.rng.random() < 0.55 else []

    def _irony(self, scene: Scene) -> str:
        rng = self.rng
        text = self.line(bank("frames")["open_irony"], scene)
        close = self.line(bank("frames")["close_irony"], scene)
        detail = self.lines(bank("frames")["detail"], scene, 1)
        face = rng.choice(("[微笑]", "👍", "[赞]", "🙂", "[拜拜]", ""))
        return "，".join([text, *detail, close]) + face


def _says(title: str, text: str, scene: Scene) -> bool:
    """True where the text names the scene's brands and no other, and so does a title that must."""
    if named(f"{title}\n{text}") != scene.brands.keys():
        return False
    return not (scene.titled and not named(title))
