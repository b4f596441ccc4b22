"""The public complaint feed as 黑猫投诉 serves it: JSON or JSONP, epoch strings, highlight HTML."""

from __future__ import annotations

import json
from bisect import bisect_right
from datetime import datetime, timedelta
from typing import Any

from crawlers.sandbox.items import Complaint
from crawlers.sandbox.site.wire import JSON, Answer, Question, number
from crawlers.sandbox.world import World

PATH = "/api/index/feed"
MOST_ROWS = 50
_STATUS = ((timedelta(hours=6), 3), (timedelta(days=2), 4), (timedelta(days=6), 6))
_DONE = 7


class HeimaoSite:
    """Serves the newest complaints, page by page."""

    def __init__(self, world: World) -> None:
        self._items = world.complaints
        self._times = [c.at for c in world.complaints]

    def answer(self, question: Question) -> Answer | None:
        """A page of the feed; None elsewhere."""
        if question.path != PATH:
            return None
        page = max(1, number(question.query.get("page")))
        size = max(1, min(MOST_ROWS, number(question.query.get("page_size"), 10)))
        seen = bisect_right(self._times, question.now)
        end = max(0, seen - (page - 1) * size)
        rows = [] if question.empty else self._items[max(0, end - size) : end][::-1]
        pages = -(-seen // size)
        pager = {
            "current": page, "next": page + 1 if page < pages else 0, "page_amount": pages,
            "item_count": seen,
        }  # fmt: skip
        data = {"lists": [_row(c, question.now) for c in rows], "pager": pager}
        text = json.dumps(
            {"result": {"status": {"code": 0, "msg": "succ"}, "data": data}}, ensure_ascii=False
        )
        if callback := question.query.get("callback"):
            return Answer(f"try{{{callback}({text});}}catch(e){{}};".encode(), "application/javascript")
        return Answer(text.encode(), JSON)


def _row(item: Complaint, now: datetime) -> dict[str, Any]:
    mark = f'<span class="code-red">{item.company}</span>'
    epoch = str(int(item.at.timestamp()))
    known = int(item.author.uid) % 5 < 2  # most complain without showing their account
    return {
        "main": {
            "sn": item.native_id, "title": item.title.replace(item.company, mark), "cotitle": mark,
            "appeal": item.appeal, "issue": item.issue, "summary": item.text, "cost": str(item.cost),
            "status": _status(now - item.at), "timestamp": epoch, "created_at": epoch,
            "url": f"//tousu.sina.com.cn/complaint/view/{item.native_id}/?sld=feed",
        },
        "author": {
            "title": item.author.name if known else "匿名",
            "wb_profile": f"//weibo.com/u/{item.author.uid}" if known else "", "gender": "",
        },
    }  # fmt: skip


def _status(age: timedelta) -> int:
    """A complaint's progress: 3 待分配, 4 处理中, 6 已回复, 7 已完成."""
    return next((status for limit, status in _STATUS if age < limit), _DONE)
