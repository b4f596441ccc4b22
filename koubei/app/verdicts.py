"""A person's verdict on a mention, kept above the model's whenever the mention is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal, cast, get_args

from koubei.app.consistency import continue_revisions
from koubei.app.context import AppContext
from koubei.app.writing import only_writer
from koubei.core.domain import ScoredMention
from koubei.core.errors import InputError
from koubei.core.language import _
from koubei.core.state import Override, State

Sentiment = Literal["neg", "neu", "pos"]


def sentiment(label: str) -> Sentiment:
    """The label as a verdict may name it.

    Raises:
        InputError: it is none of them.
    """
    for known in get_args(Sentiment):
        if label == known:
            return cast(Sentiment, known)
    raise InputError(f"--label {label}", _("、").join(get_args(Sentiment)))


def in_force(state: State, items: Sequence[ScoredMention]) -> list[ScoredMention]:
    """The scored mentions as they are to be stored: with people's verdicts in the machine's place.

    Everything that writes scored mentions asks this first. What the machine now says is noted with the
    verdict; its probabilities stay its own.
    """
    verdicts = state.overrides.of(item.mention.mention_id for item in items)
    if not verdicts:
        return list(items)
    state.overrides.put(list(_renewed(verdicts, items)))
    return [_ruled(item, verdicts.get(item.mention.mention_id)) for item in items]


def _renewed(verdicts: dict[str, Override], items: Iterable[ScoredMention]) -> Iterable[Override]:
    for item in items:
        verdict = verdicts.get(item.mention.mention_id)
        if verdict is not None:
            yield replace(verdict, model_label=item.score.label, model_matched_by=item.mention.matched_by)


def _ruled(item: ScoredMention, verdict: Override | None) -> ScoredMention:
    if verdict is None:
        return item
    matched_by = item.mention.matched_by if verdict.about_us else "rejected"
    return replace(
        item,
        mention=replace(item.mention, matched_by=matched_by),
        score=replace(item.score, label=verdict.label or item.score.label),
    )


def decide(
    app: AppContext, mention_id: str, who: str, label: Sentiment | None, about_us: bool
) -> ScoredMention:
    """Keep a verdict and write the mention anew with it; the mention as it now stands.

    Raises:
        InputError: there is no such mention.
        DegradedError: a drain has been running for over a minute.
    """
    with only_writer(app):
        machine = _as_the_machine_said(app, mention_id)
        verdict = Override(
            mention_id, label, about_us, who, app.clock.now(), machine.score.label, machine.mention.matched_by
        )
        app.state.overrides.put([verdict])
        (ruled,) = in_force(app.state, [machine])
        return _write(app, ruled)


def withdraw(app: AppContext, mention_id: str) -> ScoredMention:
    """Drop the verdict on a mention and write what the machine said; the mention as it now stands.

    Raises:
        InputError: there is no such mention, or no verdict on it.
        DegradedError: a drain has been running for over a minute.
    """
    with only_writer(app):
        machine = _as_the_machine_said(app, mention_id)
        if mention_id not in app.state.overrides.of([mention_id]):
            raise InputError(_("{mention_id} 上没有裁定", mention_id=mention_id), _("已裁定的提及"))
        written = _write(app, machine)  # first: a cut in between leaves a verdict, which can be withdrawn
        app.state.overrides.withdraw(mention_id)
        return written


def _as_the_machine_said(app: AppContext, mention_id: str) -> ScoredMention:
    found = app.store.get(mention_id)
    if found is None:
        raise InputError(
            _("没有提及 {mention_id}", mention_id=mention_id),
            _("提及编号，如 weibo:123|cmcc"),
            _("koubei search 的第三行即是"),
        )
    earlier = app.state.overrides.of([mention_id]).get(mention_id)
    if earlier is None:
        return found
    return replace(
        found,
        mention=replace(found.mention, matched_by=earlier.model_matched_by),
        score=replace(found.score, label=earlier.model_label),
    )


def _write(app: AppContext, mention: ScoredMention) -> ScoredMention:
    if mention.revision > app.state.revisions.last():
        continue_revisions(app)
    written = replace(mention, revision=app.state.revisions.take(1))
    app.store.upsert([written])
    app.store.refresh()
    return written
