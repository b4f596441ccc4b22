"""kill -9 of the writer, again and again: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import pickle
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from indexer.elastic import ElasticStore
from koubei.core.domain import ScoredMention
from koubei.core.query import Everything

Make = Callable[..., ScoredMention]
KILLS = 5
_WRITER = """
import pickle
import sys
from pathlib import Path

from indexer.elastic import ElasticStore

store = ElasticStore(sys.argv[1])
items = pickle.loads(Path(sys.argv[2]).read_bytes())
for start in range(0, len(items), 100):
    store.upsert(items[start:start + 100])
    print(start + 100, flush=True)
"""


def test_kill_9_of_the_writer(elastic_url: str, tmp_path: Path, make: Make) -> None:
    first = [make(n, revision=n + 1) for n in range(1000)]
    moved = [
        replace(item, revision=item.revision + 5000, filed_at=item.filed_at - timedelta(days=40))
        for item in first
    ]
    pickled = tmp_path / "items"
    dice = random.Random(5)
    store = ElasticStore(elastic_url)
    for number in range(KILLS):
        items = first if number < 2 else moved
        pickled.write_bytes(pickle.dumps(items))
        written = _write_and_kill(elastic_url, pickled, dice)
        store.refresh()
        kept = {(row["mention_id"], row["filed_at"]) for row in store.export(Everything())}
        assert kept >= {(item.mention.mention_id, item.filed_at) for item in items[:written]}
    store.upsert(moved)
    store.refresh()
    assert [row["mention_id"] for row in store.export(Everything(), ["mention_id"])] == [
        item.mention.mention_id for item in moved
    ]
    store.close()


def _write_and_kill(url: str, pickled: Path, dice: random.Random) -> int:
    """How many mentions the writer was told are kept before it died somewhere behind its third batch."""
    command = [sys.executable, "-c", _WRITER, url, str(pickled)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        written = 0
        while written < 300:
            written = int(writer.stdout.readline())
        time.sleep(dice.random() * 0.05)
        writer.send_signal(signal.SIGKILL)
        return max([written, *map(int, writer.stdout.read().split())])
