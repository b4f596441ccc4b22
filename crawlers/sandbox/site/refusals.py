"""How the sandbox says no when a test asks it to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import sleep
from typing import Literal

from crawlers.sandbox.site.wire import Answer, Question

Kind = Literal[
    "403", "429", "432", "login200", "captcha", "empty_with_total", "robots_5xx", "markup_changed", "slow"
]

_LOGIN = (
    "<!DOCTYPE html><html><head><title>提示信息 - 老网友社区</title></head><body>"
    "<div id='messagelogin'></div><div id='messagetext' class='alert_info'>"
    "<p>抱歉，您需要登录后才能继续本操作</p></div></body></html>"
)
_CAPTCHA = (
    "<!DOCTYPE html><html><head><title>安全验证</title></head><body><div class='captcha'>"
    "请完成安全验证后继续访问</div><input name='captcha' /></body></html>"
)
_PAGES: dict[Kind, Answer] = {
    "403": Answer(b"<h1>403 Forbidden</h1>", status=403),
    "429": Answer(b"<h1>429 Too Many Requests</h1>", status=429, headers={"Retry-After": "60"}),
    "432": Answer(b"", status=432),
    "login200": Answer(_LOGIN.encode()),
    "captcha": Answer(_CAPTCHA.encode()),
    "robots_5xx": Answer(b"<h1>503</h1>", status=503),
}
_REDESIGN = (
    (b'id="threadlisttableid"', b'class="topic-list"'), (b'id="threadlist"', b'class="topics"'),
    (b'id="normalthread_', b'data-topic="'), (b'id="thread_subject"', b'class="topic-title"'),
    (b'<table id="pid', b'<table data-pid="'), (b'id="post_', b'data-post="'),
    (b'id="postmessage_', b'data-msg="'),
    (b'class="t_f"', b'class="body"'), (b'"lists"', b'"rows"'), (b'"main"', b'"complaint"'),
    (b'"im:rating"', b'"im:stars"'), (b'"entry"', b'"reviews"'), (b"<item>", b"<story>"), (b"</item>",
    b"</story>"),
    (b"<entry>", b"<story>"), (b"</entry>", b"</story>"),
)  # fmt: skip


@dataclass(slots=True)
class Refusal:
    """From the request number `after` + 1 on, addresses that begin with `prefix` are refused.

    Attributes:
        seconds: how long a "slow" answer takes.
    """

    prefix: str
    kind: Kind
    after: int = 0
    seconds: float = 3.0
    hits: int = 0

    def due(self, address: str) -> bool:
        """True where this request is to be refused."""
        if not address.startswith(self.prefix):
            return False
        self.hits += 1
        return self.hits > self.after

    def before(self, question: Question) -> tuple[Question, Answer | None]:
        """The question as it is to be answered, or the refusal itself."""
        if self.kind == "slow":
            sleep(self.seconds)
        if self.kind == "empty_with_total":
            return replace(question, empty=True), None
        return question, _PAGES.get(self.kind)

    def then(self, answer: Answer) -> Answer:
        """The answer after a redesign of the site, where that is the kind."""
        if self.kind != "markup_changed":
            return answer
        body = answer.body
        for old, new in _REDESIGN:
            body = body.replace(old, new)
        return replace(answer, body=body)
