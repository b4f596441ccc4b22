"""What becomes of the rows: counted, kept once, never lost, whatever happens in between."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from koubei.core.clock import Window
from koubei.core.domain import Post
from koubei.core.errors import InputError
from koubei.core.spool import Spool
from koubei.core.state import Seen, State

HEADER = ["platform", "native_id", "text", "published_at", "likes"]
SPOOL_LIMIT = 600
ALL = list(range(1, 1201))


def row(number: int, text: str = "", likes: str = "1") -> list[str]:
    return ["forum", str(number), text or f"第{number}条，宽带又断了", "2026-11-17 08:00", likes]


def write(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def file_away(state: State, posts: Sequence[Post]) -> None:
    """What the ingest does to the ledger once the store has the posts."""
    state.seen.record(
        [
            Seen(p.post_id, p.collected_at, p.published_at or p.collected_at, p.content_hash, 1, p.observed)
            for p in posts
        ]
    )


def drain(desk: Any) -> list[Post]:
    items = desk.spool.take(100_000)
    file_away(desk.state, [item.post for item in items])
    desk.spool.done([item.seq for item in items])
    return [item.post for item in items]


def test_the_run_is_in_the_ledger_as_it_is_returned(desk: Any, tmp_path: Path) -> None:
    run = desk.load(write(tmp_path / "a.csv", [row(1)]), source="weibo")
    assert desk.state.runs.latest("weibo") == run
    assert (run.status, run.finish_reason, run.requested, run.collected) == ("ok", "finished", 1, 1)


def test_the_same_file_again_adds_nothing_drained_or_not(desk: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [row(n) for n in ALL])
    assert desk.load(file).collected == 1200
    for _ in range(2):
        again = desk.load(file)
        assert (again.status, again.collected, again.dropped) == ("ok", 0, {"duplicate": 1200})
        drain(desk)
    assert desk.spool.waiting() == 0


def test_a_renamed_copy_is_the_same_file_another_source_is_not(desk: Any, tmp_path: Path) -> None:
    desk.load(write(tmp_path / "a.csv", [row(1)]))
    assert desk.load(write(tmp_path / "b.csv", [row(1)])).collected == 0
    assert desk.load(write(tmp_path / "b.csv", [row(1)]), source="other").collected == 1


def test_what_the_ledger_knows_just_so_is_a_duplicate_new_counts_are_not(desk: Any, tmp_path: Path) -> None:
    desk.load(write(tmp_path / "a.csv", [row(1), row(2), row(3)]))
    drain(desk)
    run = desk.load(
        write(tmp_path / "b.csv", [row(1), row(2, likes="99"), row(3, text="改过的正文"), row(4)])
    )
    assert (run.collected, run.dropped) == (3, {"duplicate": 1})
    assert [post.native_id for post in desk.posts()] == ["2", "3", "4"]


def test_rows_of_one_file_that_say_the_same_are_kept_once(desk: Any, tmp_path: Path) -> None:
    run = desk.load(write(tmp_path / "a.csv", [row(1), row(1), row(1, likes="5"), row(2)]))
    assert (run.requested, run.collected, run.dropped) == (4, 3, {"duplicate_in_file": 1})


def test_every_row_is_accounted_for(desk: Any, tmp_path: Path) -> None:
    file = tmp_path / "mixed.csv"
    broken = [
        'forum,7,"没有闭合的引号,2026-11-17 08:00,1',
        "forum,8,逗号,太多,了,2026-11-17 08:00,1",
        "forum,9,格子太少",
        "!!!,10,平台名不对,2026-11-17 08:00,1",
    ]
    good = [",".join(row(n)) for n in (1, 2, 3)]
    empty = "forum,11,,2026-11-17 08:00,1"
    lines = [",".join(HEADER), good[0], *broken[:2], good[1], *broken[2:], empty, good[2], good[2]]
    file.write_text("\n".join(lines), encoding="utf-8")
    run = desk.load(file)
    assert run.status == "degraded"
    assert run.dropped == {"unreadable": 4, "no_text": 1, "duplicate_in_file": 1}
    assert run.requested == run.collected + sum(run.dropped.values())
    assert [post.native_id for post in desk.posts()] == ["1", "2", "3"]
    refused = [json.loads(line) for line in desk.refused().splitlines()]
    assert [entry["where"] for entry in refused] == [f"mixed.csv:{n}" for n in (3, 4, 6, 7)]
    assert all(entry["reason"] for entry in refused)


def test_a_second_run_does_not_quarantine_twice(desk: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(",".join(HEADER) + "\n" + ",".join(row(1)) + "\nforum,2\n", encoding="utf-8")
    runs = [desk.load(file), desk.load(file)]
    assert [run.status for run in runs] == ["degraded", "degraded"]
    assert [run.dropped["unreadable"] for run in runs] == [1, 1]
    assert desk.quarantine.count() == 1


def test_a_quoted_text_of_many_lines_is_one_post(desk: Any, tmp_path: Path) -> None:
    text = '第一行\n第二行，有逗号和"引号"\n第三行'
    desk.load(write(tmp_path / "a.csv", [row(1, text), row(2)]))
    assert [post.text for post in desk.posts()] == [text, "第2条，宽带又断了"]


def test_an_open_quote_costs_one_row_not_the_file(desk: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    lines = [",".join(row(n)) for n in range(1, 1001)]
    lines[10] = 'forum,10,"没有闭合,2026-11-17 08:00,1'
    lines[500] = 'forum,500,没有闭合,2026-11-17 08:00,"1'
    lines[700:702] = ['"forum,700,没有闭合,2026-11-17 08:00,1', '"forum,701,没有闭合,2026-11-17 08:00,1']
    file.write_text("\n".join([",".join(HEADER), *lines]), encoding="utf-8")
    run = desk.load(file)
    assert (run.requested, run.collected, run.dropped) == (1000, 996, {"unreadable": 4})


def test_damaged_bytes_cost_their_rows_only(desk: Any, tmp_path: Path) -> None:
    for encoding in ("utf-8", "gb18030"):
        file = write(
            tmp_path / f"{encoding}.csv", [row(n, f"{encoding} 第{n}条帖文") for n in range(50)], encoding
        )
        spoilt = file.read_bytes().replace("第7条帖文".encode(encoding), b"\xff\xfe\xff", 1)
        file.write_bytes(spoilt)
        run = desk.load(file, source=encoding)
        assert (run.status, run.collected, run.dropped) == ("degraded", 49, {"unreadable": 1})
        assert encoding in run.finish_reason


def test_a_replacement_character_the_author_wrote_is_text(desk: Any, tmp_path: Path) -> None:
    run = desk.load(write(tmp_path / "a.csv", [row(1, "坏掉的\ufffd字")]))
    assert (run.status, run.collected) == ("ok", 1)


def test_broken_json_lines_and_the_end_of_a_cut_array(desk: Any, tmp_path: Path) -> None:
    objects = [json.dumps(dict(zip(HEADER, row(n), strict=True)), ensure_ascii=False) for n in range(3)]
    lines = tmp_path / "a.jsonl"
    lines.write_text(
        "\n".join([objects[0], "{broken", "[1]", objects[1], "[" * 100_000, objects[2]]), "utf-8"
    )
    run = desk.load(lines)
    assert (run.collected, run.dropped) == (3, {"unreadable": 3})
    array = tmp_path / "a.json"
    array.write_text("[" + ",".join(objects)[:-20], "utf-8")
    run = desk.load(array, source="array")
    assert (run.status, run.collected, run.dropped) == ("degraded", 2, {"unreadable": 1})


def test_nothing_readable_is_an_error_and_a_failed_run(desk: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [["!!!", str(n), "正文", "2026-11-17", "1"] for n in range(3)])
    with pytest.raises(InputError, match="一行也没有读成"):
        desk.load(file)
    assert desk.state.runs.latest("files").status == "failed"
    assert desk.quarantine.count() == 3


def test_a_header_alone_is_an_empty_day(desk: Any, tmp_path: Path) -> None:
    run = desk.load(write(tmp_path / "a.csv", []))
    assert (run.status, run.requested, run.collected) == ("ok", 0, 0)


def test_unread_columns_show_in_the_audit(desk: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("platform,text,published_at,新列\nforum,正文,不是时间,x\n", encoding="utf-8")
    assert desk.load(file).leftover == {"新列": 1, "published_at（时间读不出）": 1}


def test_a_full_spool_stops_and_the_next_run_goes_on(desk: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [row(n) for n in ALL])
    desk.spool.close()
    desk.spool = Spool(desk.folder / "small.db", SPOOL_LIMIT)
    first = desk.load(file)
    assert (first.status, first.collected, first.dropped) == ("degraded", 500, {"spool_full": 500})
    posts = drain(desk)
    second = desk.load(file)
    assert (second.status, second.collected) == ("degraded", 500)
    posts += drain(desk)
    last = desk.load(file)
    assert (last.status, last.collected) == ("ok", 200)
    assert sorted(int(p.native_id or "") for p in posts + drain(desk)) == ALL


class CutOffError(Exception):
    pass


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_cut_off_between_spool_and_cursor_nothing_is_twice(
    desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    file = write(tmp_path / "a.csv", [row(n) for n in ALL])
    moves = 0
    put = desk.state.cursors.put

    def cut(name: str, value: dict[str, Any]) -> None:
        nonlocal moves
        if moves == after:
            raise CutOffError
        moves += 1
        put(name, value)

    with monkeypatch.context() as patch:
        patch.setattr(desk.state.cursors, "put", cut)
        with pytest.raises(CutOffError):
            desk.load(file)
    assert desk.load(file).status == "ok"
    assert sorted(int(p.native_id or "") for p in desk.posts()) == ALL


KILLED = """
import os, signal, sys
from pathlib import Path
from crawlers.importers import import_file
from koubei.core.clock import SystemClock
from koubei.core.intake import PostFactory
from koubei.core.privacy import AuthorKeys
from koubei.core.quarantine import Quarantine
from koubei.core.spool import Spool
from koubei.core.state import State
folder, file, rows = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
clock = SystemClock()
def progress(done, expected):
    if done >= rows: os.kill(os.getpid(), signal.SIGKILL)
import_file(file, source="files", mapping=None, settings_platform=None,
    factory=PostFactory(AuthorKeys(b"a secret of the tests")), spool=Spool(folder / "spool.db", 10**6),
    quarantine=Quarantine(folder / "quarantine", clock), state=State.open(folder / "state.db", clock),
    clock=clock, progress=progress)
"""


def test_a_kill_in_the_middle_then_again(desk: Any, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [row(n) for n in ALL])
    command = [sys.executable, "-c", KILLED, str(desk.folder), str(file), "800"]
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert 0 < desk.spool.waiting() < 1200
    assert desk.load(file).status == "ok"
    assert sorted(int(p.native_id or "") for p in desk.posts()) == ALL


def test_progress_counts_up_to_the_rows_there_are(desk: Any, tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    desk.load(
        write(tmp_path / "a.csv", [row(n) for n in range(1000)]),
        progress=lambda done, expected: calls.append((done, expected)),
    )
    assert calls[-1] == (1000, 1000)
    assert len(calls) > 1
    assert all(done <= expected for done, expected in calls)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


def test_an_abandoned_run_stays_visible(desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: object) -> None:
        raise CutOffError

    monkeypatch.setattr(desk.state.cursors, "put", cut)
    with pytest.raises(CutOffError):
        desk.load(write(tmp_path / "a.csv", [row(1)]))
    start = desk.clock.now()
    (run,) = desk.state.runs.between(Window(start, start.replace(year=2027)))
    assert replace(run, run_id="") == replace(run, run_id="", status="running", finished_at=None)
