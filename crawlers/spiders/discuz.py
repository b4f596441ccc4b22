"""Discuz! X forums, as they look to a visitor who is not logged in. See docs/sources.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from crawlers.base import join
from crawlers.clean import html_to_text, parse_time
from crawlers.counts import count_noted
from crawlers.dom import Element, drop, outer_html, select, text_of
from crawlers.forum import ForumOptions, ForumSpider, Thread, ThreadPage
from koubei.core.domain import Engagement, RawPost
from koubei.core.privacy import mask_name

_TABLE = select("#threadlisttableid, #threadlist")
_ROW = select("tbody[id^=normalthread_]")
_SUBJECT = select("a.xst")
_REPLIES = select("td.num a")
_VIEWS = select("td.num em")
_LAST = select("td.by:last-child em")
_NEXT = select("div.pg a.nxt")

_TITLE = select("#thread_subject")
_FLOOR = select("table[id^=pid]")
_MESSAGE = select("td.t_f, [id^=postmessage_]")
_AUTHOR = select(".authi a.xw1")
_BYLINE = select(".authi")
_POSTED = select("em[id^=authorposton]")
_QUOTE = select("div.quote, blockquote")
_QUOTED_NAME = re.compile(r"\A\S[^\n]{0,40}?(?= 发表于 )")
"""Whom a quotation names at its head: an author like any other, so masked like one."""
_LOCKED = select("div.locked")
_NOISE = select(
    "i.pstatus, .jammer, script, style, div.locked, [style*='display:none'], [style*='display: none']"
)
_QUOTED_PID = re.compile(r"[?&;]pid=(\d+)")
_UID = re.compile(r"(?:uid[=-])(\d+)")
_DIGITS = re.compile(r"\d+")
_ABSOLUTE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_REGION = re.compile(r"IP属地[:：]?\s*([\u4e00-\u9fff]{2,8})")
_CLOSED = re.compile(r"指定的主题不存在|已被删除|正在被审核|没有找到帖子|要求阅读权限|阅读权限高于")
_NO_THREADS = re.compile(r"尚无主题|没有主题|暂无主题")
_PRETTY = re.compile(r"(thread-\d+-)\d+(-\d+\.html)")


class DiscuzSpider(ForumSpider[ForumOptions]):
    """`urls` are the addresses of boards (forumdisplay)."""

    name = "discuz"
    options_type = ForumOptions

    def read_list(self, response: TextResponse) -> tuple[Sequence[Thread], str | None] | None:
        """Normal threads only; sticky ones stand on every page and are years old."""
        root = response.selector.root
        if not _TABLE(root):
            self.puzzled(response, "#threadlisttableid")
            return None
        rows = _ROW(root)
        if not rows and not _NO_THREADS.search(response.text):
            self.counts.missing("tbody[id^=normalthread_]")
            return None
        threads = [t for row in rows if (t := self._thread(response, row))]
        return threads, self._next(response, root)

    def read_thread(self, response: TextResponse, thread: Thread, page: int) -> ThreadPage | None:
        """The floors of one page; floor 1 is the thread's post, all others are replies."""
        root = response.selector.root
        floors = _FLOOR(root)
        if not floors:
            return self._without_floors(response)
        if not any(_POSTED(floor) for floor in floors):
            self.counts.missing("em[id^=authorposton]")
        title = text_of(_TITLE(root)) or thread.title
        numbers = [int(_first_digits(floor.get("id", ""))) for floor in floors]
        if page == 1:
            self.openers[thread.thread_id] = numbers[0]
        posts = [
            (number, post)
            for number, floor in zip(numbers, floors, strict=True)
            if (post := self._floor(response, floor, number, thread, title))
        ]
        return ThreadPage(posts, self._next(response, root))

    def _without_floors(self, response: TextResponse) -> ThreadPage | None:
        """A notice where a thread should be: it alone is closed to us, or the whole forum is."""
        found = _CLOSED.search(response.text)
        if found is None:
            self.puzzled(response, "table[id^=pid]")
            return None
        self.counts.dropped["protected" if "权限" in found[0] else "gone"] += 1
        return ThreadPage([], None)

    def page_url(self, url: str, page: int) -> str:
        """Both address styles: thread-1-P-1.html and viewthread&tid=1&page=P."""
        if _PRETTY.search(url):
            return _PRETTY.sub(rf"\g<1>{page}\2", url)
        return f"{url}&page={page}"

    def _thread(self, response: TextResponse, row: Element) -> Thread | None:
        links = _SUBJECT(row)
        tid = _first_digits(row.get("id", ""))
        if not links or not tid:
            self.counts.missing("a.xst")
            return None
        replies = count_noted(text_of(_REPLIES(row)), "回复数", self.counts.leftover)
        stamp = f"{replies}:{_absolute(_LAST(row))}"
        url = _thread_url(response, links[0].get("href", ""), tid)
        views = count_noted(text_of(_VIEWS(row)), "查看数", self.counts.leftover)
        return Thread(tid, url, text_of(links), stamp, replies, views)

    def _floor(
        self, response: TextResponse, floor: Element, number: int, thread: Thread, title: str
    ) -> RawPost | None:
        messages = _MESSAGE(floor)
        if not messages:
            if _LOCKED(floor):
                self.counts.dropped["hidden"] += 1
            else:
                self.counts.missing("td.t_f")
            return None
        quoted, parent = _take_quote(messages[0])
        published_at, precision = parse_time(_time_text(_POSTED(floor)), self.context.clock.now())
        authors = _AUTHOR(floor)
        uid = _UID.search(authors[0].get("href", "")) if authors else None
        region = _REGION.search(" ".join("".join(a.itertext()) for a in _BYLINE(floor)))
        return self.make_post(
            response,
            **self._place(thread, number, title, parent),
            text=_message_text(messages[0]),
            quoted=quoted,
            author_id=uid[1] if uid else None,
            author_name=text_of(authors),
            published_at=published_at,
            time_precision=precision,
            province=region[1] if region else None,
        )

    def _place(self, thread: Thread, number: int, title: str, parent: int) -> dict[str, Any]:
        """Floor 1 is the thread itself; every other floor answers it, or the floor it quotes."""
        topic, opener = f"t{thread.thread_id}", self.openers.get(thread.thread_id)
        if number == opener:
            counts = Engagement(comments=thread.replies, views=thread.views)
            own = {
                "kind": "post",
                "native_id": topic,
                "url": thread.url,
                "title": title,
                "engagement": counts,
            }
        else:
            answered = topic if parent in (0, opener) else f"p{parent}"
            url = _reply_url(thread, number)
            own = {"kind": "reply", "native_id": f"p{number}", "url": url, "parent_id": answered}
            own["thread_title"] = title
        return {**own, "thread_id": topic}

    def _next(self, response: TextResponse, root: Element) -> str | None:
        links = _NEXT(root)
        return join(response, links[0].get("href", "")) if links else None


def _thread_url(response: TextResponse, href: str, tid: str) -> str:
    """The thread's page 1, without what depends on where the link stood."""
    absolute = join(response, href) or response.url
    if _PRETTY.search(absolute):
        return _PRETTY.sub(r"\g<1>1-1.html", absolute.split("?")[0])
    return urlsplit(absolute)._replace(query=f"mod=viewthread&tid={tid}", fragment="").geturl()


def _reply_url(thread: Thread, number: int) -> str:
    """The address a forum itself gives a reply, whatever page it stands on."""
    base = thread.url.split("?")[0].rsplit("/", 1)[0]
    return f"{base}/forum.php?mod=redirect&goto=findpost&ptid={thread.thread_id}&pid={number}"


def _take_quote(message: Element) -> tuple[str, int]:
    """(quoted text, the quoted post's number or 0), and the quotation gone from the message."""
    quotes = _QUOTE(message)
    if not quotes:
        return "", 0
    found = _QUOTED_PID.search(" ".join(a.get("href", "") for a in quotes[0].iter("a")))
    text = _QUOTED_NAME.sub(lambda found: mask_name(found[0]), html_to_text(outer_html(quotes[0])))
    for quote in quotes:
        drop(quote)
    return text, int(found[1]) if found else 0


def _message_text(message: Element) -> str:
    for noise in _NOISE(message):
        drop(noise)
    return html_to_text(outer_html(message))


def _time_text(elements: Sequence[Element]) -> str:
    """The exact time stands in a title where the page shows a relative one."""
    if not elements:
        return ""
    titled = next((e.get("title") for e in elements[0].iter() if e.get("title")), None)
    return titled or text_of(elements)


def _absolute(elements: Sequence[Element]) -> str:
    found = _ABSOLUTE.search(_time_text(elements))
    return found[0] if found else ""


def _first_digits(text: str) -> str:
    found = _DIGITS.search(text)
    return found[0] if found else ""
