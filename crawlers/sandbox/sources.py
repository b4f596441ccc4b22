"""The [[sources]] tables that collect the sandbox."""

from __future__ import annotations

from typing import Any

from crawlers.sandbox.articles import FEEDS
from crawlers.sandbox.forum import BOARDS
from crawlers.sandbox.keywords import APPS
from crawlers.sandbox.site.feeds import feed_path
from crawlers.sandbox.site.heimao import PATH


def demo_sources(origin: str) -> list[dict[str, Any]]:
    """Tables for the four spiders; the delay of 0 is for the sandbox's own loopback origin only."""
    boards = [f"{origin}/forum.php?mod=forumdisplay&fid={fid}" for fid in BOARDS]
    return [
        {"name": "forum", "spider": "discuz", "urls": boards, "delay_seconds": 0},
        {"name": "heimao", "spider": "heimao", "urls": [origin + PATH], "delay_seconds": 0,
         "options": {"max_pages": 200}},
        {"name": "appstore", "spider": "appstore", "urls": [origin], "delay_seconds": 0,
         "options": {"apps": list(APPS)}},
        {"name": "feed", "spider": "feed", "platform": "news", "urls": [origin + feed_path(f) for f in FEEDS],
         "delay_seconds": 0},
    ]  # fmt: skip
