"""How people write: emoticons, emoji, fillers, slips of the pen, traditional characters."""

from __future__ import annotations

import re
from functools import cache
from random import Random
from typing import Literal

from opencc import OpenCC

Sentiment = Literal["neg", "neu", "pos"]

_FACES: dict[Sentiment, tuple[str, ...]] = {
    "neg": ("[怒]", "[泪]", "[允悲]", "[怒骂]", "[抓狂]", "[裂开]", "[微笑]", "[摊手]", "[吐]", "😡", "😭",
    "🤬", "💢", "😤"),
    "neu": ("[思考]", "[疑问]", "[吃瓜]", "[doge]", "🤔", "🙏", "👀"),
    "pos": ("[赞]", "[心]", "[good]", "[给力]", "[鼓掌]", "[哈哈]", "👍", "😊", "🎉", "❤️"),
}  # fmt: skip
_ENDS: dict[Sentiment, tuple[str, ...]] = {
    "neg": ("。", "！", "！！！", "…", "", "？？", "。。。"), "neu": ("。", "？", "", "~", "…"),
    "pos": ("。", "！", "~", "", "！！"),
}  # fmt: skip
_FILLERS = (
    "反正",
    "说实话",
    "讲真",
    "emmm",
    "呃",
    "话说",
    "你懂的",
    "怎么说呢",
    "额",
    "实在是",
    "就很离谱",
    "哎",
)
_SLIPS = (
    ("真的", "真滴"), ("没有", "木有"), ("自己", "自已"), ("已经", "己经"), ("账号", "帐号"), ("登录",
    "登陆"),
    ("垃圾", "辣鸡"), ("什么", "神马"), ("怎么", "肿么"), ("知道", "造"), ("就是", "就素"), ("喜欢", "稀饭"),
    ("这样", "酱紫"), ("客服", "客fu"), ("扣费", "扣废"), ("根本", "跟本"), ("一直", "一只"), ("需要",
    "须要"),
)  # fmt: skip
_MARKS = re.compile(r"[\W_]+")


def face(rng: Random, mood: Sentiment) -> str:
    """An emoticon or emoji of that mood, sometimes doubled."""
    one = rng.choice(_FACES[mood])
    return one * 2 if rng.random() < 0.15 else one


def end(rng: Random, mood: Sentiment) -> str:
    """How a text of that mood stops, with a face now and then."""
    mark = rng.choice(_ENDS[mood])
    return mark + face(rng, mood) if rng.random() < 0.3 else mark


def filler(rng: Random) -> str:
    """A word that says nothing."""
    return rng.choice(_FILLERS) + rng.choice(("，", "", "…"))


def slip(rng: Random, text: str) -> str:
    """The text with one slip of the pen, where a word it holds invites one."""
    wrong = [pair for pair in _SLIPS if pair[0] in text]
    return text.replace(*rng.choice(wrong), 1) if wrong else text


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


def traditional(text: str) -> str:
    """The text in traditional characters."""
    return str(_converter().convert(text))


def bones(text: str) -> str:
    """Letters, digits and han only, lower case: what a near-duplicate hash sees."""
    return _MARKS.sub("", text).lower()
