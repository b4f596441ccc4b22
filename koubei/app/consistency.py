"""Are the mention store and the state database of one piece? One of them may have been lost or replaced."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from koubei.app.context import AppContext
from koubei.core.errors import StoreError
from koubei.core.language import _
from koubei.core.query import Everything

log = logging.getLogger(__name__)


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
            _(
                "提及库 {store} 是空的，而状态库记得其中有 {filed} 帖",
                store=app.settings.storage.store,
                filed=filed,
            ),
            _("同一套数据的提及库与状态库"),
            _("从备份恢复提及库；没有备份时把 {state} 也改名移走，再重新采集、导入", state=app.folder.state),
        )


def continue_revisions(app: AppContext) -> None:
    """Number on from what the store holds, where that is ahead of the state database.

    So it is when the state database was lost, restored from an older copy, or given another folder's store:
    corrections numbered lower would look older than what they correct.
    """
    highest = app.store.stats(Everything(), "revision").max
    behind = int(highest or 0) - app.state.revisions.last()
    if behind > 0:
        app.state.revisions.take(behind)
        log.warning("the state database is older than the store: its revisions go on %d higher", behind)
