"""kill -9 at random moments in every job, then the command to its end: what is lost, what is there twice?

    python -m benchmarks.kill_nine [--kills 30] [--seed 1]

Kills hit `crawl --all`, `import`, `ingest`, `report daily` and `alerts check` in turn, each after a random
share of the time the command took undisturbed. Prints one line a kill and at the end how many posts are
lost or twice, how many deliveries were doubled and how many files were left half written.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.start import Figures, given, launch, size, tell
from crawlers.sandbox import SandboxServer, World
from koubei.app.demo.stage import Stage, config_text
from koubei.core.clock import BEIJING, FixedClock

ANCHOR = datetime(2026, 11, 18, 8, 30, tzinfo=BEIJING)
COMMANDS = (
    ("crawl", "--all"),
    ("import", "posts.jsonl", "--source", "weibo"),
    ("ingest",),
    ("report", "daily"),
    ("alerts", "check"),
)
SHARED_KEY = "the same in both installations, since ids of posts without one hang on it"
IMPORTED = 3000
ANGRY = 40


@dataclass
class Installation:
    """One data folder; `killed` counts the kills that met a running process."""

    folder: Path
    origin: str
    killed: int = 0
    took: dict[str, float] = field(default_factory=dict)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """`koubei` as a child."""
        env = os.environ | {"KOUBEI_SANDBOX_ORIGIN": self.origin, "KOUBEI_NOW": ANCHOR.isoformat()}
        env["KOUBEI_SECRET"] = SHARED_KEY
        return subprocess.Popen(
            [sys.executable, "-m", "koubei", "--config", "koubei.toml", *command],
            cwd=self.folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def finish(self, *command: str) -> None:
        """Run to the end; anything but 0 ends the measurement."""
        child = self.start(*command)
        _, err = child.communicate()
        if child.returncode:
            sys.exit(f"{' '.join(command)} ended with {child.returncode}: {err.decode()}")

    def rows(self, file: str, sql: str) -> list[tuple[object, ...]]:
        """Ask one database."""
        db = sqlite3.connect(self.folder / "data" / file)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()


def install(folder: Path, site: SandboxServer) -> Installation:
    """The config and a file to import: mostly quiet history, at its end a surge."""
    folder.mkdir()
    port = urlsplit(site.origin).port or 0
    (folder / "koubei.toml").write_text(config_text(Stage(folder, ANCHOR, 7, port)), encoding="utf-8")
    with (folder / "posts.jsonl").open("w", encoding="utf-8") as file:
        for n in range(IMPORTED):
            last = n >= IMPORTED - ANGRY
            at = (
                ANCHOR.replace(hour=7, minute=n % 60) if last else ANCHOR.replace(day=1 + n % 16, hour=n % 24)
            )
            text = (
                f"山东移动乱扣费，资费套餐被偷偷升档，骗子公司，第{n}次"
                if last
                else f"移动宽带今天还行，第{n}次记录"
            )
            row = {
                "platform": "weibo", "native_id": f"p{n}", "author_id": f"author-{n}", "text": text,
                "published_at": at.isoformat(),
            }  # fmt: skip
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return Installation(folder, site.origin)


def time_all(whole: Installation) -> None:
    """The undisturbed run: the reference, and how long each command takes."""
    for command in COMMANDS:
        began = time.monotonic()
        whole.finish(*command)
        whole.took[command[0]] = time.monotonic() - began


def kill_all(broken: Installation, took: dict[str, float], kills: int, rng: random.Random) -> None:
    """Kill each command in turn; after its share of the kills, let it end."""
    for index, command in enumerate(COMMANDS):
        goal = broken.killed + kills // len(COMMANDS) + (index < kills % len(COMMANDS))
        longest = took[command[0]]
        while broken.killed < goal:
            if command == ("ingest",):  # something must wait for it
                broken.finish("import", "posts.jsonl", "--source", f"again{broken.killed}", "--spool-only")
            wait = longest * rng.uniform(0.3, 1.0)
            child = broken.start(*command)
            time.sleep(wait)
            met = child.poll() is None
            child.kill()
            child.communicate()
            broken.killed += met
            longest *= 1.0 if met else 0.8  # there is less to do the second time
            tell(f"{' '.join(command):40} after {wait:5.2f} s {'killed' if met else 'had ended'}")
        broken.finish(*command)


def judge(whole: Installation, broken: Installation, figures: Figures) -> None:
    """Lost and twice: both must be nothing."""
    ids = "SELECT mention_id FROM m"
    wanted, found = whole.rows("mentions.db", ids), broken.rows("mentions.db", ids)
    lost, strange = set(wanted) - set(found), set(found) - set(wanted)
    twice = len(found) - len(set(found))
    (waiting,) = broken.rows("spool.db", "SELECT count(*) FROM posts")[0]
    sent = "SELECT kind, ref, channel FROM deliveries"
    doubled = len(broken.rows("state.db", sent)) - len(set(broken.rows("state.db", sent)))
    incidents = "SELECT count(*) FROM incidents"
    same = whole.rows("state.db", incidents) == broken.rows("state.db", incidents)
    half = [p.name for p in (broken.folder / "data" / "reports").glob("daily-*") if not is_whole(p)]
    figures.add("kills that met a running process", broken.killed)
    figures.add("mentions", len(found))
    for what, names in (("lost", lost), ("strange", strange)):
        figures.add(what, len(names))
        for (name,) in sorted(names, key=str)[:5]:
            tell(f"{what}: {name}")
    counts = {
        "twice": twice,
        "waiting": waiting,
        "deliveries doubled": doubled,
        "half-written files": len(half),
    }
    for what, count in counts.items():
        figures.add(what, int(str(count)))
    figures.expect("incidents as undisturbed", same)
    figures.expect("nothing lost, nothing twice", not (lost or strange or any(counts.values())))


def is_whole(path: Path) -> bool:
    """A figures file that parses, a page that ends."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return text.rstrip().endswith("</html>")
    try:
        return bool(json.loads(text))
    except ValueError:
        return False


def measure(wanted: argparse.Namespace, figures: Figures) -> None:
    """Kill and compare; exit code 1 where something was lost or there twice."""
    world = World.make(ANCHOR, seed=7, scale=wanted.scale)
    with tempfile.TemporaryDirectory() as base, SandboxServer(world, FixedClock(ANCHOR)) as site:
        whole, broken = install(Path(base) / "whole", site), install(Path(base) / "broken", site)
        time_all(whole)
        kill_all(broken, whole.took, wanted.kills, random.Random(wanted.seed))
        judge(whole, broken, figures)


if __name__ == "__main__":
    launch(
        __doc__,
        measure,
        [
            size("kills", 30, 2, "kills that must meet a running process"),
            given("--seed", int, "of the moments", default=1),
            given("--scale", float, "size of the sandbox world", default=0.05),
        ],
    )
