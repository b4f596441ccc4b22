"""How many posts a second one core takes the whole way: match + voices + SnowNLP + polarity + factors.

    python -m benchmarks.full_path [--texts FILE] [--known 100000]

--texts: JSONL or JSONL.gz with a "text" in each row; without one, texts are made up here. Two rows make one
post, the brand's name before them, so that each goes the whole way and weibo rows give about 80 characters
at the median. Before that, --known other posts are sorted into voices. Posts go in batches of 500, as ingest
takes them; each part is timed within the same run, in processor time. Prints posts a second of the whole
and of each part, the part's share, and the memory of the process.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.snow_speed import made_up, read
from benchmarks.start import Figures, given, launch, size
from benchmarks.voices_speed import known_posts
from koubei.core.config.schema import Brand
from koubei.core.domain import Post
from koubei.core.ports import Scorer
from koubei.mentions import Matcher, Voices
from sentiment import open_scorer

BATCH, POSTS, KNOWN = 500, 10_000, 100_000
NOW = datetime(2026, 11, 18, tzinfo=UTC)
BRANDS = (
    Brand(
        id="cmcc", name="中国移动", include=("中国移动", "10086"), context=("移动",), context_with=("套餐",)
    ),
    Brand(
        id="ctcc", name="中国电信", include=("中国电信", "10000号"), context=("电信",), context_with=("套餐",)
    ),
)


class Clock:
    """Processor seconds by part."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Adds what the block takes to that part."""
        begun = time.process_time()
        yield
        self.spent[name] += time.process_time() - begun


def posts_of(texts: Sequence[str], most: int) -> list[Post]:
    """Two texts a post."""
    pairs = [f"中国移动{first}，{second}" for first, second in zip(texts[::2], texts[1::2], strict=False)]
    return [
        Post(f"weibo:{n}", "weibo", "w", "post", "", text, NOW, "") for n, text in enumerate(pairs[:most])
    ]


def in_batches(posts: Iterable[Post]) -> Iterator[Sequence[Post]]:
    """BATCH posts at a time; the known ones are never all in memory, which would be most of it."""
    left = iter(posts)
    return iter(lambda: list(islice(left, BATCH)), [])


def run(posts: Sequence[Post], scorer: Scorer, voices: Voices, clock: Clock) -> int:
    """Every post the whole way; how many mentions came out."""
    matcher, made = Matcher(BRANDS), 0
    for batch in in_batches(posts):
        with clock.part("match"):
            named = [(post, hits) for post in batch if (hits := matcher.match(post))]
        with clock.part("voices"):
            voices.roots([post for post, _ in named])
        with clock.part("score"):
            made += len(scorer.score([(p.scored_text, hit.spans) for p, hits in named for hit in hits]))
    return made


def measure(wanted: argparse.Namespace, figures: Figures) -> None:
    """Fill the voices, take every post the whole way."""
    texts = read(wanted.texts) if wanted.texts else made_up(2 * wanted.posts)
    random.Random(1).shuffle(texts)
    posts, scorer, clock = posts_of(texts, wanted.posts), open_scorer("telecom"), Clock()
    with tempfile.TemporaryDirectory() as folder:
        voices = Voices(Path(folder) / "voices.db", Path(folder) / "cache")
        for batch in in_batches(known_posts(wanted.known)):
            voices.roots(batch)
        figures.add("mentions", run(posts, scorer, voices, clock))
        voices.close()
    figures.add("posts", len(posts))
    figures.add("median length", statistics.median(len(post.text) for post in posts), "characters")
    figures.add("known posts", wanted.known)
    whole = sum(clock.spent.values())
    for name, seconds in [*clock.spent.items(), ("whole path", whole)]:
        figures.add(name, len(posts) / seconds, f"posts/s of a core, {seconds / whole:.0%}")
    figures.memory()


if __name__ == "__main__":
    launch(
        __doc__,
        measure,
        [
            given("--texts", Path, "JSONL or JSONL.gz with a text in each row"),
            size("posts", POSTS, 500, "posts to take the whole way"),
            size("known", KNOWN, 1_000, "posts sorted into voices before"),
        ],
    )
