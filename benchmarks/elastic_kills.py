"""kill -9 of the writer or of the server at random points: how many mentions are lost or doubled.

    PYTHONPATH=tools python benchmarks/elastic_kills.py [KILLS=50]

Each round a new process writes the same mentions with higher revisions, every other round filed in another
month; one round in five it is the server that is killed. After each, all that the writer was told is kept
must be there, and after the next whole write each mention exactly once.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from elastic_server import Node, unpacked
from store_speed import generate

from indexer.elastic import ElasticStore
from koubei.core.domain import ScoredMention
from koubei.core.errors import StoreUnavailableError
from koubei.core.query import Everything

MENTIONS, BATCH = 4000, 100


def mentions(round_number: int) -> Iterator[ScoredMention]:
    """What the writer of that round writes."""
    moved = timedelta(days=40 * (round_number % 2))
    for item in generate(MENTIONS):
        yield replace(item, revision=round_number + 1, filed_at=item.filed_at - moved)


def write(url: str, round_number: int) -> None:
    """The writer: says after each batch how much is kept."""
    store = ElasticStore(url)
    items, done = mentions(round_number), 0
    while batch := list(islice(items, BATCH)):
        store.upsert(batch)
        done += len(batch)
        print(done, flush=True)


def main() -> None:
    """Run it and print."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    dice, lost, doubled = random.Random(1), 0, 0
    with unpacked() as home, Node(home) as node:
        for number in range(kills):
            kept = _killed(node, number, dice)
            store = ElasticStore(node.origin)
            store.refresh()
            found = Counter((r["mention_id"], r["revision"]) for r in store.export(Everything()))
            told = [(i.mention.mention_id, i.revision) for i in islice(mentions(number), kept)]
            lost += sum(key not in found for key in told)
            store.upsert(list(mentions(number)))
            store.refresh()
            names = Counter(row["mention_id"] for row in store.export(Everything(), ["mention_id"]))
            lost += MENTIONS - len(names)
            doubled += sum(count - 1 for count in names.values())
            store.close()
            print(f"kill {number + 1}: {kept} were kept; lost {lost}, doubled {doubled} so far", flush=True)


def _killed(node: Node, number: int, dice: random.Random) -> int:
    """How many the writer was told are kept, before it or the server died."""
    command = [sys.executable, __file__, "write", node.origin, str(number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as writer:
        if writer.stdout is None:
            raise RuntimeError("no pipe")
        first = int(writer.stdout.readline() or 0)
        time.sleep(dice.random())
        if number % 5 == 4:
            node.kill()
            said = writer.stdout.read()
            writer.wait()
            node.start()
        else:
            writer.kill()
            said = writer.stdout.read()
        return max([first, *map(int, said.split())])


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        try:
            write(sys.argv[2], int(sys.argv[3]))
        except StoreUnavailableError:
            sys.exit(3)
    else:
        main()
