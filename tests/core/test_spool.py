"""The durable queue: order, bounds, two processes, damaged files, full disks, kill -9."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from koubei.core.domain import Engagement, Post
from koubei.core.errors import DegradedError, StoreError, StoreUnavailableError
from koubei.core.post_json import decode_post, encode_post
from koubei.core.spool import Spool

NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)

FULL = Post(
    post_id="forum:1",
    platform="forum",
    source="forum",
    kind="reply",
    title="题\u202e",
    text="<script>断网 \U0001f621\n",
    collected_at=NOON,
    content_hash="ab",
    native_id="1",
    url="https://example.com/1",
    quoted="引",
    author_key="k",
    author_name="张**",
    account="蓝V",
    published_at=NOON - timedelta(hours=1, microseconds=5),
    time_precision="minute",
    engagement=Engagement(1, None, 0, 2**52),
    rating=1.5,
    thread_id="forum:0",
    thread_title="移动",
    parent_id="forum:0",
    repost_of="forum:9",
    declares=("中国移动",),
    province="山东",
    deleted=True,
    extra={"status": "6"},
)


def make(n: int) -> Post:
    return Post(f"forum:{n}", "forum", "forum", "post", "", f"帖{n}", NOON + timedelta(minutes=n), str(n))


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool.db", 100)


def test_posts_come_back_as_they_were() -> None:
    assert decode_post(encode_post(FULL)) == FULL
    assert decode_post(encode_post(make(1))) == make(1)


def test_oldest_first_and_staying_until_done(spool: Spool) -> None:
    assert spool.put([make(1), make(2)]) == 2
    assert spool.put([FULL]) == 1
    items = spool.take(2)
    assert [item.post for item in items] == [make(1), make(2)]
    assert spool.take(2) == items
    spool.done(item.seq for item in items)
    spool.done([items[0].seq])
    assert [item.post for item in spool.take(10)] == [FULL]
    assert spool.waiting() == 1


def test_the_same_post_may_wait_twice(spool: Spool) -> None:
    spool.put([make(1)])
    spool.put([make(1)])
    first, second = spool.take(10)
    spool.done([first.seq])
    assert spool.take(10) == [second]


def test_oldest_tells_when_it_was_collected(spool: Spool) -> None:
    assert spool.oldest() is None
    spool.put([make(2), make(1)])
    assert spool.oldest() == NOON + timedelta(minutes=1)


def test_it_is_still_there_after_reopening(tmp_path: Path) -> None:
    first = Spool(tmp_path / "spool.db", 10)
    first.put([make(1)])
    first.close()
    second = Spool(tmp_path / "spool.db", 10)
    second.put([make(2)])
    assert [item.post.post_id for item in second.take(5)] == ["forum:1", "forum:2"]


def test_a_full_queue_keeps_all_or_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", 3)
    spool.put([make(1), make(2)])
    with pytest.raises(DegradedError, match="已满"):
        spool.put([make(3), make(4)])
    assert spool.waiting() == 2
    spool.done([spool.take(1)[0].seq])
    assert spool.put([make(3), make(4)]) == 2
    with pytest.raises(DegradedError, match="spool_limit"):
        spool.put([make(5)])


def test_a_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db", 10_000)
    spool.put([make(1)])
    spool._db.execute("PRAGMA max_page_count = 20")
    with pytest.raises(DegradedError, match="磁盘已满"):
        spool.put([replace(make(2), text="满" * 100_000)])
    assert [item.post for item in spool.take(10)] == [make(1)]
    assert spool.put([make(3)]) == 1


def test_a_lock_held_by_another_process_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("koubei.core.spool.BUSY_SECONDS", 0.05)
    spool = Spool(tmp_path / "spool.db", 10)
    other = sqlite3.connect(tmp_path / "spool.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError, match="占用"):
        spool.put([make(1)])
    other.execute("ROLLBACK")
    other.close()
    assert spool.put([make(1)]) == 1


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "spool.db").write_bytes(b"not a database, " * 100)
    with pytest.raises(StoreError, match="改名移走"):
        Spool(tmp_path / "spool.db", 10)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "spool.db") as other:
        other.execute("CREATE TABLE posts (x)")
    other.close()
    with pytest.raises(StoreError, match="不是 koubei 的"):
        Spool(tmp_path / "spool.db", 10)


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    Spool(tmp_path / "spool.db", 10).close()
    newer = sqlite3.connect(tmp_path / "spool.db")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(StoreError, match="升级"):
        Spool(tmp_path / "spool.db", 10)


def test_a_half_written_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    spool = Spool(path, 10_000)
    spool.put([replace(make(n), text="长" * 3000) for n in range(50)])
    spool.close()
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(StoreError, match="改名移走"):
        Spool(path, 10_000).take(100)


def test_a_damaged_line_is_refused(spool: Spool) -> None:
    spool._db.execute("INSERT INTO posts (collected_at, body) VALUES ('', '{\"v\":1')")
    with pytest.raises(StoreError, match="已损坏"):
        spool.take(1)


def test_a_line_of_a_newer_version_is_refused() -> None:
    with pytest.raises(StoreError, match="升级"):
        decode_post('{"v":2}')


@pytest.mark.parametrize("line", ["", "[]", "7", "{}", '{"v":1}', '{"v":1,"collected_at":3}'])
def test_odd_lines_are_store_errors(line: str) -> None:
    with pytest.raises(StoreError):
        decode_post(line)


PUT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from koubei.core.domain import Post
from koubei.core.spool import Spool
spool = Spool(Path(sys.argv[1]), 1_000_000)
n = 0
while n < int(sys.argv[3]):
    at = datetime(2026, 11, 18, tzinfo=UTC)
    spool.put([Post(f"{sys.argv[2]}:{n + i}", "f", "f", "post", "", "文", at, "h") for i in range(5)])
    n += 5
    print(n, flush=True)
"""


def test_what_was_put_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    child = subprocess.Popen(
        [sys.executable, "-c", PUT, str(path), "a", "100000"], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    promised = [int(child.stdout.readline()) for _ in range(20)][-1]
    os.kill(child.pid, signal.SIGKILL)
    rest = child.stdout.read().split()
    child.wait(timeout=30)
    promised = int(rest[-1]) if rest else promised
    spool = Spool(path, 1_000_000)
    kept = [item.post.post_id for item in spool.take(1_000_000)]
    assert kept[:promised] == [f"a:{n}" for n in range(promised)]
    assert len(kept) - promised in (0, 5)
    assert spool.put([make(1)]) == 1


def test_processes_share_one_file_from_its_first_moment(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    children = [
        subprocess.Popen(
            [sys.executable, "-c", PUT, str(path), name, "100"], stdout=subprocess.PIPE, text=True
        )
        for name in "abcd"
    ]
    assert [child.communicate(timeout=120)[0].split()[-1] for child in children] == ["100"] * 4
    kept = [item.post.post_id for item in Spool(path, 10).take(1000)]
    assert sorted(kept) == sorted(f"{name}:{n}" for name in "abcd" for n in range(100))
