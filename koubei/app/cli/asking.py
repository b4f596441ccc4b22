"""Asks a person about one post after another, in the terminal."""

from __future__ import annotations

import sys

from koubei.app.cli.output import beijing, err, printable, remark, say
from koubei.app.context import AppContext
from koubei.app.labelling import give, mentions_of, unjudged
from koubei.core.domain import ScoredMention
from koubei.core.language import _
from koubei.core.state import GoldLabel, Sample

KEYS: dict[str, GoldLabel] = {"n": "neg", "u": "neu", "p": "pos", "x": "not_about_us"}
SKIP, QUIT = "s", "q"
QUESTION = _("n 负  u 中  p 正  x 无关  s 跳过  q 退出 > ")
LONGEST = 2000


def ask_person(app: AppContext, sample: Sample, who: str) -> int:
    """Ask what this person has not judged yet; how many are left. Every answer is kept at once."""
    waiting = unjudged(app, sample, who)
    left = len(waiting)
    for place, item in enumerate(waiting, 1):
        found = next(mentions_of(app, [item]), None)
        if found is None:
            left -= 1
            continue
        _show(found, place, len(waiting))
        answer = _answer()
        if answer == QUIT:
            break
        if answer != SKIP:
            give(app, sample, item.mention_id, who, KEYS[answer])
            left -= 1
    return left


def _show(mention: ScoredMention, place: int, total: int) -> None:
    """The post as its readers saw it; what the model said stays hidden."""
    post, brand = mention.mention.post, mention.mention.brand_id
    when = beijing(post.published_at, _("时间未知"))
    say(f"[{place}/{total}] {post.platform}  {when}  {brand}")
    text = post.scored_text
    say(text if len(text) <= LONGEST else text[:LONGEST] + _("…（共 {letters} 字）", letters=len(text)))
    if post.quoted:
        say(_("引用：{quoted}", quoted=post.quoted[:LONGEST]))


def _answer() -> str:
    """One of the keys; the end of the input is a wish to stop."""
    while True:
        err.print(printable(QUESTION), end="")
        line = sys.stdin.readline()
        if not line:
            return QUIT
        key = line.strip().lower()
        if key in KEYS or key in (SKIP, QUIT):
            return key
        remark(_("不认识 {key!r}", key=key[:20]))
