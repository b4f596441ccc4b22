"""The forum as Discuz! X shows it: boards, threads, relative times; one board in GBK."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import datetime
from html import escape

from crawlers.sandbox.forum import BOARDS, GBK_BOARD
from crawlers.sandbox.items import ForumPost, Thread
from crawlers.sandbox.site.times import Shown, shown
from crawlers.sandbox.site.wire import Answer, Question, number
from crawlers.sandbox.world import World

PER_PAGE = 20
_PRETTY_LIST = re.compile(r"^/forum-(\d+)-(\d+)\.html$")
_PRETTY_THREAD = re.compile(r"^/thread-(\d+)-(\d+)-\d+\.html$")
_JAM = ("本帖仅代表作者观点", "来自老网友社区", "转载请注明出处")


class ForumSite:
    """Serves forumdisplay and viewthread, in both address styles."""

    def __init__(self, world: World) -> None:
        self._threads = {t.tid: t for t in world.threads}
        self._boards = {fid: [t for t in world.threads if t.board == fid] for fid in BOARDS}
        self._times = {t.tid: [p.at for p in t.posts] for t in world.threads}
        self._rows: tuple[datetime | None, dict[tuple[int, bool], list[Thread]]] = (None, {})

    def answer(self, question: Question) -> Answer | None:
        """A board's or a thread's page; None elsewhere; 404 where there is no such page."""
        query = dict(question.query)
        if pretty := _PRETTY_LIST.match(question.path):
            query = {**query, "mod": "forumdisplay", "fid": pretty[1], "page": pretty[2]}
        elif pretty := _PRETTY_THREAD.match(question.path):
            query = {**query, "mod": "viewthread", "tid": pretty[1], "page": pretty[2]}
        elif question.path != "/forum.php":
            return None
        page = max(1, number(query.get("page")))
        if query.get("mod") == "forumdisplay" and (fid := number(query.get("fid"), 0)) in BOARDS:
            return self._list(fid, page, query.get("orderby") == "dateline", question)
        thread = self._threads.get(number(query.get("tid"), 0))
        if query.get("mod") == "viewthread" and thread and self._seen(thread, question.now):
            return self._thread(thread, page, question.now)
        return _page(
            "提示信息", '<div id="messagetext"><p>抱歉，指定的主题不存在或已被删除</p></div>', 0, 404
        )

    def _seen(self, thread: Thread, now: datetime) -> int:
        return bisect_right(self._times[thread.tid], now)

    def _order(self, fid: int, by_start: bool, now: datetime) -> list[Thread]:
        if self._rows[0] != now:
            self._rows = (now, {})
        rows = self._rows[1]
        if (fid, by_start) not in rows:
            found = [(t, self._seen(t, now)) for t in self._boards[fid]]
            found = [(t, seen) for t, seen in found if seen]
            found.sort(key=lambda row: row[0].posts[0 if by_start else row[1] - 1].pid, reverse=True)
            rows[fid, by_start] = [t for t, _ in found]
        return rows[fid, by_start]

    def _list(self, fid: int, page: int, by_start: bool, question: Question) -> Answer:
        threads = self._order(fid, by_start, question.now)
        shown_now = [] if question.empty else threads[(page - 1) * PER_PAGE : page * PER_PAGE]
        rows = "".join(self._row(t, question.now) for t in shown_now)
        sticky = _sticky(fid) if page == 1 and not question.empty else ""
        order = "&amp;orderby=dateline" if by_start else ""
        pages = -(-len(threads) // PER_PAGE)
        pager = _pager(f"forum.php?mod=forumdisplay&amp;fid={fid}{order}&amp;page=%d", page, pages)
        body = (
            f'<div id="threadlist"><table summary="forum_{fid}" id="threadlisttableid">{sticky}{rows}</table>'
            f'</div>{pager}<a href="/private/trap.html" rel="nofollow" style="display:none">members</a>'
        )
        return _page(BOARDS[fid], body, fid)

    def _row(self, thread: Thread, now: datetime) -> str:
        seen = self._seen(thread, now)
        first, last = thread.posts[0], thread.posts[seen - 1]
        tid, bare = thread.tid, thread.board == GBK_BOARD
        views = seen * 37 + tid % 90
        return (
            f'<tbody id="normalthread_{tid}"><tr><td class="icn"></td><th class="common">'
            f'<a href="forum.php?mod=viewthread&amp;tid={tid}&amp;extra=page%3D1" class="s xst">'
            f'{escape(first.title)}</a></th><td class="by"><cite>'
            f'<a href="home.php?mod=space&amp;uid={first.author.uid}" c="1">'
            f"{escape(first.author.name)}</a></cite><em>{_stamp(shown(first.at, now), bare)}</em></td>"
            f'<td class="num"><a href="thread-{tid}-1-1.html" class="xi2">{seen - 1}</a><em>{views}</em></td>'
            f'<td class="by"><cite><a href="home.php?username={tid}">{escape(last.author.name)}</a></cite>'
            f'<em><a href="forum.php?mod=redirect&amp;tid={tid}&amp;goto=lastpost#lastpost">'
            f"{_stamp(shown(last.at, now), bare)}</a></em></td></tr></tbody>\n"
        )

    def _thread(self, thread: Thread, page: int, now: datetime) -> Answer:
        seen = self._seen(thread, now)
        first = (page - 1) * PER_PAGE
        posts = thread.posts[first : min(seen, first + PER_PAGE)]
        floors = "".join(_floor(post, first + i + 1, now) for i, post in enumerate(posts))
        title = escape(thread.posts[0].title)
        pager = _pager(
            f"forum.php?mod=viewthread&amp;tid={thread.tid}&amp;page=%d", page, -(-seen // PER_PAGE)
        )
        body = (
            f'<div id="postlist" class="pl bm"><h1 class="ts"><span id="thread_subject">{title}</span></h1>'
            f"{floors}</div>{pager}"
        )
        return _page(title, body, thread.board)


def _floor(post: ForumPost, floor: int, now: datetime) -> str:
    pid, author = post.pid, post.author
    bare = post.thread.board == GBK_BOARD
    edited = (
        '<i class="pstatus"> 本帖最后由 楼主 于 2026-1-2 08:00 编辑 </i><br />\n' if pid % 61 == 0 else ""
    )
    jam = f'<font class="jammer">{_JAM[pid % 3]}</font>' if pid % 23 == 0 else ""
    return (
        f'<div id="post_{pid}"><table id="pid{pid}" class="plhin" cellspacing="0"><tr>'
        f'<td class="pls" rowspan="2"><div class="pi"><div class="authi">'
        f'<a href="home.php?mod=space&amp;uid={author.uid}" class="xw1">'
        f'{escape(author.name)}</a></div></div></td><td class="plc"><div class="pi"><strong>{floor}#</strong>'
        f'<div class="authi"><em id="authorposton{pid}">发表于 {_stamp(shown(post.at, now), bare)}</em></div>'
        f'</div><div class="pct"><div class="t_fsz"><table cellspacing="0"><tr>'
        f'<td class="t_f" id="postmessage_{pid}">\n'
        f"{edited}{_quote(post)}{_html(post.text)}{jam}</td></tr></table></div></div></td></tr>"
        f'<tr><td class="plc plm"><div class="sign"><a href="javascript:void(0)">个人签名</a></div></td></tr>'
        f"</table></div>\n"
    )


def _quote(post: ForumPost) -> str:
    quote = post.quote
    if quote is None:
        return ""
    return (
        f'<div class="quote"><blockquote><font size="2"><a href="forum.php?mod=redirect&amp;goto=findpost'
        f'&amp;pid={quote.pid}&amp;ptid={post.thread.tid}" target="_blank"><font color="#999999">'
        f"{escape(quote.author.name)} 发表于 {shown(quote.at, quote.at).absolute}</font></a></font><br />\n"
        f"{_html(quote.text[:120])}</blockquote></div><br />\n"
    )


def _html(text: str) -> str:
    return escape(text).replace("\n", "<br />\n")


def _stamp(when: Shown, bare: bool) -> str:
    if not when.relative:
        return when.absolute
    text = when.relative.replace(" ", "&nbsp;")
    return text if bare else f'<span title="{when.absolute}">{text}</span>'


def _sticky(fid: int) -> str:
    return (
        f'<tbody id="stickthread_{fid}"><tr><td class="icn"></td><th class="common"><a class="s xst" '
        f'href="forum.php?mod=viewthread&amp;tid={fid}">本版版规：发帖前请先阅读</a></th>'
        f'<td class="by"><cite><a href="home.php?uid=1">站务</a></cite><em><span>2019-3-1</span></em></td>'
        f'<td class="num"><a class="xi2">0</a><em>9999</em></td>'
        f'<td class="by"><cite><a>站务</a></cite><em><a>2019-3-1 10:00</a></em></td></tr></tbody>\n'
    )


def _pager(address: str, page: int, pages: int) -> str:
    if pages < 2:
        return ""
    links = "".join(
        f"<strong>{n}</strong>" if n == page else f'<a href="{address % n}">{n}</a>'
        for n in range(max(1, page - 4), min(pages, page + 5) + 1)
    )
    following = f'<a href="{address % (page + 1)}" class="nxt">下一页</a>' if page < pages else ""
    return f'<div class="pg">{links}{following}</div>'


def _page(title: str, body: str, fid: int, status: int = 200) -> Answer:
    charset = "gbk" if fid == GBK_BOARD else "utf-8"
    boards = "".join(f'<a href="forum-{n}-1.html">{name}</a> ' for n, name in BOARDS.items())
    html = (
        f'<!DOCTYPE html><html><head><meta charset="{charset}" /><title>{title} - 老网友社区</title>'
        f'<meta name="generator" content="Discuz! X3.4" /></head><body id="nv_forum">'
        f'<div id="nv">{boards}</div>{body}</body></html>'
    )
    return Answer(html.encode(charset, "xmlcharrefreplace"), f"text/html; charset={charset}", status)
