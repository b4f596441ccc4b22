"""kill -9 of `koubei import` or of the server at random points: how many mentions are lost or doubled.

    PYTHONPATH=tools python benchmarks/elastic_kills.py [KILLS=50]

Each round imports posts through the spool, the ledger and the store, as an installation does: in even rounds
new ones that have no time, in odd rounds the same with a time of another month and counts, so that every
mention moves between indices. One round in five it is the server that is killed. What was accepted (it waits
in the spool, or the ledger knows it) must be in the store once after the next `koubei ingest`; after the
same file again, every post of all rounds exactly once, in its newest form.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from elastic_server import Node, unpacked

from koubei.app.context import AppContext
from koubei.core.query import Everything

POSTS = 2000
LONGEST_SECONDS = 3.0
"""How long after the first post the kill comes at the latest: about what an import takes."""
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
CONFIG = """
[[brands]]
id = "cmcc"
name = "中国移动"
include = ["中国移动"]

[storage]
data = "data"
store = "{origin}"
"""


def main() -> None:
    """Run it and print."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    dice, lost, doubled = random.Random(1), 0, 0
    with tempfile.TemporaryDirectory() as name, unpacked() as home, Node(home) as node:
        folder = Path(name)
        (folder / "koubei.toml").write_text(CONFIG.format(origin=node.origin), encoding="utf-8")
        for number in range(kills):
            file = _file(folder, number)
            _killed(folder, node, file, number, dice)
            waiting, known = _accepted(folder, number)
            _koubei(folder, "ingest")
            found = _stored(folder)
            missing = sum(found[post_id] == 0 for post_id in waiting | known)
            _koubei(folder, "import", file, "--source", "weibo")
            kept = _stored(folder)
            lost += missing + _not_as_told(folder, number)
            doubled += sum(count - 1 for counts in (found, kept) for count in counts.values())
            print(
                f"kill {number + 1}: {len(waiting)} waited, {len(known)} known, then {found.total()} and "
                f"{kept.total()} mentions; lost {lost}, doubled {doubled} so far", flush=True,
            )  # fmt: skip


def _posts(number: int) -> Iterator[dict[str, object]]:
    """The rows of a round; an odd one tells more of the posts of the round before."""
    for n in range(POSTS):
        text = f"中国移动的资费太贵了，第{n}次写"
        row: dict[str, object] = {"platform": "weibo", "native_id": f"{number // 2}-{n}", "text": text}
        if number % 2:
            at = NOW - timedelta(days=40, minutes=n)
            yield {**row, "published_at": at.isoformat(), "likes": number}
        else:
            yield row


def _file(folder: Path, number: int) -> str:
    path = folder / "posts.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in _posts(number)), encoding="utf-8")
    return str(path)


def _koubei(folder: Path, *arguments: str) -> None:
    ended = subprocess.run(_command(folder, *arguments), capture_output=True, text=True)
    if ended.returncode:
        raise RuntimeError(f"koubei {arguments[0]} ended with {ended.returncode}: {ended.stderr}")


def _command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "koubei", "--config", str(folder / "koubei.toml"), *arguments]


def _killed(folder: Path, node: Node, file: str, number: int, dice: random.Random) -> None:
    """Import, and kill the import or the server somewhere between the first post and a little later."""
    command = _command(folder, "import", file, "--source", "weibo")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as writer:
        written = folder / "data/spool.db-wal"
        while writer.poll() is None and not (written.exists() and written.stat().st_size):
            time.sleep(0.01)
        time.sleep(dice.random() * LONGEST_SECONDS)
        if number % 5 == 4:
            node.kill()
            writer.wait()
            node.start()
        else:
            writer.kill()


def _accepted(folder: Path, number: int) -> tuple[set[str], set[str]]:
    """The posts of this round that wait, and those the ledger knows in this round's form."""
    with AppContext.load(folder / "koubei.toml") as app:
        waiting = {item.post.post_id for item in app.spool.take(POSTS)}
        seen = app.state.seen.lookup([f"weibo:{row['native_id']}" for row in _posts(number)])
    moved = NOW - timedelta(days=30)
    return waiting, {name for name, entry in seen.items() if number % 2 == 0 or entry.filed_at < moved}


def _stored(folder: Path) -> Counter[str]:
    with AppContext.load(folder / "koubei.toml") as app:
        app.store.refresh()
        return Counter(row["post_id"] for row in app.store.export(Everything(), ["post_id"]))


def _not_as_told(folder: Path, number: int) -> int:
    """How many posts of all rounds so far are not there in the form that was imported last."""
    wanted = {
        f"weibo:{row['native_id']}": row.get("likes") for each in range(number + 1) for row in _posts(each)
    }
    with AppContext.load(folder / "koubei.toml") as app:
        held = {row["post_id"]: row["likes"] for row in app.store.export(Everything(), ["post_id", "likes"])}
    return sum(held.get(post_id, "none") != likes for post_id, likes in wanted.items())


if __name__ == "__main__":
    main()
