"""Are the mention store and the state database of one piece? One of them may have been lost or replaced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from koubei.app.context import AppContext
from koubei.core.errors import StoreError
from koubei.core.query import Everything


def check_store(app: AppContext) -> None:
    """Refuse to go on with an empty store when the ledger has filed posts in it.

    Every post the ledger knows is dropped as known: an emptied store would stay empty without a word.

    Raises:
        StoreError: the store was lost.
    """
    if app.store.search(Everything(), limit=1).items:
        return
    days = app.settings.storage.keep_mentions_days
    since = app.clock.now() - timedelta(days=days) if days else datetime(1970, 1, 1, tzinfo=UTC)
    filed = app.state.seen.named_since(since)
    if filed:
        raise StoreError(
            f"提及库 {app.settings.storage.store} 是空的，而状态库记得其中有 {filed} 帖",
            "同一套数据的提及库与状态库",
            f"从备份恢复提及库；没有备份时把 {app.folder.state} 也改名移走，再重新采集、导入",
        )


def continue_revisions(app: AppContext) -> None:
    """After the loss of the state database, number on from what the store holds.

    A counter that began at 1 again would make every correction look older than what it corrects.
    """
    if app.state.revisions.last() == 0:
        highest = app.store.stats(Everything(), "revision").max
        if highest:
            app.state.revisions.take(int(highest))
