"""What a careful reader must cope with: copies across sources, personal numbers, hostile texts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import TypeVar

from crawlers.sandbox import mixes
from crawlers.sandbox.items import Article, Complaint, Facts, ForumPost, Item, Weibo

ItemT = TypeVar("ItemT", bound=Item)

COPIES = 0.012
PRIVATE = 0.008
LONG_TEXT = 200_000

_TAILS = ("", "", "！", "……", "😡", "。", "～")
_CARRIERS = ("有事打我电话{}", "联系方式{}", "号码{}，请尽快回电", "我的{}，别再拖了")


def plant(rng: Random, forum: Sequence[ForumPost], complaints: Sequence[Complaint],
          articles: Sequence[Article], weibos: Sequence[Weibo], hostile: bool) -> None:  # fmt: skip
    """Turn some posts into copies, put invented personal numbers into some, make a few hostile."""
    replies = [p for p in forum if not p.title and _plain(p)]
    own = [c for c in complaints if _plain(c)]
    walls = [w for w in weibos if _plain(w)]
    touched: set[Item] = set()
    for source, targets in ((walls, replies), (replies, walls), (own, own), (list(articles), list(articles))):
        _copy_some(rng, source, targets, touched)
    _private_numbers(rng, [i for i in (*replies, *own, *walls) if i not in touched], touched)
    if hostile:
        _hostile([[i for i in items if i not in touched] for items in (replies, own, walls)])
        _hostile_link([a for a in articles if a not in touched])


def _plain(item: Item) -> bool:
    facts = item.facts
    named = "text" in facts.matched.values()
    ordinary = not (facts.storm or facts.incident or facts.topic in ("campaign", "outage"))
    return named and ordinary and facts.role == "customer" and item.repost_of is None


def _copy_some(rng: Random, sources: Sequence[Item], targets: Sequence[Item], touched: set[Item]) -> None:
    """Copy some sources onto later targets. What is copied stays as it is, and a copy is not copied again."""
    times = [t.at for t in targets]
    for source in rng.sample(list(sources), round(len(sources) * COPIES)):
        index = bisect_left(times, source.at + timedelta(minutes=rng.randint(20, 2000)))
        if index < len(targets) and source.duplicate_of is None and targets[index] not in touched:
            touched |= {source, targets[index]}
            _copy(rng, source, targets[index])


def _copy(rng: Random, source: Item, target: Item) -> None:
    target.title, target.text = source.title, source.text + rng.choice(_TAILS)
    target.duplicate_of = source
    old, facts = target.facts, Facts()
    texts = [b for b, how in source.facts.matched.items() if how == "text"]
    facts.brands = {b: source.facts.brands[b] for b in texts}
    facts.factors = {b: source.facts.factors[b] for b in texts}
    facts.matched = dict.fromkeys(texts, "text")
    if named := source.facts.named_province:
        facts.province, facts.province_source, facts.named_province = named, "named", named
    if old.province_source == "declared":
        facts.province, facts.province_source = old.province, "declared"
    elsewhere = [(b, how) for b, how in old.matched.items() if how != "text"]
    if isinstance(target, ForumPost) and target.thread.brand:
        elsewhere.append((target.thread.brand, "thread"))
    for brand, how in elsewhere:
        mixes.also(facts, brand, "neu", "", how)
    if isinstance(source, Complaint) and isinstance(target, Complaint):
        target.company, target.issue = source.company, source.issue
        facts.brands, facts.factors = dict(source.facts.brands), dict(source.facts.factors)
        facts.matched = dict(source.facts.matched)
    facts.role, facts.topic, facts.timed = source.facts.role, "copy", old.timed
    facts.off_topic = source.facts.off_topic
    target.facts = facts


def _private_numbers(rng: Random, items: Sequence[Item], touched: set[Item]) -> None:
    """Invented: an unassigned phone block, a person born in 1900, a test card number, example.com."""
    made = (phone, id_card, bank_card, mail)
    for count, item in enumerate(rng.sample(list(items), max(8, round(len(items) * PRIVATE)))):
        number = made[count % len(made)](rng)
        item.text += "，" + rng.choice(_CARRIERS).format(number)
        item.facts.private = (number,)
        touched.add(item)


def phone(rng: Random) -> str:
    """A mobile number of a block that no operator has given out."""
    return f"1990000{rng.randrange(10_000):04d}"


def id_card(rng: Random) -> str:
    """An id-card number with a valid check digit (GB 11643), of nobody living."""
    body = f"11010119000101{rng.randrange(1000):03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def bank_card(rng: Random) -> str:
    """A 19-digit card number that passes the Luhn check."""
    body = f"622202000000{rng.randrange(10**6):06d}"
    total = sum(d if i % 2 else d * 2 - 9 * (d > 4) for i, d in enumerate(map(int, reversed(body))))
    return body + str(-total % 10)


def mail(rng: Random) -> str:
    """A mail address at a domain kept for examples."""
    return f"kehu{rng.randrange(10**5)}@example.com"


def _hostile(platforms: Sequence[Sequence[Item]]) -> None:
    """A few texts meant to break a page, a spreadsheet or a parser; null bytes where the format has them."""
    forum, heimao, weibo = (iter(items[len(items) // 3 :]) for items in platforms)
    for items, make in (
        (forum, lambda t: f"<script>alert('口碑')</script>{t}<img src=x onerror=alert(1)>"),
        (forum, lambda t: f"{t} \u202e{t[:6]}\u202c\u200f"),
        (forum, lambda t: (t + "，啊") * (LONG_TEXT // (len(t) + 2))),
        (heimao, lambda t: f"{t[:5]}\x00{t[5:]}"),
        (heimao, lambda t: f'{t} <a href="javascript:alert(document.cookie)">点这里退费</a>'),
        (weibo, lambda t: f'=HYPERLINK("http://127.0.0.1/x","{t}")'),
        (weibo, lambda t: f"@SUM(1+1)*cmd|' /C calc'!A0 {t}"),
        (weibo, lambda t: f"\u202e{t}\u202c"),
    ):
        item = next(items, None)
        if item:
            item.text = make(item.text)
            item.facts.hostile = True


def _hostile_link(articles: Sequence[Article]) -> None:
    """One article of the first feed is served with a javascript: link."""
    found = next((a for a in articles if a.feed == "telecom-news"), None)
    if found:
        found.facts.hostile = True
