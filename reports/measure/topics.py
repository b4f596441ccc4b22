"""Hot topics and words of the day: what stands out against four weeks, by voices, never by raw frequency."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from koubei.core.query import Term
from reports.figures.stats import Odds, log_odds
from reports.figures.topics import Topic, Word
from reports.measure.frame import Frame
from reports.measure.queries import COUNT, VOICES, topic_query
from reports.measure.rows import Row, voices

MIN_WORD_VOICES = 5
MIN_Z = 4.0
TOPICS = 5
WORDS = 10
STORM_POSTS = 10
"""Copies of one root from which it is a topic of its own."""


@dataclass(frozen=True, slots=True)
class Group:
    """A topic before it is written up: its words, or the one root whose copies it is."""

    words: tuple[str, ...]
    root: str = ""

    def holds(self, row: Row) -> bool:
        """Whether a mention belongs to it: the rule that `queries.topic_query` writes as a query."""
        if self.root:
            return row.root == self.root
        return sum(word in row.keywords for word in self.words) >= min(2, len(self.words))


def word_odds(frame: Frame, brand: str) -> list[Odds]:
    """A brand's words of today against its 28 days before, highest z first; names of brands left out."""
    today = _voice_words(frame.table.of(brand, frame.day))
    before = _voice_words(frame.table.over(brand, frame.history))
    names = [w.lower() for b in frame.settings.brands for w in (b.name, *b.include, *b.context)]
    counts = {w: n for w, n in _counted(today).items() if n >= MIN_WORD_VOICES and _tells(w, names)}
    if not before or not counts:
        return []
    return log_odds(counts, _counted(before), len(today), len(before))


def _tells(word: str, names: Collection[str]) -> bool:
    """A word of two characters or more that is no number and no part of a brand's name."""
    return len(word) > 1 and not word.isnumeric() and not any(word.lower() in name for name in names)


def _voice_words(rows: Iterable[Row]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row.root] |= row.keywords
    return found


def _counted(by_voice: dict[str, set[str]]) -> Counter[str]:
    return Counter(word for words in by_voice.values() for word in words)


def groups(rows: Sequence[Row], odds: Sequence[Odds]) -> list[Group]:
    """Words that share most of their voices become one topic; a storm of copies is one by itself."""
    by_word: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for word in row.keywords:
            by_word[word].add(row.root)
    left = [o.word for o in odds if o.z >= MIN_Z][:60]
    found: list[Group] = []
    while left and len(found) < 2 * TOPICS:
        seed = left[0]
        near = [w for w in left[1:] if _overlap(by_word[seed], by_word[w]) >= 0.4][:3]
        group = Group((seed, *near))
        found.append(group)
        held = {r.root for r in rows if group.holds(r)}
        left = [w for w in left if w not in group.words and _overlap(held, by_word[w]) < 0.6]
    return found + _storms(rows, found)


def _overlap(a: set[str], b: set[str]) -> float:
    """Shared voices over the smaller of the two sets (Szymkiewicz-Simpson)."""
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def _storms(rows: Sequence[Row], found: Sequence[Group]) -> list[Group]:
    copies = Counter(r.root for r in rows)
    covered = {r.root for r in rows if any(g.holds(r) for g in found)}
    return [
        Group((), root) for root, n in copies.most_common(TOPICS) if n >= STORM_POSTS and root not in covered
    ]


def topics(frame: Frame, odds: Sequence[Odds]) -> list[tuple[Topic, list[Row]]]:
    """The day's topics by voices, then posts, with the mentions they can be quoted from."""
    rows = frame.rows([frame.day])
    ranked = []
    for group in groups(rows, odds):
        held = [r for r in rows if group.holds(r)]
        if held:
            ranked.append((voices(held), len(held), group, held))
    ranked.sort(key=lambda g: (-g[0], -g[1], g[2].words, g[2].root))
    return [(_topic(frame, group, held), quotable(group, held)) for _, _, group, held in ranked[:TOPICS]]


def _topic(frame: Frame, group: Group, held: list[Row]) -> Topic:
    daily = {d: [r for r in frame.rows([d]) if group.holds(r)] for d in frame.history}
    run = _run(frame, daily, voices(held))
    first = min((r for d in run for r in daily.get(d, held)), key=lambda r: (r.at, r.mention_id))
    status, from_peak = _status(frame, daily, voices(held), len(run))
    scope = frame.current
    query = scope.counted(Term("root_id", group.root)) if group.root else topic_query(scope, group.words)
    title = "话题“" + (" · ".join(group.words) or "同文转发") + "”"
    ref = frame.ledger.number(f"{title}，帖", query, COUNT, len(held))
    frame.ledger.number(f"{title}，独立声音", query, VOICES, voices(held))
    return Topic.model_validate(
        {
            "words": group.words, "ref": ref, "posts": len(held), "voices": voices(held),
            "neg": _labelled(held, "neg"), "pos": _labelled(held, "pos"), "status": status, "days": len(run),
            "from_peak": from_peak, "first_at": first.at.astimezone(UTC), "first_platform": first.platform,
            "peak": _peak(held),
        }
    )  # fmt: skip


def _labelled(rows: Iterable[Row], label: str) -> int:
    return len({r.root for r in rows if r.customer and r.label == label})


def _run(frame: Frame, daily: dict[date, list[Row]], today: int) -> list[date]:
    """Days in a row up to today on which it had at least a tenth of today's voices (and two)."""
    run = [frame.day]
    for day in reversed(frame.history):
        if voices(daily[day]) < max(2, today / 10):
            break
        run.append(day)
    return run


def _status(frame: Frame, daily: dict[date, list[Row]], today: int, days: int) -> tuple[str, float | None]:
    """新增 today, 持续, or 消退 (under 60 % of the best of seven days), with the change from it."""
    if not any(frame.table.seen(d) for d in frame.history):
        return "无历史", None
    if days == 1:
        return "新增", None
    best = max(voices(daily[d]) for d in frame.history[-7:])
    if today < 0.6 * best:
        return "消退", today / best - 1
    return "持续", None


def _peak(rows: Iterable[Row]) -> int:
    by_hour: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        if row.hour is not None:
            by_hour[row.hour].add(row.root)
    return max((len(v) for v in by_hour.values()), default=0)


def quotable(group: Group, held: Sequence[Row]) -> list[Row]:
    """Mentions to quote: customers first, most of the topic's words, most copies, earliest."""
    copies = Counter(r.root for r in held)

    def rank(row: Row) -> tuple[bool, int, int, object, str]:
        hits = sum(word in row.keywords for word in group.words)
        return not row.customer, -hits, -copies[row.root], row.at, row.mention_id

    chosen: dict[str, Row] = {}
    for row in sorted(held, key=rank):
        chosen.setdefault(row.root, row)
    return list(chosen.values())[:2]


def words(frame: Frame, odds: Sequence[Odds]) -> tuple[tuple[Word, ...], str]:
    """The words that stand out most, with the figure of today's voices per word."""
    rows = frame.rows([frame.day])
    shown = [o for o in odds if o.z >= MIN_Z][:WORDS]
    found = tuple(_word(o, rows) for o in shown)
    if not found:
        return (), ""
    every = _counted(_voice_words(rows))
    ref = frame.ledger.row(
        "今日各词的独立声音", frame.current.counted(), VOICES, ("keywords",),
        {o.word: every[o.word] for o in shown}, complete=False,
    )  # fmt: skip
    return found, ref


def _word(odds: Odds, rows: Sequence[Row]) -> Word:
    held = [r for r in rows if odds.word in r.keywords]
    low, high = odds.interval
    praise = _labelled(held, "pos") > _labelled(held, "neg")
    return Word(
        word=odds.word,
        voices=odds.count,
        before=odds.before,
        delta=odds.delta,
        low=low,
        high=high,
        praise=praise,
    )


def leading_words(frame: Frame, brand: str) -> tuple[str, ...]:
    """The words of a brand's first topic of the day; () where nothing stands out."""
    found = groups(frame.table.of(brand, frame.day), word_odds(frame, brand))
    return found[0].words if found and found[0].words else ()
