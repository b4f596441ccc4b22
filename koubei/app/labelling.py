"""The gold sample: drawn from the store, handed to people, their labels taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from koubei.app.context import AppContext
from koubei.app.sampling import draw
from koubei.core.clock import days_window
from koubei.core.domain import ScoredMention
from koubei.core.errors import InputError
from koubei.core.language import _
from koubei.core.records import Record
from koubei.core.state import GivenLabel, GoldLabel, Sample, SampleItem, Stratum
from reports.measure.queries import Scope

STRATIFIERS = ("platform", "label", "source", "kind", "role", "province", "primary_factor", "stage")
"""Fields with few values, so that most strata hold enough voices."""

LONGEST_NAME = 40


def draw_sample(app: AppContext, first: date, last: date, size: int, by: Sequence[str]) -> Sample:
    """Draw and keep a sample of the own brand's customers' voices published from first to last.

    A voice is counted as the report counts it, once for each root and label; its first mention is what
    people are shown.

    Raises:
        InputError: the days are the wrong way round, a field cannot be stratified by, or nothing is there.
    """
    if first > last:
        raise InputError(_("--from {first} 晚于 --to {last}", first=first, last=last), _("起不晚于止"))
    unknown = [name for name in by if name not in STRATIFIERS]
    if unknown or not by:
        raise InputError(
            _("--by {by}：不能按它分层", by=",".join(by)), _("、").join(STRATIFIERS), _("用逗号分隔")
        )
    voices = _voices(app, first, last, by)
    if not voices:
        raise InputError(
            _("{first} 至 {last} 没有客户的提及", first=first, last=last),
            _("有提及的日期"),
            _("先采集或导入，或换一段日期"),
        )
    now = app.clock.now()
    sample_id = app.state.samples.next_id(now.date())
    sample = _sample(sample_id, app, first, last, size, tuple(by), voices)
    app.state.samples.put(sample)
    return sample


Voices = dict[tuple[str, ...], dict[str, str]]
"""Stratum -> mention id -> the model's label."""


def _voices(app: AppContext, first: date, last: date, by: Sequence[str]) -> Voices:
    scope = Scope((app.settings.own_brand.id,), days_window(first, last), app.clock.now())
    fields = ("mention_id", "root_id", "label", "published_at", *by)
    records = list(app.store.export(scope.customers(), tuple(dict.fromkeys(fields))))
    verdicts = app.state.overrides.of(r["mention_id"] for r in records)
    voices: Voices = defaultdict(dict)
    met: set[tuple[str, str]] = set()
    for record in sorted(records, key=lambda r: (r["published_at"], r["mention_id"])):
        verdict = verdicts.get(record["mention_id"])
        label = verdict.model_label if verdict else record["label"]
        if (record["root_id"], label) in met:
            continue
        met.add((record["root_id"], label))
        key = tuple(label if name == "label" else record[name] or "" for name in by)
        voices[key][record["mention_id"]] = label
    return voices


def _sample(
    sample_id: str, app: AppContext, first: date, last: date, size: int, by: tuple[str, ...], voices: Voices
) -> Sample:
    seed = crc32(sample_id.encode())
    drawn = draw({key: list(found) for key, found in voices.items()}, size, seed)
    keys = sorted(voices)
    counts = [sum(key == wanted for _id, key in drawn) for wanted in keys]
    strata = tuple(
        Stratum(dict(zip(by, key, strict=True)), len(voices[key]), count)
        for key, count in zip(keys, counts, strict=True)
    )
    items = tuple(
        SampleItem(position, mention_id, keys.index(key), voices[key][mention_id], len(voices[key]) / count)
        for position, (mention_id, key) in enumerate(drawn)
        for count in (counts[keys.index(key)],)
    )
    brand = app.settings.own_brand.id
    return Sample(sample_id, brand, first, last, app.clock.now(), seed, by, strata, items)


def sample_of(app: AppContext, sample_id: str) -> Sample:
    """The sample of that id.

    Raises:
        InputError: there is none; the message lists those that exist.
    """
    found = app.state.samples.get(sample_id)
    if found is not None:
        return found
    known = [s.id for s in app.state.samples.of_brand(app.settings.own_brand.id)]
    raise InputError(
        _("没有样本 {sample_id}", sample_id=sample_id),
        _("、").join(known[:10]) or _("先用 koubei label sample 抽样"),
        "koubei label list",
    )


def checked_name(who: str) -> str:
    """The labeller's name without padding.

    Raises:
        InputError: it is empty, too long or not printable.
    """
    name = who.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError(f"--who {who!r}", _("1 到 {longest} 个可见字符的名字", longest=LONGEST_NAME))
    return name


def give(app: AppContext, sample: Sample, mention_id: str, who: str, label: GoldLabel) -> None:
    """Keep one label."""
    app.state.labels.put([GivenLabel(sample.id, mention_id, who, label, app.clock.now())])


def unjudged(app: AppContext, sample: Sample, who: str) -> list[SampleItem]:
    """What this person has still to judge, in the sample's order."""
    done = {g.mention_id for g in app.state.labels.of_sample(sample.id) if g.who == who}
    return [item for item in sample.items if item.mention_id not in done]


def mentions_of(app: AppContext, items: Iterable[SampleItem]) -> Iterator[ScoredMention]:
    """The mentions of a sample's items; those erased since are left out."""
    for item in items:
        found = app.store.get(item.mention_id)
        if found is not None:
            yield found


@dataclass(frozen=True, slots=True)
class Double:
    """A voice that two people judged."""

    mention_id: str
    first: GoldLabel
    second: GoldLabel


def doubles(app: AppContext, sample: Sample) -> dict[tuple[str, str], list[Double]]:
    """Every two people who judged the same voices -> what they said."""
    said: dict[str, dict[str, GoldLabel]] = defaultdict(dict)
    for given in app.state.labels.of_sample(sample.id):
        said[given.mention_id][given.who] = given.label
    found: dict[tuple[str, str], list[Double]] = defaultdict(list)
    for mention_id, labels in said.items():
        people = sorted(labels)
        for place, first in enumerate(people):
            for second in people[place + 1 :]:
                found[first, second].append(Double(mention_id, labels[first], labels[second]))
    return dict(sorted(found.items()))


def agreed_label(app: AppContext, sample: Sample) -> dict[str, GoldLabel]:
    """Mention -> the label to learn from: a verdict, else what everybody who judged it said."""
    said: dict[str, set[GoldLabel]] = defaultdict(set)
    for given in app.state.labels.of_sample(sample.id):
        said[given.mention_id].add(given.label)
    agreed = {mention_id: labels.pop() for mention_id, labels in said.items() if len(labels) == 1}
    for mention_id, verdict in app.state.overrides.of(i.mention_id for i in sample.items).items():
        if not verdict.about_us:
            agreed[mention_id] = "not_about_us"
        elif verdict.label:
            agreed[mention_id] = verdict.label
    return agreed


def training_rows(app: AppContext, sample: Sample) -> Iterator[Record]:
    """`text`, `label` (neg, neu, pos) of the judged voices that are about the brand and not in dispute."""
    agreed = agreed_label(app, sample)
    wanted = [i for i in sample.items if agreed.get(i.mention_id, "not_about_us") != "not_about_us"]
    for found in mentions_of(app, wanted):
        mention = found.mention
        yield {"text": mention.post.scored_text, "label": agreed[mention.mention_id]}
