"""SandboxServer: the world over HTTP on loopback; nothing newer than the clock is served."""

from __future__ import annotations

import sys
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawlers.sandbox.site.appstore import AppStoreSite
from crawlers.sandbox.site.feeds import FeedSite
from crawlers.sandbox.site.forum import ForumSite
from crawlers.sandbox.site.heimao import HeimaoSite
from crawlers.sandbox.site.log import AccessLog
from crawlers.sandbox.site.refusals import Kind, Refusal
from crawlers.sandbox.site.wire import Answer, Question, Site
from crawlers.sandbox.world import World
from koubei.core.clock import Clock

HOST = "127.0.0.1"
PRIVATE = "/private/"

_ROBOTS = f"User-agent: *\nDisallow: {PRIVATE}\n".encode()
_TRAP = b'<html><body><a href="/private/deeper.html">deeper</a></body></html>'
_HOME = '<html lang="zh-CN"><body><a href="/forum-2-1.html">老网友社区</a></body></html>'.encode()
_FIXED = {"/": Answer(_HOME), "/robots.txt": Answer(_ROBOTS, "text/plain; charset=utf-8")}
_NOT_FOUND = Answer(b"<h1>404 Not Found</h1>", status=404)


class SandboxServer:
    """Serves a world from a thread of this process: `with SandboxServer(world, clock) as site: site.origin`.

    Attributes:
        log: every request, for tests. /private/ is forbidden by robots.txt and holds a honeypot.
    """

    def __init__(self, world: World, clock: Clock, port: int = 0) -> None:
        """Listen on loopback; port 0 takes a free one.

        Raises:
            OSError: the port is taken.
        """
        self.log = AccessLog()
        self._clock = clock
        self._sites: tuple[Site, ...] = (
            ForumSite(world), HeimaoSite(world), AppStoreSite(world), FeedSite(world)
        )  # fmt: skip
        self._refusals: list[Refusal] = []
        self._http = _Listener(self, port)
        self._thread = Thread(target=self._http.serve_forever, args=(0.05,), name="sandbox", daemon=True)

    @property
    def origin(self) -> str:
        """http://127.0.0.1:port"""
        return f"http://{HOST}:{self._http.server_port}"

    def __enter__(self) -> SandboxServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def refuse(self, path_prefix: str, kind: Kind, after: int = 0, seconds: float = 3.0) -> Refusal:
        """Refuse addresses (path and query) that begin so, once `after` of them were answered."""
        refusal = Refusal(path_prefix, kind, after, seconds)
        self._refusals.append(refusal)
        return refusal

    def relent(self) -> None:
        """Refuse nothing any more."""
        self._refusals.clear()

    def answer(self, address: str, headers: Any) -> Answer:
        """The response to a GET of `address` (path and query)."""
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query))
        question = Question(parts.path, query, headers, self._clock.now(), self.origin)
        refusal = next((r for r in self._refusals if r.due(address)), None)
        if refusal is None:
            return self._page(question)
        question, refused = refusal.before(question)
        return refused or refusal.then(self._page(question))

    def _page(self, question: Question) -> Answer:
        if question.path in _FIXED:
            return _FIXED[question.path]
        if question.path.startswith(PRIVATE):
            return Answer(_TRAP)
        found = (answer for site in self._sites if (answer := site.answer(question)))
        return next(found, _NOT_FOUND)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, site: SandboxServer, port: int) -> None:
        self.site = site
        super().__init__((HOST, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news; anything else is a bug and must be seen."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def do_GET(self) -> None:
        """Answer, in one write, so that a kept-alive connection never waits for an acknowledgement."""
        site = self.server.site
        visit = site.log.begin(self.path, self.headers.get("User-Agent", ""))
        answer = Answer(b"", status=500)
        try:
            answer = site.answer(self.path, self.headers)
        finally:
            site.log.end(visit, answer.status)
        lines = [
            f"HTTP/1.1 {answer.status} {responses.get(answer.status, 'Refused')}",
            f"Content-Type: {answer.content_type}",
            f"Content-Length: {len(answer.body)}",
            *(f"{name}: {value}" for name, value in answer.headers.items()),
        ]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        self.wfile.write(head + (b"" if self.command == "HEAD" else answer.body))

    do_HEAD = do_GET  # noqa: N815 - the name http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of http.server
        """Nothing: the access log of the site is for tests."""
