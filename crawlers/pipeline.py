"""RawPost in, spool out. A cursor moves only over posts that are on disk; every drop is counted by reason."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from crawlers.base import PostSpider
from crawlers.page_result import Mark, PageResult
from koubei.core.domain import Post, RawPost, Run
from koubei.core.errors import DegradedError, KoubeiError
from koubei.core.language import source_of

if TYPE_CHECKING:
    from crawlers.context import CrawlContext

BATCH = 200
"""Posts per write to the spool."""
MOST_KEYS = 5000
"""Most entries kept in one section of a cursor; the oldest go first."""


class SpoolPipeline:
    """One crawl's way to the disk, and its entry in the ledger of runs."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._posts: list[Post] = []
        self._marks: list[Mark] = []
        self._written: dict[str, tuple[str, str]] = {}
        self._broken = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SpoolPipeline:
        """Called by Scrapy."""
        return cls(crawler)

    @property
    def _spider(self) -> PostSpider[Any]:
        return cast("PostSpider[Any]", self._crawler.spider)

    @property
    def _context(self) -> CrawlContext:
        return self._spider.context

    @property
    def _cut_off(self) -> bool:
        """A signal ended the crawl: ours (crawlers.run), or Scrapy's own under `scrapy crawl`."""
        return self._context.stopping or not self._crawler.crawling

    async def open_spider(self) -> None:
        """Take the hosts' locks and open the ledger's entry; skip where another process is at it."""
        spider, context = self._spider, self._context
        try:
            spider.held_hosts = await context.locks.hold(origin.host for origin in spider.origins)
        except DegradedError as error:
            spider.skipped = str(source_of(error.found))
            raise CloseSpider("busy") from error
        started_at = context.clock.now()
        run_id = f"{started_at:%Y%m%dT%H%M%S}-{spider.source.name}-{secrets.token_hex(3)}"
        spider.run = Run(run_id, spider.source.name, started_at)
        try:
            context.state.runs.start(spider.run)
        except KoubeiError as error:
            spider.unrecorded = error
            raise CloseSpider("ledger") from error

    def process_item(self, item: PageResult) -> PageResult:
        """Build, drop what is known unchanged, write in batches."""
        if self._broken:
            self._spider.counts.dropped["spool_full"] += len(item.posts)
            return item
        try:
            self._add(*item.believed())
            if len(self._posts) >= BATCH:
                self._flush()
        except KoubeiError as error:
            self._give_up(error)
        return item

    def close_spider(self) -> None:
        """Write the rest, move the cursor, close the ledger's entry, give the hosts back."""
        spider, context = self._spider, self._context
        if spider.run is None:
            return
        try:
            self._finish_lists()
            self._flush()
        except KoubeiError as error:
            self._give_up(error)
        if self._cut_off:
            spider.counts.problem("已停：收到停止信号")
        spider.run = spider.counts.run(spider.run, context.clock.now())
        context.locks.release(spider.held_hosts)
        try:
            context.state.runs.finish(spider.run)
        except KoubeiError as error:
            spider.unrecorded = spider.unrecorded or error
        self._report()

    def _add(self, item: PageResult, wrong_times: Mapping[str, int]) -> None:
        self._spider.counts.leftover.update(wrong_times)
        posts = [(post, False) for raw in item.posts if (post := self._build(raw))]
        posts += [(post, True) for raw in item.again if (post := self._build(raw))]
        seen = self._context.state.seen.lookup([post.post_id for post, _ in posts])
        for post, again in posts:
            now = (post.content_hash, post.observed)
            known = seen.get(post.post_id)
            before = self._written.get(post.post_id) or (known and (known.content_hash, known.observed))
            if before == now or (again and before is None):
                self._spider.counts.dropped["duplicate"] += 1
                continue
            self._written[post.post_id] = now
            self._posts.append(post)
        self._marks.extend(item.marks)

    def _build(self, raw: RawPost) -> Post | None:
        counts = self._spider.counts
        if not (raw.text.strip() or raw.title.strip()):
            counts.dropped["no_text"] += 1
            return None
        try:
            return self._context.factory.build(raw)
        except (ValueError, TypeError, AttributeError) as error:
            counts.dropped["unreadable"] += 1
            where = raw.url or raw.native_id or ""
            self._context.quarantine.put(raw.source, where, repr(error), f"{raw.title}\n{raw.text}")
            return None

    def _flush(self) -> None:
        """Posts first; then, and only then, what the cursor may say."""
        spider, context = self._spider, self._context
        if self._posts:
            spider.counts.collected += context.spool.put(self._posts)
            self._posts = []
            self._report()
        if self._marks:
            for section, key, value in self._marks:
                move(spider.cursor, section, key, value)
            context.state.cursors.put(spider.source.name, spider.cursor)
            self._marks = []

    def _finish_lists(self) -> None:
        """A listing's known ground moves only when the crawl was not cut off."""
        spider = self._spider
        spider.counts.truncated |= any(f.truncated for f in spider.frontiers.values())
        if spider.counts.stopped or self._cut_off or self._broken:
            return
        self._marks.extend(("lists", key, f.ids()) for key, f in spider.frontiers.items() if f.complete)

    def _give_up(self, error: KoubeiError) -> None:
        """The disk or the spool is full, or the state database is away: stop, mark nothing."""
        self._broken = True
        self._spider.counts.dropped["spool_full"] += len(self._posts)
        self._posts, self._marks = [], []
        self._spider.counts.stop(
            f"放不下：{source_of(error.found)}" if isinstance(error, DegradedError) else error.source
        )

    def _report(self) -> None:
        if self._context.progress is not None:
            self._context.progress(self._spider.source.name, self._spider.counts.collected)


def move(cursor: dict[str, dict[str, Any]], section: str, key: str, value: Any) -> None:
    """Set or (None) remove one entry of a cursor; the newest entry stands last."""
    entries = cursor.setdefault(section, {})
    entries.pop(key, None)
    if value is not None:
        entries[key] = value
    for old in list(entries)[: max(0, len(entries) - MOST_KEYS)]:
        del entries[old]
