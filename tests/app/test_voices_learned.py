"""The voices file beside the store: lost, or new beside older data, it renames nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from koubei.app.context import AppContext
from koubei.app.ingest import ingest
from koubei.core.clock import FixedClock
from koubei.core.config import Brand, Settings, Storage
from koubei.core.domain import RawPost
from koubei.core.query import Everything

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
TEXT = "中国移动的营业厅让我打热线，热线又让我回营业厅，来回三趟套餐还是没有降下来，气死人了"


def ingest_posts(folder: Path, *posts: tuple[int, str, int | None]) -> dict[str, str]:
    """One run of its own over posts (number, text, the post it reposts); post_id -> root_id in the store."""
    brands = (Brand(id="cmcc", name="中国移动", include=("中国移动",)),)
    with AppContext(Settings(brands=brands, storage=Storage(data=folder)), FixedClock(NOW)) as app:
        raw = (
            RawPost("weibo", "w", "post", text, NOW, native_id=str(n), repost_of=str(of) if of else None)
            for n, text, of in posts
        )
        app.spool.put([app.factory.build(one) for one in raw])
        ingest(app)
        return {row["post_id"]: row["root_id"] for row in app.store.export(Everything())}


def test_days_and_processes_share_one_memory(tmp_path: Path) -> None:
    ingest_posts(tmp_path, (1, TEXT, None))
    assert ingest_posts(tmp_path, (2, f"转发：{TEXT}", None), (3, "中国移动，转给大家看看", 2)) == {
        "weibo:1": "weibo:1",
        "weibo:2": "weibo:1",
        "weibo:3": "weibo:1",
    }


def test_a_lost_voices_file_is_learned_from_the_store(tmp_path: Path) -> None:
    before = ingest_posts(tmp_path, (1, TEXT, None), (2, f"{TEXT}！", None), (3, "中国移动，转发", 9))
    for file in tmp_path.glob("voices.db*"):
        file.unlink()
    after = ingest_posts(tmp_path, (4, f"{TEXT}啊", None), (5, "中国移动，转给家人", 3))
    assert after == before | {"weibo:4": "weibo:1", "weibo:5": "weibo:9"}
