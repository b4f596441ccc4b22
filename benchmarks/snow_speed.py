"""How many times faster sentiment.snow is than snownlp itself, measured in one run on the same texts.

    python -m benchmarks.snow_speed [--file FILE]

--file: JSONL or JSONL.gz with a "text" in each row; without one, texts are made up here.
Prints process-CPU texts/s of both, the ratio, how many scores are equal (all must be), the time to
start and the memory of the process before snownlp is imported into it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.start import Figures, given, launch, size
from sentiment.snow.batch import SnowBatch

BATCH, FAST_TEXTS, SLOW_TEXTS, ROUNDS = 500, 5000, 500, 3

OPENERS = ("今天", "昨天晚上", "我家", "公司楼下", "这个月", "刚办的卡", "用了十年", "说实话", "求助")
SUBJECTS = ("移动的信号", "宽带", "10086客服", "新套餐", "营业厅", "5G网速", "手机APP", "话费", "携号转网")
VERDICTS = (
    "真的太差了",
    "还不错",
    "比以前好多了",
    "让人无语",
    "一直打不通",
    "非常满意",
    "莫名其妙扣钱",
    "断断续续的",
)
ENDINGS = (
    "！！！",
    "。",
    "，有人管吗？",
    "[怒]",
    "😂😂",
    " http://t.cn/A6abcd",
    "，再也不用了",
    "~",
    "，谢谢师傅",
)
HAN = (
    "的一是了我不在人有他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然"
    "没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从动两长知样理情信网络"
)


def made_up(count: int) -> list[str]:
    """Posts of some 15-80 characters, no two runs of Han the same too often."""
    rng = random.Random(1)
    texts = []
    for _ in range(count):
        filler = "".join(rng.choices(HAN, k=rng.randint(5, 40)))
        parts = (
            rng.choice(OPENERS),
            rng.choice(SUBJECTS),
            rng.choice(VERDICTS),
            "，",
            filler,
            rng.choice(ENDINGS),
        )
        texts.append("".join(parts))
    return texts


def read(path: Path) -> list[str]:
    """The texts of a JSONL file, shuffled the same way each time."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    random.Random(1).shuffle(texts)
    return texts


def rate(count: int, work: Callable[[], object]) -> float:
    """Texts per second of process CPU."""
    start = time.process_time()
    work()
    return count / (time.process_time() - start)


def in_batches(snow: SnowBatch, texts: Sequence[str]) -> list[float]:
    """SnowNLP's probability of each text, BATCH at a time."""
    found = []
    for start in range(0, len(texts), BATCH):
        found += [result.snow for result in snow.score(texts[start : start + BATCH]) if result]
    return found


def fresh_rate(texts: Sequence[str]) -> float:
    """Texts per second of a scorer that has not seen a text before."""
    snow = SnowBatch.open()
    return rate(len(texts), lambda: in_batches(snow, texts))


def measure(wanted: argparse.Namespace, figures: Figures) -> None:
    """Both on the same texts, ours first."""
    texts = [text for text in (read(wanted.file) if wanted.file else made_up(wanted.texts)) if text]
    texts = texts[: wanted.texts]
    SnowBatch.open()
    fast = max(fresh_rate(texts) for _ in range(ROUNDS))
    begun = time.perf_counter()
    snow = SnowBatch.open()
    opened = time.perf_counter() - begun
    figures.memory()

    import snownlp  # only now, so that its 400 MB are not in the figure above

    sample = texts[:SLOW_TEXTS]
    theirs: list[float] = []
    slow = rate(len(sample), lambda: theirs.extend(snownlp.SnowNLP(text).sentiments for text in sample))
    equal = sum(a == b for a, b in zip(theirs, in_batches(snow, sample), strict=True))
    figures.add("texts", len(texts))
    figures.add("median length", sorted(map(len, texts))[len(texts) // 2], "characters")
    figures.add("snownlp", slow, "texts/s")
    figures.add("sentiment.snow", fast, f"texts/s in batches of {BATCH}")
    figures.add("ratio", fast / slow, digits=1)
    figures.add("start", opened, "s with the cache built", digits=2)
    figures.add("scores compared", len(sample))
    figures.expect("all equal", equal == len(sample))


if __name__ == "__main__":
    launch(
        __doc__,
        measure,
        [
            given("--file", Path, "JSONL or JSONL.gz with a text in each row"),
            size("texts", FAST_TEXTS, 200, "texts to score"),
        ],
    )
