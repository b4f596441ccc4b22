"""PostSpider: what every spider has. A new one says where to begin and how a page is read, nothing else."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, Generic, TypeVar, cast
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawlers.context import CrawlContext
from crawlers.crawl_counts import CrawlCounts
from crawlers.frontier import Frontier
from crawlers.net import handler, politeness
from crawlers.net.faults import ForbiddenAddressError, in_words
from crawlers.net.gate import StoppedError
from crawlers.net.refusals import refusal_in
from crawlers.options import SpiderOptions, adhoc_source, read_options
from crawlers.page_result import PageResult
from koubei.core.clock import clock_from_environment
from koubei.core.config.load import load_settings
from koubei.core.config.schema import Settings, Source
from koubei.core.domain import Kind, RawPost, Run
from koubei.core.errors import ConfigError, KoubeiError
from koubei.core.folders import DataFolder
from koubei.core.language import _

GONE = frozenset({404, 410})
_JSONP = re.compile(r"(?:/\*[^*]*\*/\s*)?(?:try\s*\{\s*)?[\w$.]{1,100}\s*\(([\[{].*[\]}])\)", re.DOTALL)

OptionsT = TypeVar("OptionsT", bound=SpiderOptions)
Output = Iterator[PageResult | Request]


class PostSpider(Spider, Generic[OptionsT]):
    """Base of all spiders. Everything about one source comes from its table in koubei.toml.

    Attributes:
        kind: what its posts are, where the source does not say otherwise.
        options_type: the options it takes.
        default_urls: where it begins when the config gives no urls.
        counts: counts of this crawl. cursor: where the last crawls got to (section -> key -> value).
        run: the ledger's entry; None while nothing has begun.
        skipped: why nothing began, "" where it did.
        unrecorded: why the ledger could not be written (disk full, held), None where it was.
    """

    kind: ClassVar[Kind] = "post"
    options_type: ClassVar[type[SpiderOptions]] = SpiderOptions
    default_urls: ClassVar[tuple[str, ...]] = ()

    def __init__(self, source: Source, context: CrawlContext) -> None:
        super().__init__()
        self.source = source
        self.context = context
        self.options = cast(OptionsT, read_options(self.options_type, source))
        self.urls = source.urls or self.default_urls
        self.origins = politeness.origins_of(source, self.urls)
        self.counts = CrawlCounts()
        self.cursor: dict[str, dict[str, Any]] = context.state.cursors.get(source.name)
        self.frontiers: dict[str, Frontier] = {}
        self.held_hosts: list[str] = []
        self.run: Run | None = None
        self.skipped = ""
        self.unrecorded: KoubeiError | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_: Any, **kwargs: Any) -> PostSpider[OptionsT]:
        """Called by Scrapy with source= and context= (crawlers.run), or source= / url= from `scrapy crawl`.

        Raises:
            ConfigError: the source's table is wrong.
        """
        context: CrawlContext | None = kwargs.get("context")
        if context is None:
            spider = cls._standalone(kwargs.get("source"), kwargs.get("url"))
            crawler.signals.connect(spider.context.close, signals.spider_closed, weak=False)
        else:
            spider = cls(kwargs["source"], context)
        spider._set_crawler(crawler)
        spider._apply(crawler)
        return spider

    @classmethod
    def check(cls, source: Source, settings: Settings) -> None:
        """Whether this source could be crawled.

        Raises:
            ConfigError: its urls, options, delay or the contact are wrong.
        """
        read_options(cls.options_type, source)
        origins = politeness.origins_of(source, source.urls or cls.default_urls)
        politeness.check_delay(source, origins)
        politeness.user_agent(settings.network, origins)
        politeness.check_network(settings.network)

    # -- what a spider writes ---------------------------------------------------------------------

    def first(self, url: str) -> Iterable[Request]:
        """The first requests for one configured address."""
        yield self.ask(url, self.parse)

    def ask(
        self, url: str, callback: Callable[..., Any], *, optional: bool = False, **kwargs: Any
    ) -> Request:
        """A request whose failure is accounted for. A refusal of an `optional` one stops nothing."""
        headers = kwargs.pop("headers", None)
        meta = {"optional": optional, **kwargs.pop("meta", {})}
        return Request(
            url,
            callback=callback,
            errback=self.failed,
            headers=headers,
            meta=meta,
            cb_kwargs=kwargs,
            dont_filter=True,  # a site that redirects a page to itself must not look like an empty one
        )

    def make_post(self, response: Response, **fields: Any) -> RawPost:
        """A RawPost of this source, read now. `url` may be relative to the page."""
        url = fields.pop("url", None)
        values: dict[str, Any] = {
            "platform": self.source.platform_id,
            "source": self.source.name,
            "kind": self.kind,
            "fetched_at": self.context.clock.now(),
            "url": join(response, url) if url else None,
            **fields,
        }
        return RawPost(**values)

    def frontier(self, key: str) -> Frontier:
        """The known ground of the listing `key`; it moves when the crawl ends well."""
        if key not in self.frontiers:
            self.frontiers[key] = Frontier(self.recall("lists", key) or ())
        return self.frontiers[key]

    def page_of(self, frontier: Frontier, found: Sequence[tuple[str, RawPost]]) -> tuple[PageResult, bool]:
        """One page of a listing as (harvest, go on?). `found`: (id in the listing, post), newest first."""
        new = [post for key, post in found if not frontier.known(key)]
        again = [post for key, post in found if frontier.known(key)]
        return PageResult(new, again=again), frontier.advance([key for key, __ in found])

    def recall(self, section: str, key: str) -> Any:
        """What the cursor says, None where it says nothing."""
        return self.cursor.get(section, {}).get(key)

    def read_json(self, response: Response) -> Any:
        """The JSON or JSONP of a response; None where it is none, which then is accounted for."""
        text = response.text.strip().lstrip("\ufeff") if isinstance(response, TextResponse) else ""
        wrapped = None if text.startswith(("{", "[")) else _JSONP.match(text)
        try:
            found = json.loads(wrapped[1] if wrapped else text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, (dict, list)):
            self.puzzled(response, "JSON")
            return None
        return found

    def puzzled(self, response: Response, what: str) -> None:
        """The page lacks `what` it should hold: it is a refusal, or the site has changed."""
        refusal = refusal_in(response)
        if refusal:
            self.refuse(refusal, response.meta.get("optional", False))
        else:
            self.counts.missing(what)

    def refuse(self, reason: str, optional: bool = False) -> None:
        """The site says no: stop this source, or note it where the request was an extra."""
        if optional:
            self.counts.dropped["refused"] += 1
        else:
            self.counts.refuse(reason)

    def lose(self, reason: str, optional: bool = False) -> None:
        """A site does not answer: one failed request, or nothing but a count where it was an extra."""
        if optional:
            self.counts.dropped["unreachable"] += 1
        else:
            self.counts.fail(f"连不上：{reason}")

    # -- what the network asks (crawlers/net/crawl.py) ----------------------------------------------

    @property
    def ended(self) -> bool:
        """Whether a refusal, a full disk or a signal has stopped the crawl."""
        return self.counts.stopped or self.context.stopping

    def hold(self, host: str) -> bool:
        """Lock a host met on the way; False where another crawl is at it."""
        if host in self.held_hosts:
            return True
        if not self.context.locks.try_hold(host):
            self.counts.dropped["busy_host"] += 1
            return False
        self.held_hosts.append(host)
        return True

    def asked(self) -> None:
        """A request leaves."""
        self.counts.requested += 1

    def answered(self) -> None:
        """An answer came: the site is up."""
        self.counts.failures_in_row = 0

    def decoded(self, bad: int, note: str) -> None:
        """A page was decoded; what did not fit is told with the run."""
        self.counts.leftover += Counter({"读不出的字符": bad, note: bool(note)})

    # -- what Scrapy calls ------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        """The first requests for every address."""
        for url in self.urls:
            for request in self.first(url):
                yield request

    def failed(self, failure: Failure) -> None:
        """Account for a request that brought no page."""
        error, request = failure.value, cast(Request, failure.request)  # type: ignore[attr-defined]  # Scrapy puts it there
        where = urlsplit(request.url)
        if isinstance(error, StoppedError):
            return
        if isinstance(error, ForbiddenAddressError):
            self.counts.dropped["forbidden_address"] += 1
            self.counts.problem(f"不许访问：{error}")
        elif isinstance(error, HttpError):
            self._bad_status(error.response.status, request)
        elif isinstance(error, (IgnoreRequest, DownloadCancelledError)):
            self.counts.fail(f"读不出：{in_words(error)}")
        else:
            self.lose(f"{where.netloc}（{in_words(error)}）")

    def on_error(self, failure: Failure, response: Response) -> None:
        """A callback failed: the page is kept for a look, the rest of the source goes on."""
        self.counts.dropped["unreadable"] += 1
        self.counts.problem(f"读不出：{failure.type.__name__ if failure.type else ''}")
        content = response.text if isinstance(response, TextResponse) else ""
        self.context.quarantine.put(self.source.name, response.url, repr(failure.value), content)

    def _bad_status(self, status: int, request: Request) -> None:
        if status in GONE and not request.meta.get("first"):
            self.counts.dropped["gone"] += 1
        else:
            self.counts.fail(f"读不出：HTTP {status}")

    @classmethod
    def _standalone(cls, name: str | None, url: str | None) -> PostSpider[OptionsT]:
        try:
            return cls._from_config(name, url)
        except (
            KoubeiError
        ) as error:  # nothing is open yet; whatever is raised here, asyncio shows a traceback
            sys.stderr.write(f"{error}\n")
            sys.stderr.flush()
            os._exit(error.exit_code)

    @classmethod
    def _from_config(cls, name: str | None, url: str | None) -> PostSpider[OptionsT]:
        settings = load_settings(None)
        source = settings.source(name) if name else adhoc_source(cls.name, (url,) if url else ())
        if source is None:
            raise ConfigError(_("没有名为 {name} 的来源", name=name), _("koubei.toml 中 [[sources]] 的 name"))
        folder = DataFolder(settings.storage.data)
        return cls(source, CrawlContext.open(settings, folder, clock_from_environment()))

    def _apply(self, crawler: Crawler) -> None:
        """What differs by source, above what the command line says: politeness is not an option."""
        network = self.context.settings.network
        for key, value in {
            "USER_AGENT": politeness.user_agent(network, self.origins),
            "DOWNLOAD_DELAY": politeness.check_delay(self.source, self.origins),
            "DOWNLOAD_TIMEOUT": network.timeout_seconds,
            handler.ORIGINS_SETTING: tuple(self.origins),
            handler.PROXY_SETTING: network.proxy,
            handler.CA_SETTING: str(network.ca_bundle) if network.ca_bundle else None,
        }.items():
            crawler.settings.set(key, value, priority="cmdline")
        crawler.signals.connect(self.on_error, signals.spider_error)


def join(response: Response, url: str) -> str | None:
    """`url` made absolute; None where it is no URL at all."""
    try:
        return response.urljoin(url.strip())
    except ValueError:
        return None
