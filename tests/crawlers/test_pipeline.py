"""The way to the spool: nothing lost, every drop counted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawlers import pipeline
from crawlers.pipeline import move
from koubei.core.errors import StoreUnavailableError
from koubei.core.intake import PostFactory
from koubei.core.spool import Spool

Site = Any


def json_feed(*rows: dict[str, Any]) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": list(rows)})


def row(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"n{number}", "url": f"https://a.example/{number}", "content_text": f"第{number}条", **more}


def test_a_full_spool_stops_the_crawl_and_marks_nothing(site: Site) -> None:
    site.spool_limit = 1
    site.answers["/f"] = json_feed(row(1), row(2))
    run = site.run("feed", "/f")
    assert (run.status, run.collected, run.dropped) == ("degraded", 0, {"spool_full": 2})
    assert run.finish_reason.startswith("放不下：")
    state = site.state()
    assert state.cursors.get("src") == {}
    state.close()
    site.spool_limit = 10
    assert site.run("feed", "/f").collected == 2


def test_posts_are_durable_before_the_cursor_moves(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    put = Spool.put
    monkeypatch.setattr(Spool, "put", lambda self, posts: (order.append("posts"), put(self, posts))[1])
    from koubei.core.state.cursors import Cursors

    moved = Cursors.put
    monkeypatch.setattr(Cursors, "put", lambda self, *a: (order.append("cursor"), moved(self, *a))[1])
    site.answers["/f"] = json_feed(row(1))
    site.run("feed", "/f")
    assert order == ["posts", "cursor"]


def test_batches_are_written_on_the_way(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "BATCH", 2)
    sizes: list[int] = []
    put = Spool.put
    monkeypatch.setattr(Spool, "put", lambda self, posts: (sizes.append(len(posts)), put(self, posts))[1])
    site.answers |= {"/f": json_feed(row(1), row(2), row(3)), "/g": json_feed(row(4))}
    site.run("feed", "/f", "/g")
    assert sizes == [3, 1]


def test_a_state_database_that_is_away_stops_the_crawl(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from koubei.core.state.seen import SeenLedger

    def away(self: SeenLedger, ids: Any) -> Any:
        raise StoreUnavailableError("状态库被占用")

    monkeypatch.setattr(SeenLedger, "lookup", away)
    site.answers["/f"] = json_feed(row(1))
    run = site.run("feed", "/f")
    assert (run.status, run.collected) == ("degraded", 0)
    assert "状态库被占用" in run.finish_reason


def test_a_post_that_cannot_be_built_goes_to_quarantine_and_the_others_go_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = PostFactory.build

    def picky(self: PostFactory, raw: Any) -> Any:
        if "第2条" in raw.text:
            raise ValueError("bad")
        return build(self, raw)

    monkeypatch.setattr(PostFactory, "build", picky)
    site.answers["/f"] = json_feed(row(1), row(2, content_text="第2条 13812345678"), row(3))
    run = site.run("feed", "/f")
    assert (run.collected, run.dropped) == (2, {"unreadable": 1})
    (file,) = site.folder.quarantine.glob("*.jsonl")
    line = file.read_text(encoding="utf-8")
    assert "第2条" in line
    assert "13812345678" not in line


def test_posts_without_words_and_repeats_are_dropped_and_counted(site: Site) -> None:
    site.answers["/f"] = json_feed(row(1), row(1), row(2, content_text="  "))
    run = site.run("feed", "/f")
    assert (run.collected, run.dropped) == (1, {"duplicate": 1, "no_text": 1})


def test_fields_nobody_reads_are_counted(site: Site) -> None:
    site.answers["/f"] = json_feed(row(1, mood="calm"), row(2, mood="angry"))
    assert site.run("feed", "/f").leftover == {"item.mood": 2}


def test_a_page_that_breaks_a_spider_is_kept_for_a_look(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from crawlers.spiders.feed import FeedSpider

    def broken(*args: Any) -> Any:
        raise KeyError("oops")

    monkeypatch.setattr(FeedSpider, "_read", broken)
    site.answers["/f"] = json_feed(row(1))
    run = site.run("feed", "/f")
    assert (run.status, run.dropped) == ("degraded", {"unreadable": 1})
    assert list(site.folder.quarantine.glob("*.jsonl"))


def test_progress_is_told(site: Site) -> None:
    from crawlers.run import crawl

    told: list[tuple[str, int]] = []
    site.answers["/f"] = json_feed(row(1), row(2))
    source = site.source("feed", "/f")
    crawl(site.settings(source), site.folder, [source], site.clock, lambda name, n: told.append((name, n)))
    assert told[-1] == ("src", 2)


def test_the_ledger_holds_the_run(site: Site) -> None:
    site.answers["/f"] = json_feed(row(1))
    run = site.run("feed", "/f")
    state = site.state()
    assert state.runs.latest("src") == run
    state.close()


def test_a_cursor_forgets_its_oldest_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "MOST_KEYS", 2)
    cursor: dict[str, dict[str, Any]] = {}
    for key in ("a", "b", "a", "c"):
        move(cursor, "threads", key, 1)
    assert list(cursor["threads"]) == ["a", "c"]
    move(cursor, "threads", "a", None)
    assert list(cursor["threads"]) == ["c"]
