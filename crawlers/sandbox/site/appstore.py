"""App Store customer-review feeds as JSON, with their quirks: no entry, one entry, metadata, lost times."""

from __future__ import annotations

import json
import re
from datetime import timedelta, timezone
from typing import Any

from crawlers.sandbox.items import Review
from crawlers.sandbox.keywords import APPS, NAMES
from crawlers.sandbox.site.wire import Answer, Question
from crawlers.sandbox.world import World

PER_PAGE, PAGES = 50, 10
_PACIFIC = timezone(timedelta(hours=-7))
_FEED = re.compile(
    r"^/\w\w/rss/customerreviews/(?=.*page=(\d+))(?=.*id=(\d+))(?=.*sort[bB]y=mostrecent).*/json$"
)
_WITH_METADATA = "900010086"
_WITH_LINK_LIST = "900010010"


class AppStoreSite:
    """Serves up to 500 newest reviews an app."""

    def __init__(self, world: World) -> None:
        self._reviews = {app: [r for r in reversed(world.reviews) if r.app == app] for app in APPS}

    def answer(self, question: Question) -> Answer | None:
        """A page of an app's feed; None elsewhere."""
        found = _FEED.match(question.path)
        if not found:
            return None
        page, app = int(found[1]), found[2]
        reviews = [r for r in self._reviews.get(app, ()) if r.at <= question.now]
        rows = [_entry(r) for r in reviews[(page - 1) * PER_PAGE : page * PER_PAGE]]
        if question.empty or page > PAGES:
            rows = []
        elif app == _WITH_METADATA and page == 1:
            rows.insert(0, _metadata(app))
        feed: dict[str, Any] = {
            "author": {
                "name": {"label": "iTunes Store"},
                "uri": {"label": "http://www.apple.com/cn/itunes/"},
            },
            "title": {"label": "iTunes Store：用户评论"},
            "link": [{"attributes": {"rel": "self", "href": question.origin + question.path}}],
        }
        if rows:
            feed["entry"] = rows[0] if len(rows) == 1 else rows
        body = json.dumps({"feed": feed}, ensure_ascii=False).encode()
        return Answer(body, "text/javascript; charset=utf-8")


def _entry(review: Review) -> dict[str, Any]:
    address = f"https://itunes.apple.com/cn/review?id={review.app}&type=Purple%20Software"
    link: Any = {"attributes": {"rel": "related", "href": address}}
    entry: dict[str, Any] = {
        "id": {"label": review.native_id},
        "author": {
            "name": {"label": review.author.name},
            "uri": {"label": f"https://itunes.apple.com/cn/reviews/id{review.author.uid}"}, "label": "",
        },
        "im:rating": {"label": str(review.rating)},
        "im:version": {"label": review.version},
        "title": {"label": review.title},
        "content": {"label": review.text, "attributes": {"type": "text"}},
        "im:voteSum": {"label": "0"},
        "im:voteCount": {"label": "0"},
        "im:contentType": {"attributes": {"term": "Application", "label": "应用"}},
        "link": [link] if review.app == _WITH_LINK_LIST else link,
    }  # fmt: skip
    if review.facts.timed != "unknown":
        entry["updated"] = {"label": review.at.astimezone(_PACIFIC).isoformat()}
    return entry


def _metadata(app: str) -> dict[str, Any]:
    return {
        "im:name": {"label": NAMES[APPS[app]]}, "im:price": {"label": "获取", "attributes": {"amount": "0"}},
        "id": {"label": f"https://apps.apple.com/cn/app/id{app}", "attributes": {"im:id": app}},
        "title": {"label": NAMES[APPS[app]]}, "summary": {"label": "官方客户端"},
    }  # fmt: skip
