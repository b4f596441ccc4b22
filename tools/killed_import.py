"""An installation whose `koubei import` is killed: for the test and the benchmark of what a kill costs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
SOURCE = "weibo"
_CONFIG = """
[[brands]]
id = "cmcc"
name = "中国移动"
include = ["中国移动"]

[storage]
data = "data"
store = "{store}"
"""


class Installation:
    """A folder with a config and its data."""

    def __init__(self, folder: Path, store: str) -> None:
        self.config = folder / "koubei.toml"
        self.config.write_text(_CONFIG.format(store=store), encoding="utf-8")
        self._posts = folder / "posts.jsonl"
        self._queue = folder / "data/spool.db-wal"

    def write_posts(self, ids: Iterable[str], likes: int | None) -> None:
        """The file to import: posts without a time, or, with likes, each with one of an earlier month."""
        with self._posts.open("w", encoding="utf-8") as out:
            for n, native in enumerate(ids):
                text = f"中国移动的资费太贵了，第{n}次写"
                row: dict[str, object] = {"platform": SOURCE, "native_id": native, "text": text}
                if likes is not None:
                    at = NOW - timedelta(days=40, minutes=n)
                    row |= {"published_at": at.isoformat(), "likes": likes}
                out.write(json.dumps(row) + "\n")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`koubei` with these arguments."""
        command = [sys.executable, "-m", "koubei", "--config", str(self.config), *arguments]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments: str) -> None:
        """Run `koubei` to its end. Raises RuntimeError where that is not 0."""
        with self.start(*arguments) as child:
            _, said = child.communicate()
        if child.returncode:
            raise RuntimeError(f"koubei {arguments[0]} ended with {child.returncode}: {said}")

    def import_posts(self) -> None:
        """Import the file to the end."""
        self.run("import", str(self._posts), "--source", SOURCE)

    def started_import(self, behind: float) -> subprocess.Popen[str]:
        """An import, that many seconds after it began to take posts in."""
        writer = self.start("import", str(self._posts), "--source", SOURCE)
        while writer.poll() is None and not (self._queue.exists() and self._queue.stat().st_size):
            time.sleep(0.01)
        time.sleep(behind)
        return writer
