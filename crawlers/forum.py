"""Forums of every make: listings of threads, threads of pages, only what is new. A make says how to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from pydantic import Field
from scrapy import Request
from scrapy.http import TextResponse
from twisted.python.failure import Failure

from crawlers.base import Output, PostSpider
from crawlers.context import CrawlContext
from crawlers.options import SpiderOptions
from crawlers.page_result import PageResult
from koubei.core.config.schema import Source
from koubei.core.domain import RawPost

LIST_FIRST = 1
"""Priority: listings are read before threads, so that pages do not shift meanwhile."""


class ForumOptions(SpiderOptions):
    """Attributes: max_thread_pages: most pages of one thread that are read in one crawl."""

    max_thread_pages: int = Field(default=200, ge=1)


ForumOptionsT = TypeVar("ForumOptionsT", bound=ForumOptions)


@dataclass(frozen=True, slots=True)
class Thread:
    """A row of a listing.

    Attributes:
        stamp: what changes when somebody replies (count, last post's absolute time), never a relative time.
    """

    thread_id: str
    url: str
    title: str
    stamp: str
    replies: int | None = None
    views: int | None = None

    @property
    def signature(self) -> str:
        """The thread in this state."""
        return f"{self.thread_id}:{self.stamp}"


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One page of a thread: (number that grows with every post, post) in order, and the next page."""

    posts: Sequence[tuple[int, RawPost]]
    next_url: str | None


class ForumSpider(PostSpider[ForumOptionsT], Generic[ForumOptionsT]):
    """What makes have in common.

    The cursor keeps per thread: page read last, number of the last post, signature, number of the first post.

    Attributes:
        openers: thread id -> number of its first post, where known.
    """

    openers: dict[str, int]

    def __init__(self, source: Source, context: CrawlContext) -> None:
        super().__init__(source, context)
        self.openers = {}
        self._visited: set[str] = set()

    def read_list(self, response: TextResponse) -> tuple[Sequence[Thread], str | None] | None:
        """(threads in order, address of the next page); None where this is no listing."""
        raise NotImplementedError

    def read_thread(self, response: TextResponse, thread: Thread, page: int) -> ThreadPage | None:
        """One page of a thread; None where it is none."""
        raise NotImplementedError

    def page_url(self, url: str, page: int) -> str:
        """The address of a thread's page."""
        raise NotImplementedError

    def first(self, url: str) -> Iterable[Request]:
        """The listing's first page."""
        yield self._list(url, url, 1)

    def parse_list(self, response: TextResponse, board: str, page: int) -> Output:
        """Threads that changed, and the next page while there may be more of them."""
        read = self.read_list(response)
        if read is None:
            return
        threads, next_url = read
        frontier = self.frontier(board)
        changed = [t for t in threads if not frontier.known(t.signature)]
        more = frontier.advance([t.signature for t in threads])
        for thread in changed:
            yield from self._visit(thread, board)
        if more and next_url and page < self.options.max_pages:
            yield self._list(next_url, board, page + 1)
        elif more:
            frontier.end(whole=not next_url)

    def parse_thread(
        self, response: TextResponse, thread: Thread, board: str, page: int, last: int, begun: int
    ) -> Output:
        """One page's posts; `last` is the number of the last post an earlier crawl kept."""
        read = self.read_thread(response, thread, page)
        if read is None:
            self.frontier(board).forget(thread.signature)
            return
        on = bool(read.next_url) and page - begun + 1 < self.options.max_thread_pages
        newest = max((number for number, _ in read.posts), default=last)
        opener = self.openers.get(thread.thread_id)
        mark = [page, max(newest, last), "" if on else thread.signature, opener]
        yield PageResult(
            [post for number, post in read.posts if number > last],
            marks=[("threads", thread.thread_id, mark)],
            again=[post for number, post in read.posts if number <= last],
        )
        if on:
            yield self._page(str(read.next_url), thread, board, page + 1, last, begun)

    def failed(self, failure: Failure) -> None:
        """As everywhere; and a thread that could not be read is new again next time."""
        super().failed(failure)
        request = cast(Request, failure.request)  # type: ignore[attr-defined]  # Scrapy puts it there
        if thread := request.cb_kwargs.get("thread"):
            self.frontier(request.cb_kwargs["board"]).forget(thread.signature)

    def _visit(self, thread: Thread, board: str) -> Iterable[Request]:
        page, last, signature, opener = self.recall("threads", thread.thread_id) or (1, 0, "", None)
        if opener:
            self.openers[thread.thread_id] = opener
        if signature != thread.signature and thread.thread_id not in self._visited:
            self._visited.add(thread.thread_id)
            url = thread.url if page == 1 else self.page_url(thread.url, page)
            yield self._page(url, thread, board, page, last, page)

    def _list(self, url: str, board: str, page: int) -> Request:
        meta = {"first": page == 1}
        return self.ask(url, self.parse_list, board=board, page=page, meta=meta).replace(priority=LIST_FIRST)

    def _page(self, url: str, thread: Thread, board: str, page: int, last: int, begun: int) -> Request:
        return self.ask(url, self.parse_thread, thread=thread, board=board, page=page, last=last, begun=begun)
