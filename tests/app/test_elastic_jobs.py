"""The product on Elasticsearch: posts wait while it is away, commands set it up and move into it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from indexer import open_store
from koubei.app.cli.collect import ingest_and_say
from koubei.app.context import AppContext
from koubei.app.ingest import ingest
from koubei.app.status import status_of
from koubei.core.clock import FixedClock
from koubei.core.config import Brand, Settings, Storage
from koubei.core.domain import Engagement, RawPost, ScoredMention
from koubei.core.errors import DegradedError, MentionsRefusedError, StoreError, StoreUnavailableError
from koubei.core.query import Everything, Term

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
BRAND = Brand(id="cmcc", name="中国移动", include=("中国移动",))
AWAY = "http://127.0.0.1:1"


def _open(folder: Path, store: str) -> AppContext:
    return AppContext(Settings(brands=(BRAND,), storage=Storage(data=folder, store=store)), FixedClock(NOW))


def _put(app: AppContext, count: int) -> None:
    app.spool.put([
        app.factory.build(RawPost(
            platform="weibo", source="weibo", kind="post", text=f"中国移动的资费太贵了，第{n}次写",
            fetched_at=NOW, native_id=str(n), published_at=NOW - timedelta(hours=2), time_precision="minute",
        ))
        for n in range(count)
    ])  # fmt: skip


def test_posts_wait_while_the_cluster_is_away_and_go_in_when_it_is_back(
    tmp_path: Path, elastic_url: str
) -> None:
    with _open(tmp_path, AWAY) as app:
        _put(app, 30)
        with pytest.raises(StoreUnavailableError):
            ingest(app)
        now = status_of(app)
        assert (now.waiting, now.mentions) == (30, None)
    with _open(tmp_path, elastic_url) as app:
        assert ingest(app).mentions == {"inserted": 30}
        now = status_of(app)
        assert (now.waiting, now.mentions) == (0, 30)


def test_a_drain_right_after_one_that_was_killed_sees_what_that_one_wrote(
    tmp_path: Path, elastic_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Searchable is what it wrote ten seconds later; its own last refresh it did not live to make."""

    def put(app: AppContext, fetched_at: datetime, **more: Any) -> None:
        raw = RawPost(
            platform="weibo", source="weibo", kind="post", text="中国移动的资费太贵了", native_id="2",
            fetched_at=fetched_at, **more,
        )  # fmt: skip
        app.spool.put([app.factory.build(raw)])

    with _open(tmp_path, elastic_url) as app:
        put(app, NOW, engagement=Engagement(comments=7), province="山东")
        monkeypatch.setattr(app.store, "refresh", lambda: None)
        ingest(app)
    earlier = NOW - timedelta(days=80)
    with _open(tmp_path, elastic_url) as app:
        put(app, NOW, engagement=Engagement(likes=9), published_at=earlier, time_precision="minute")
        ingest(app)
        [kept] = app.store.search(Term("post_id", "weibo:2")).items
        assert kept.filed_at == earlier
        assert kept.mention.post.engagement == Engagement(likes=9, comments=7)
        assert kept.mention.province == "山东"


def test_a_closed_month_is_said_and_not_left_out(
    tmp_path: Path, elastic_url: str, elastic: Elasticsearch, elastic_alias: str
) -> None:
    with _open(tmp_path, elastic_url) as app:
        _put(app, 3)
        ingest(app)
    [month] = elastic.indices.get(index=f"{elastic_alias}-*").body
    elastic.indices.close(index=month)
    try:
        with _open(tmp_path, elastic_url) as app:
            trouble = status_of(app).trouble
        assert isinstance(trouble, StoreError)
        assert "已关闭" in trouble.found
    finally:
        elastic.indices.open(index=month)


class _Picky:
    """A store that will not take one of the mentions."""

    def __init__(self, app: AppContext) -> None:
        self._store = app.store

    def upsert(self, batch: list[ScoredMention]) -> list[str]:
        outcomes = self._store.upsert([item for n, item in enumerate(batch) if n != 1])
        raise MentionsRefusedError([*outcomes[:1], "inserted", *outcomes[1:]], {1: "too odd"})


def test_a_mention_that_is_never_taken_goes_to_quarantine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _open(tmp_path, "sqlite:mentions.db") as app:
        _put(app, 5)
        monkeypatch.setattr(app.store, "upsert", _Picky(_open_same(app)).upsert)
        done = ingest(app)
        assert done.mentions == {"inserted": 4, "refused": 1}
        assert app.spool.waiting() == 0
        assert app.quarantine.count() == 1
        (kept,) = (line for path in app.folder.quarantine.glob("*.jsonl") for line in path.open())
        assert "too odd" in kept
        assert "中国移动的资费" in kept


def test_the_command_says_what_was_refused_and_ends_with_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with _open(tmp_path, "sqlite:mentions.db") as app:
        _put(app, 5)
        monkeypatch.setattr(app.store, "upsert", _Picky(_open_same(app)).upsert)
        with pytest.raises(DegradedError, match="拒收 1 条") as caught:
            ingest_and_say(app)
    assert caught.value.exit_code == 3
    assert "新增 4，拒收 1" in capsys.readouterr().out


def _open_same(app: AppContext) -> AppContext:
    return _open(app.folder.root, "sqlite:mentions.db")


@pytest.fixture
def config(tmp_path: Path, elastic_url: str) -> Path:
    """A koubei.toml on the cluster, with thirty mentions in an embedded store beside it."""
    path = tmp_path / "koubei.toml"
    path.write_text(
        f'[[brands]]\nid = "cmcc"\nname = "中国移动"\ninclude = ["中国移动"]\n'
        f'[storage]\ndata = "."\nstore = "{elastic_url}"\n'
    )
    with _open(tmp_path, "sqlite:mentions.db") as app:
        _put(app, 30)
        ingest(app)
    return path


def _koubei(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "koubei", "--config", str(config), *arguments]
    return subprocess.run(command, cwd=config.parent, capture_output=True, text=True, encoding="utf-8")


def test_the_store_is_set_up_moved_into_and_checked(config: Path, elastic_url: str) -> None:
    made = _koubei(config, "store", "setup")
    assert (made.returncode, "现有 0 条" in made.stdout) == (0, True), made.stderr
    moved = _koubei(config, "store", "migrate", "sqlite:mentions.db", elastic_url)
    assert moved.returncode == 0, moved.stderr
    assert moved.stdout.count("30 条，SHA-256 ") == 2
    assert _koubei(config, "store", "check").returncode == 0
    store = open_store(elastic_url, config.parent)
    assert store.count(Everything()) == 30
    store.delete(Term("post_id", "weibo:7"))
    store.close()
    back = _koubei(config, "store", "migrate", elastic_url, "sqlite:mentions.db")
    assert back.returncode == 3
    assert "多 1 条" in back.stdout
    assert "weibo:7|cmcc" in back.stdout
    assert "再运行" not in back.stdout, "nothing that another run would mend"
    assert not (config.parent / "migration.json").exists()


def test_a_move_onto_itself_is_refused(config: Path) -> None:
    same = _koubei(config, "store", "migrate", "sqlite:a.db", "sqlite:a.db")
    assert same.returncode == 2
    assert "同一个" in same.stderr
    spelt = _koubei(config, "store", "migrate", "sqlite:a.db", "sqlite:./a.db")
    assert (spelt.returncode, "同一个" in spelt.stderr) == (2, True)


@pytest.mark.parametrize(
    ("source", "target", "same"),
    [
        ("http://127.0.0.1:1", "http://127.0.0.1:1/mentions", True),
        ("http://127.0.0.1:1/", "http://es:2,127.0.0.1:1", True),
        ("http://127.0.0.1:1", "http://127.0.0.1:1/brand_a", False),
    ],
)
def test_one_cluster_spelt_in_two_ways_is_one_store(
    config: Path, source: str, target: str, same: bool
) -> None:
    said = _koubei(config, "store", "migrate", source, target)
    assert said.returncode == (2 if same else 3)
    assert ("同一个" in said.stderr) is same


def test_a_move_from_a_store_that_holds_nothing_is_no_success(config: Path, elastic_url: str) -> None:
    empty = _koubei(config, "store", "migrate", elastic_url, "sqlite:new.db")
    assert empty.returncode == 2
    assert "没有提及" in empty.stderr
    assert "一致" not in empty.stdout


def test_a_move_while_the_cluster_is_away_promises_no_queue(config: Path) -> None:
    away = _koubei(config, "store", "migrate", "sqlite:mentions.db", AWAY)
    assert away.returncode == 3
    assert "队列" not in away.stderr
    assert "再运行一次，即接着抄" in away.stderr


def test_a_move_from_a_store_that_is_not_there_is_refused(config: Path) -> None:
    gone = _koubei(config, "store", "migrate", "sqlite:nope.db", "sqlite:new.db")
    assert (gone.returncode, "没有提及库" in gone.stderr) == (2, True)
    assert not list(config.parent.rglob("nope.db"))


def test_a_store_that_is_away_is_said_in_lines_not_in_tracebacks(config: Path, elastic_url: str) -> None:
    config.write_text(config.read_text(encoding="utf-8").replace(elastic_url, AWAY), encoding="utf-8")
    for command in (["search", "资费"], ["status", "--json"]):
        said = _koubei(config, *command)
        assert said.returncode == 3
        assert "Traceback" not in said.stdout + said.stderr
