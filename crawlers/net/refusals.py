"""How sites say no: by status, by sending us to a login, or by a login or captcha page with status 200."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse

from crawlers.net.gate import refuse
from crawlers.net.robots import ROBOTS_FLAG

REFUSED = frozenset({401, 403, 407, 412, 418, 429, 432, 451, 461, 471})
_LOGIN_HOST = re.compile(r"^(?:passport|login|sso|signin|account|accounts|auth|verify|captcha|sec|wappass)\.")
_LOGIN_PATH = re.compile(
    r"/(?:login|signin|sign_in|sso|passport|antispider|captcha|wappass|verify|safeverify)(?:[/.?]|$)",
    re.IGNORECASE,
)
_PAGES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "要求登录",
        re.compile(
            r"抱歉，您需要登录|您需要先登录才能继续|请先登录|登录后(?:才能|可|方可)(?:查看|浏览|访问)"
        ),
    ),
    (
        "要求登录",
        re.compile(r"<title>[^<]{0,20}(?:登录|登陆|Sina Visitor System|Log ?in|Sign in)", re.IGNORECASE),
    ),
    ("要求安全验证", re.compile(r"安全验证|人机验证|访问验证|滑动验证|请输入验证码|网络不给力")),
    (
        "要求安全验证",
        re.compile(r"captcha|antispider|seccodeRight|cf-chl-|Just a moment\.\.\.", re.IGNORECASE),
    ),
    (
        "拒绝访问",
        re.compile(r"您的IP|访问(?:过于|太)频繁|异常请求|没有权限|无权访问|Access Denied", re.IGNORECASE),
    ),
)
_LOOK_AT = 60_000


def refusal_in(response: Response) -> str | None:
    """How a page that is not what we expected says no; None where it does not seem to.

    Only to be asked of a page that lacks what the spider looks for: a post may well speak of captchas.
    """
    if not isinstance(response, TextResponse):
        return None
    text = response.text[:_LOOK_AT]
    return next((why for why, pattern in _PAGES if pattern.search(text)), None)


def sent_to_login(asked: str, got: str) -> bool:
    """True where a redirect led from a page to a login or a captcha."""
    before, after = urlsplit(asked), urlsplit(got)
    if (before.hostname, before.path) == (after.hostname, after.path):
        return False
    moved = before.hostname != after.hostname
    return bool((moved and _LOGIN_HOST.match(after.hostname or "")) or _LOGIN_PATH.search(after.path))


class RefusalMiddleware:
    """Ends the crawl at a refusing status or a redirect to a login, before anything is asked again."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RefusalMiddleware:
        """Called by Scrapy."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Raises StoppedError where the answer is a refusal."""
        if request.meta.get(ROBOTS_FLAG):
            return response
        if response.status in REFUSED:
            refuse(self._crawler, request, f"对方返回 {response.status}")
        location = (response.headers.get("Location") or b"").decode("latin-1")
        if (
            300 <= response.status < 400
            and location
            and sent_to_login(request.url, response.urljoin(location))
        ):
            refuse(self._crawler, request, "被转到登录或验证页")
        return response
