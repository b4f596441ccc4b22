"""kill -9 of `koubei import` on Elasticsearch: what was accepted is there once, whatever was cut off."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from koubei.app.context import AppContext
from koubei.app.ingest import ingest
from koubei.core.query import Everything

KILLS = 5
NUMBERS = range(1, 1201)
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
CONFIG = """
[[brands]]
id = "cmcc"
name = "中国移动"
include = ["中国移动"]

[storage]
data = "data"
store = "{url}"
"""


def _file(folder: Path, moved: bool) -> str:
    """Posts without a time; `moved`: the same with one of another month, and a count."""
    path = folder / "posts.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for n in NUMBERS:
            row: dict[str, object] = {
                "platform": "weibo",
                "native_id": str(n),
                "text": f"中国移动资费太贵{n}",
            }
            if moved:
                at = NOW - timedelta(days=40, minutes=n)
                row |= {"published_at": at.isoformat(), "likes": n}
            out.write(json.dumps(row) + "\n")
    return str(path)


def _import(folder: Path, file: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "koubei", "--config", str(folder / "koubei.toml")]
    return subprocess.Popen(
        [*command, "import", file, "--source", "weibo"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _killed(folder: Path, file: str, behind: float) -> None:
    """Import; kill it that many seconds after its first post was accepted."""
    written = folder / "data/spool.db-wal"
    with _import(folder, file) as writer:
        while writer.poll() is None and not (written.exists() and written.stat().st_size):
            time.sleep(0.01)
        time.sleep(behind)
        writer.kill()


def test_kill_9_of_an_import_loses_and_doubles_nothing(tmp_path: Path, elastic_url: str) -> None:
    config = tmp_path / "koubei.toml"
    config.write_text(CONFIG.format(url=elastic_url), encoding="utf-8")
    dice = random.Random(7)
    for number in range(KILLS):
        file = _file(tmp_path, moved=number > 1)
        _killed(tmp_path, file, dice.random() * 2)
        with AppContext.load(config) as app:
            waiting = {item.post.post_id for item in app.spool.take(len(NUMBERS))}
            known = set(app.state.seen.lookup([f"weibo:{n}" for n in NUMBERS]))
            ingest(app)
            found = Counter(row["post_id"] for row in app.store.export(Everything(), ["post_id"]))
            assert found.keys() == waiting | known
            assert set(found.values()) <= {1}
    with _import(tmp_path, _file(tmp_path, moved=True)) as last:
        assert last.wait() == 0
    with AppContext.load(config) as app:
        rows = [
            (row["post_id"], row["likes"]) for row in app.store.export(Everything(), ["post_id", "likes"])
        ]
        assert sorted(rows) == sorted((f"weibo:{n}", n) for n in NUMBERS)
        assert app.spool.waiting() == 0
