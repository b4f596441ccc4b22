"""The posts a report shows and the incidents it lists, read once and frozen with the figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from koubei.core.clock import Window, parse_instant
from koubei.core.domain import Incident
from koubei.core.ports import MentionStore
from koubei.core.urls import safe_url
from reports.figures import wording
from reports.figures.evidence import Risk, Sample

SAMPLE_CHARS = 400


class Evidence:
    """Hands out ids for posts that are shown; the same post keeps one id."""

    def __init__(self, store: MentionStore) -> None:
        self._store = store
        self._known: dict[str, Sample | None] = {}

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The posts shown, in order of their ids."""
        return tuple(s for s in self._known.values() if s is not None)

    def quote(self, mention_id: str) -> str | None:
        """The evidence id of a mention, None where the store no longer has it."""
        if mention_id not in self._known:
            self._known[mention_id] = self._read(mention_id)
        sample = self._known[mention_id]
        return sample.id if sample else None

    def _read(self, mention_id: str) -> Sample | None:
        found = self._store.get(mention_id)
        if found is None:
            return None
        post = found.mention.post
        gone = found.deleted_at is not None or post.deleted
        return Sample(
            id=f"P{len(self.samples) + 1:02d}", post_id=post.post_id, platform=post.platform,
            title="" if gone else wording.plain(post.title, 120),
            text="" if gone else wording.plain(post.text, SAMPLE_CHARS),
            url=None if gone else safe_url(post.url), author=wording.plain(post.author_name, 20),
            province=found.mention.province, published_at=post.published_at, label=found.score.label,
            deleted=gone,
        )  # fmt: skip


def risks(incidents: list[Incident], brand: str, window: Window, evidence: Evidence) -> tuple[Risk, ...]:
    """The brand's incidents of the day: those carried over first, then by level and number."""
    found = {i.number: i for i in incidents if i.key.brand_id == brand and i.opened_at < window.end}
    still = [i for i in found.values() if i.resolved_at is None or i.resolved_at >= window.start]
    listed = [_risk(i, window, evidence) for i in still]
    return tuple(sorted(listed, key=lambda r: (not r.carried, r.level, r.number)))


def _risk(incident: Incident, window: Window, evidence: Evidence) -> Risk:
    post_ids = [p.get("post_id") for p in _posts(incident.evidence)]
    quoted = [evidence.quote(f"{p}|{incident.key.brand_id}") for p in post_ids if isinstance(p, str)]
    return Risk(
        number=incident.number, kind=incident.key.kind, level=incident.level, status=incident.status,
        factor=incident.key.factor or _text(incident.evidence, "factor"),
        province=incident.key.province or _text(incident.evidence, "province"),
        summary=wording.inert(_summary(incident), 120), opened_at=incident.opened_at,
        started_at=incident.started_at, resolved_at=incident.resolved_at, owner=incident.owner,
        due_at=incident.due_at, verdict=incident.verdict, carried=incident.opened_at < window.start,
        samples=tuple(dict.fromkeys(q for q in quoted if q))[:3],
    )  # fmt: skip


def _posts(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    posts = [found.get("first_post"), *(found.get("snippets") or ())]
    return [p for p in posts if isinstance(p, Mapping)]


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _summary(incident: Incident) -> str:
    """One line from the frozen evidence: what, how many, against what."""
    found, key = incident.evidence, incident.key
    if key.kind == "coverage":
        source = _text(found, "source") or "采集"
        return f"{source} 缺数：{_text(found, 'reason') or '采集未完成'}"
    if key.kind == "tripwire":
        return f"触线词“{_text(found, 'word') or key.factor}”"
    what = f"{key.province or _text(found, 'province')}{key.factor or _text(found, 'factor')}负面激增"
    peak = found.get("peak") or found
    if "negatives" not in peak:
        return what
    count = f"负面 {peak['negatives']} 条独立声音，同期基线 {peak.get('baseline', 0):g} 条"
    line = f"{what}：最高时段 {_span(peak)}{count}"
    return f"{line}；复制 {found['copy_share']:.0%}" if found.get("amplified") else line


def _span(found: Mapping[str, Any]) -> str:
    window = found.get("window")
    if not isinstance(window, Mapping):
        return ""
    start, end = (parse_instant(str(window[k]), k) for k in ("start", "end"))
    return f"{wording.moment(start)}–{_end(end)} "


def _end(instant: datetime) -> str:
    text = wording.clock_time(instant)
    return "24:00" if text == "00:00" else text
