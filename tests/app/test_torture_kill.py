"""kill -9 in the middle of each job, then the same command again: nothing lost, nothing twice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers.sandbox import World
from koubei.core.clock import BEIJING

Stand = Any
ANCHOR = datetime(2026, 11, 18, 8, 30, tzinfo=BEIJING)


def kill_when(stand: Stand, condition: Callable[[], bool], *command: str) -> bool:
    """Start the command and kill it as soon as the condition holds; False where it ended before."""
    child = stand.start(*command)
    while not condition() and child.poll() is None:
        time.sleep(0.002)
    killed = child.poll() is None
    child.kill()
    _, err = child.communicate()
    assert "Traceback" not in err
    return killed


def test_a_crawl_killed_again_and_again_ends_with_every_post_once(
    empty: Stand, filled: Path, world: World
) -> None:
    crawled = "SELECT mention_id, published_at FROM m WHERE platform <> 'weibo' ORDER BY 1"
    whole = type(empty)(filled, empty.server).rows("mentions.db", crawled)
    kills = 0
    for requests in (6, 30):
        begun = len(empty.server.log.visits)
        kills += kill_when(
            empty, lambda b=begun, n=requests: len(empty.server.log.visits) >= b + n, "crawl", "--all"
        )
    assert kills == 2
    done = empty.inside("crawl", "--all")
    assert done.code == 0, done.err
    assert empty.rows("mentions.db", crawled) == whole
    assert empty.count("spool.db", "posts") == 0
    ids = [str(row[0]) for row in empty.rows("state.db", "SELECT post_id FROM seen")]
    assert len(ids) == sum(t.key[0] != "weibo" for t in world.truth)
    died = empty.rows(
        "state.db", "SELECT count(*) FROM runs WHERE status = 'failed' AND finish_reason LIKE 'died%'"
    )
    assert died[0][0] > 0, "a run whose process died is marked"
    assert empty.rows("state.db", "SELECT count(*) FROM runs WHERE status = 'running'") == [(0,)]


def posts_file(stand: Stand, count: int) -> Path:
    return stand.surge(name="many", count=count)


def test_an_import_killed_between_batches_goes_on_where_it_was(empty: Stand) -> None:
    file = posts_file(empty, 4000)
    killed = kill_when(
        empty, lambda: empty.count("spool.db", "posts") > 0, "import", str(file), "--source", "weibo"
    )
    assert killed
    assert 0 < empty.count("spool.db", "posts") < 4000
    killed = kill_when(
        empty, lambda: empty.count("mentions.db", "m") > 0, "import", str(file), "--source", "weibo"
    )
    assert killed
    done = empty.inside("import", str(file), "--source", "weibo")
    assert done.code == 0, done.err
    assert empty.rows("mentions.db", "SELECT count(*), count(DISTINCT post_id) FROM m") == [(4000, 4000)]
    assert empty.count("spool.db", "posts") == 0
    assert empty.count("state.db", "seen") == 4000


@pytest.mark.parametrize("moment", ["written", "recorded"])
def test_an_ingest_killed_after_a_write_repeats_it_without_a_trace(empty: Stand, moment: str) -> None:
    file = str(posts_file(empty, 2000))
    assert empty.inside("import", file, "--source", "weibo", "--spool-only").code == 0
    table = {"written": ("mentions.db", "m"), "recorded": ("state.db", "seen")}[moment]
    assert kill_when(empty, lambda: empty.count(*table) > 0, "ingest")
    assert empty.count("spool.db", "posts") > 0
    done = empty.inside("ingest")
    assert done.code == 0, done.err
    counted = "SELECT count(*), count(DISTINCT post_id), count(DISTINCT revision) FROM m"
    assert empty.rows("mentions.db", counted) == [(2000, 2000, 2000)]
    assert (empty.count("spool.db", "posts"), empty.count("state.db", "seen")) == (0, 2000)


def test_a_report_killed_while_it_is_written_is_whole_the_next_time(full: Stand) -> None:
    reports, outbox = full.data / "reports", full.data / "outbox"
    assert kill_when(full, lambda: any(reports.iterdir()), "report", "daily")
    assert kill_when(full, lambda: outbox.exists() and any(outbox.iterdir()), "report", "daily")
    for path in reports.glob("daily-*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    for path in reports.glob("daily-*.html"):
        assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
    later = ANCHOR + timedelta(minutes=20)
    done = full.inside("report", "daily", now=later)
    assert done.code == 0, done.err
    assert full.inside("report", "verify", now=later).code == 0
    assert [p.name for p in sorted(reports.iterdir()) if p.name.startswith("daily-")] == [
        "daily-cmcc-2026-11-17.html", "daily-cmcc-2026-11-17.json",
    ]  # fmt: skip
    sent = full.rows("state.db", "SELECT status FROM deliveries WHERE kind = 'report'")
    assert sent in ([("doubtful",)], [("sent",)]), "one delivery a channel, whatever was cut off"
    assert len(list(outbox.glob("*.md"))) <= 1


def test_alerts_killed_while_they_are_sent_go_out_under_one_number(full: Stand) -> None:
    assert full.inside("import", str(full.surge()), "--source", "weibo").code == 0
    outbox = full.data / "outbox"
    assert kill_when(full, lambda: outbox.exists() and any(outbox.iterdir()), "alerts", "check")
    for _ in range(2):
        done = full.inside("alerts", "check")
        assert done.code == 0, done.err
    assert full.rows("state.db", "SELECT count(*) FROM incidents") == [(1,)]
    statuses = full.rows(
        "state.db", "SELECT channel, status FROM deliveries WHERE kind = 'alert' ORDER BY channel"
    )
    assert statuses == [("outbox", "sent"), ("screen", "sent")]
    assert len(list(outbox.glob("alert-R-1118-01-*.md"))) == 1
