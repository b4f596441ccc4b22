"""kill -9 of `koubei import` on Elasticsearch: what was accepted is there once, whatever was cut off."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from killed_import import SOURCE, Installation

from koubei.app.context import AppContext
from koubei.app.ingest import ingest
from koubei.core.query import Everything

KILLS = 5
IDS = [str(n) for n in range(1, 1201)]
POSTS = {f"{SOURCE}:{native}" for native in IDS}
LIKES = 77


def test_kill_9_of_an_import_loses_and_doubles_nothing(tmp_path: Path, elastic_url: str) -> None:
    installation = Installation(tmp_path, elastic_url)
    dice = random.Random(7)
    for number in range(KILLS):
        installation.write_posts(IDS, likes=LIKES if number > 1 else None)
        with installation.started_import(dice.random() * 2) as writer:
            writer.kill()
        with AppContext.load(installation.config) as app:
            waiting = {item.post.post_id for item in app.spool.take(len(IDS))}
            known = set(app.state.seen.lookup(POSTS))
            ingest(app)
            found = Counter(row["post_id"] for row in app.store.export(Everything(), ["post_id"]))
            assert found.keys() == waiting | known
            assert set(found.values()) <= {1}
    installation.import_posts()
    with AppContext.load(installation.config) as app:
        rows = [
            (row["post_id"], row["likes"]) for row in app.store.export(Everything(), ["post_id", "likes"])
        ]
        assert sorted(rows) == sorted((name, LIKES) for name in POSTS)
        assert app.spool.waiting() == 0
