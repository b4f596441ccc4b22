"""When a site says no, the source stops at once and says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse
from werkzeug import Request, Response

from crawlers.net.refusals import refusal_in, sent_to_login

Site = Any
FIXTURES = Path(__file__).parent / "fixtures"
LIST = "/forum.php?mod=forumdisplay&fid=2"
HEIMAO = "/api/index/feed?type=1&page=1&page_size=50"
LOGIN = (
    "<html><head><title>提示信息</title></head><body><p>抱歉，您需要登录后才能继续本操作</p></body></html>"
)
CAPTCHA = "<html><head><title>百度安全验证</title></head><body><div class='captcha'></div></body></html>"


@pytest.mark.parametrize("status", [401, 403, 418, 429, 432, 412])
def test_a_refusing_status_stops_the_source_without_a_second_try(site: Site, status: int) -> None:
    site.answers[LIST] = Response("", status)
    run = site.run("discuz", LIST)
    assert site.asked == ["/robots.txt", LIST]
    assert (run.status, run.refused) == ("degraded", 1)
    assert run.finish_reason == f"被拒：对方返回 {status}"


@pytest.mark.parametrize(("page", "why"), [(LOGIN, "要求登录"), (CAPTCHA, "要求安全验证")])
@pytest.mark.parametrize(
    ("spider", "path", "url"), [("discuz", LIST, LIST), ("heimao", HEIMAO, "/"), ("feed", "/f", "/f")]
)
def test_a_login_or_captcha_page_with_status_200_is_a_refusal(
    site: Site, spider: str, path: str, url: str, page: str, why: str
) -> None:
    site.answers[path] = page
    run = site.run(spider, url)
    assert (run.status, run.refused, run.finish_reason) == ("degraded", 1, f"被拒：{why}")


def test_a_redirect_to_a_login_is_a_refusal_and_is_not_followed(site: Site) -> None:
    site.answers |= {
        "/f": Response("", 302, {"Location": "/member/login?next=/f"}),
        "/member/login?next=/f": LOGIN,
    }
    run = site.run("feed", "/f")
    assert run.refused == 1
    assert "/member/login?next=/f" not in site.asked


def test_an_empty_list_with_a_total_is_a_refusal(site: Site) -> None:
    data = {"lists": [], "pager": {"current": 1, "next": 2, "page_amount": 37, "item_count": 365}}
    site.answers[HEIMAO] = json.dumps({"result": {"status": {"code": 0}, "data": data}})
    run = site.run("heimao", "/")
    assert run.refused == 1
    assert "365" in run.finish_reason


def test_an_empty_list_without_a_total_is_just_empty(site: Site) -> None:
    data = {"lists": [], "complaints": None, "pager": {"current": 1, "item_count": 0}}
    site.answers[HEIMAO] = json.dumps({"result": {"status": {"code": 0}, "data": data}})
    assert site.run("heimao", "/").status == "ok"


def test_an_error_code_in_the_answer_is_a_refusal(site: Site) -> None:
    site.answers[HEIMAO] = json.dumps({"result": {"status": {"code": 100, "msg": "系统繁忙"}, "data": {}}})
    assert site.run("heimao", "/").finish_reason == "被拒：接口返回 100 系统繁忙"


def test_what_was_collected_before_the_refusal_is_kept(site: Site) -> None:
    folder = FIXTURES / "discuz"
    site.answers |= {
        LIST: (folder / "list1.html").read_text(encoding="utf-8"),
        f"{LIST}&page=2": (folder / "list2.html").read_text(encoding="utf-8"),
        "/forum.php?mod=viewthread&tid=1002": (folder / "thread1002.html").read_text(encoding="utf-8"),
        "/forum.php?mod=viewthread&tid=1003": (folder / "deleted.html").read_text(encoding="utf-8"),
        "/forum.php?mod=viewthread&tid=1001": Response("", 403),
    }
    run = site.run("discuz", LIST)
    assert run.refused == 1
    assert len(site.posts()) == run.collected
    state = site.state()
    assert "lists" not in state.cursors.get("src")
    state.close()


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_server_fault_is_asked_again_at_most_twice(site: Site, status: int) -> None:
    site.answers["/f"] = Response("", status)
    run = site.run("feed", "/f")
    assert site.asked.count("/f") == 3
    assert (run.status, run.refused) == ("degraded", 0)
    assert str(status) in run.finish_reason


def test_the_app_store_is_asked_again_only_once(site: Site) -> None:
    path = "/cn/rss/customerreviews/page=1/id=123456/sortby=mostrecent/json"
    site.answers[path] = Response("", 502)
    site.run("appstore", "/", apps=["123456"])
    assert site.asked.count(path) == 2


def test_a_fault_that_passes_leaves_no_trace(site: Site) -> None:
    path = "/cn/rss/customerreviews/page={}/id=123456/sortby=mostrecent/json"
    answers = [Response("", 502), Response((FIXTURES / "appstore/page2.json").read_text(encoding="utf-8"))]

    def flaky(request: Request) -> Response:
        return answers.pop(0)

    site.answers |= {path.format(1): flaky, path.format(2): '{"feed": {}}'}
    site.answers[path.format(2)] = (FIXTURES / "appstore/page3.json").read_text(encoding="utf-8")
    run = site.run("appstore", "/", apps=["123456"])
    assert (run.status, run.collected) == ("ok", 1)


def test_a_site_that_is_down_is_not_asked_for_ever(site: Site) -> None:
    site.answers |= {f"/f{n}": Response("", 500) for n in range(20)}
    run = site.run("feed", *[f"/f{n}" for n in range(20)])
    assert run.requested < 10
    assert run.status == "degraded"


def test_posts_that_speak_of_logins_are_no_refusal(site: Site) -> None:
    site.answers["/f"] = (
        '<rss version="2.0"><channel><title>t</title><item><title>安全验证一直弹，请先登录</title>'
        "<link>https://a.example/1</link><description>抱歉，您需要登录，烦死了 captcha</description></item>"
        "</channel></rss>"
    )
    assert site.run("feed", "/f").status == "ok"


def test_a_page_whose_markup_changed_is_counted_and_says_what_is_missing(site: Site) -> None:
    text = (FIXTURES / "discuz/list1.html").read_text(encoding="utf-8")
    site.answers[LIST] = text.replace("threadlisttableid", "topic-list")
    run = site.run("discuz", LIST)
    assert (run.status, run.refused) == ("degraded", 0)
    assert run.leftover == {"#threadlisttableid": 1}
    assert "#threadlisttableid" in run.finish_reason


@pytest.mark.parametrize(
    ("asked", "got", "is_login"),
    [
        ("https://a.example/x", "https://passport.a.example/visitor", True),
        ("https://a.example/x", "https://a.example/antispider/?from=x", True),
        ("http://a.example/x", "https://a.example/x", False),
        ("https://a.example/x", "https://www.a.example/blog/logins-explained", False),
        ("https://login.a.example/feed", "https://login.a.example/feed", False),
    ],
)
def test_redirects_to_logins_are_told_from_others(asked: str, got: str, is_login: bool) -> None:
    assert sent_to_login(asked, got) is is_login


def test_an_ordinary_page_is_no_refusal() -> None:
    page = HtmlResponse(
        "https://a.example/", body="<title>登山论坛</title><p>今天天气好</p>".encode(), encoding="utf-8"
    )
    assert refusal_in(page) is None
