"""kill -9 of `koubei import` or of the server at random points: how many mentions are lost or doubled.

    python -m benchmarks.elastic_kills [--kills 50]

Each round imports posts through the spool, the ledger and the store, as an installation does: in even rounds
new ones that have no time, in odd rounds the same with a time of another month and counts, so that every
mention moves between indices. One round in five it is the server that is killed. What was accepted (it waits
in the spool, or the ledger knows it) must be in the store once after the next `koubei ingest`; after the
same file again, every post of all rounds exactly once, in its newest form.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from elastic_server import CannotRunError, Node, unpacked
from killed_import import NOW, SOURCE, Installation

from benchmarks.start import Figures, launch, size, tell
from koubei.app.context import AppContext
from koubei.core.query import Everything

POSTS = 2000
LONGEST_SECONDS = 3.0
"""How long after the first post the kill comes at the latest: about what an import takes."""


def measure(wanted: argparse.Namespace, figures: Figures) -> None:
    """Kill, count, kill again."""
    dice, lost, doubled = random.Random(1), 0, 0
    with tempfile.TemporaryDirectory() as name, unpacked() as home, Node(home) as node:
        installation = Installation(Path(name), node.origin)
        for number in range(wanted.kills):
            installation.write_posts(_ids(number), _likes(number))
            _killed(installation, node, number, dice)
            waiting, known = _accepted(installation, number)
            installation.run("ingest")
            found = _stored(installation)
            missing = sum(found[post_id] == 0 for post_id in waiting | known)
            installation.import_posts()
            kept = _stored(installation)
            lost += missing + _not_as_told(installation, number)
            doubled += sum(count - 1 for counts in (found, kept) for count in counts.values())
            tell(
                f"kill {number + 1}: {len(waiting)} waited, {len(known)} known, then {found.total()} and "
                f"{kept.total()} mentions; lost {lost}, doubled {doubled} so far"
            )
    figures.add("kills", wanted.kills)
    figures.add("lost", lost)
    figures.add("doubled", doubled)
    figures.expect("none lost, none doubled", not (lost or doubled))


def _ids(number: int) -> list[str]:
    """The posts of a round; an odd one tells more of the posts of the round before."""
    return [f"{number // 2}-{n}" for n in range(POSTS)]


def _likes(number: int) -> int | None:
    return number if number % 2 else None


def _killed(installation: Installation, node: Node, number: int, dice: random.Random) -> None:
    """Import, and kill the import or the server somewhere between the first post and a little later."""
    with installation.started_import(dice.random() * LONGEST_SECONDS) as writer:
        if number % 5 == 4:
            node.kill()
            writer.communicate()
            node.start()
        else:
            writer.kill()


def _accepted(installation: Installation, number: int) -> tuple[set[str], set[str]]:
    """The posts of this round that wait, and those the ledger knows in this round's form."""
    with AppContext.load(installation.config) as app:
        waiting = {item.post.post_id for item in app.spool.take(POSTS)}
        seen = app.state.seen.lookup([f"{SOURCE}:{native}" for native in _ids(number)])
    moved = NOW - timedelta(days=30)
    return waiting, {name for name, entry in seen.items() if number % 2 == 0 or entry.filed_at < moved}


def _stored(installation: Installation) -> Counter[str]:
    with AppContext.load(installation.config) as app:
        app.store.refresh()
        return Counter(row["post_id"] for row in app.store.export(Everything(), ["post_id"]))


def _not_as_told(installation: Installation, number: int) -> int:
    """How many posts of all rounds so far are not there in the form that was imported last."""
    wanted = {f"{SOURCE}:{native}": _likes(each) for each in range(number + 1) for native in _ids(each)}
    with AppContext.load(installation.config) as app:
        held = {row["post_id"]: row["likes"] for row in app.store.export(Everything(), ["post_id", "likes"])}
    return sum(held.get(post_id, "none") != likes for post_id, likes in wanted.items())


if __name__ == "__main__":
    launch(__doc__, measure, [size("kills", 50, 2, "kills")], (CannotRunError,))
