"""What an incident rests on, as JSON values: counts, concentration, posts. The message and report read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from koubei.core.clock import Window
from koubei.core.domain import NO_FACTOR, IncidentKey
from koubei.core.query import format_query
from koubei.core.records import Record
from koubei.core.urls import safe_url
from reports.alerts.detector import Detector, Firing, Rows
from reports.alerts.grouping import Group
from reports.alerts.scope import negatives, surge_key
from reports.figures.wording import inert

Evidence = dict[str, Any]

SNIPPET_CHARS = 80
_SNIPPETS = 2
_AMPLIFIERS = 3
_AMPLIFIES_FROM = 10
_SHOWN_PARTS = 3
_LEADS_FROM = 0.3
"""A factor or province is named as the place of concentration from this share of the negatives on."""

_PARTS = (("factor", "primary_factor"), ("province", "province"), ("platform", "platform"))


def surge_evidence(
    group: Group, since: datetime, detector: Detector, rows: Rows, storm_share: float
) -> Evidence:
    """Everything a message about a negative surge shows; times are ISO 8601, UTC.

    Args:
        since: the incident's start; posts and concentration are counted from there to the window's end.
        storm_share: share of copies above which the incident is labelled 放大.
    """
    firing, found = group.lead, group.lead.candidate
    whole = Window(min(since, found.window.start), found.window.end)
    posts = firing.posts if whole == found.window else rows(found.key, whole)
    parts = {name: _concentration(name, posts, detector, found.key, whole) for name, _ in _PARTS}
    return {
        "started_at": since.isoformat(),
        "window": _window(found.window),
        "query": format_query(negatives(found.key, whole)),
        "negatives": firing.roots,
        "posts": len(firing.posts),
        "copies": len(firing.posts) - firing.roots,
        "copy_share": firing.copy_share,
        "amplified": firing.copy_share > storm_share,
        "authors": firing.authors,
        "baseline": round(found.baseline, 2),
        "ratio": round(firing.ratio, 2),
        "tail": firing.tail,
        "hours": _hours_above(detector, found.key, whole),
        "negatives_since_start": len({p["root_id"] for p in posts}),
        "record": found.record,
        "boom": firing.boom,
        "everyone": found.everyone,
        "usual_everyone": round(found.usual_everyone, 2),
        "trial": found.trial,
        "calendar_known": found.calendar_known,
        "trend": _trend(detector, found.key, found.window.end),
        "concentration": parts,
        "factor": found.key.factor or _leader(parts["factor"]),
        "province": found.key.province or _leader(parts["province"]),
        "children": [_child(child) for child in group.parts],
        "first_post": _post(_first(posts, parts)),
        "snippets": _snippets(posts, parts),
        "amplifiers": _amplifiers(posts),
    }


def child_name(key: IncidentKey) -> str:
    """The part a child incident is about: its factor or province."""
    return key.factor or key.province


def _window(window: Window) -> Mapping[str, str]:
    return {"start": window.start.isoformat(), "end": window.end.isoformat()}


def _child(child: Firing) -> Evidence:
    key = child.candidate.key
    kind = "factor" if key.factor else "province"
    usual = round(child.candidate.baseline, 2)
    return {"kind": kind, "name": child_name(key), "negatives": child.roots, "baseline": usual}


def _hours_above(detector: Detector, key: IncidentKey, whole: Window) -> int:
    """Hours in a row up to the end that hold more than twice what they usually hold."""
    grid = detector.grid
    row, last = grid.keys.index(key), grid.column(whole.end) - 1
    first = max(detector.usual_at(last).first, grid.column(whole.start))
    hours = 0
    for column in range(last, first - 1, -1):
        hour = Window(grid.instant(column), grid.instant(column + 1))
        if grid.negatives[row, column] <= 2 * detector.usual(key, hour, whole.end):
            break
        hours += 1
    return hours


def _trend(detector: Detector, key: IncidentKey, end: datetime) -> str:
    """ "上升" while the last hour is the highest of the last six, else "见顶"."""
    grid = detector.grid
    last = grid.column(end) - 1
    recent = grid.negatives[grid.keys.index(key), max(0, last - 5) : last + 1]
    return "上升" if recent[-1] >= recent.max() else "见顶"


def _concentration(
    name: str, posts: Sequence[Record], detector: Detector, key: IncidentKey, whole: Window
) -> list[Evidence]:
    """The values with most roots above what is usual for them, with n, share and usual count."""
    column = dict(_PARTS)[name]
    roots = {(p[column] or "", p["root_id"]) for p in posts}
    counts = Counter(value for value, _ in roots)
    total = len({p["root_id"] for p in posts})
    rows: list[Evidence] = [
        {"name": value, "n": n, "share": n / total, "usual": _usual(name, value, detector, key, whole)}
        for value, n in counts.items()
        if value not in ("", NO_FACTOR)
    ]
    rows.sort(key=lambda r: (-(r["n"] - (r["usual"] or 0.0)), r["name"]))
    return rows[:_SHOWN_PARTS]


def _usual(name: str, value: str, detector: Detector, key: IncidentKey, whole: Window) -> float | None:
    if name == "platform" or key.factor or key.province:
        return None
    part = surge_key(key.brand_id, **{name: value})
    return round(detector.usual(part, whole, whole.end), 2) if part in detector.grid.keys else 0.0


def _leader(rows: Sequence[Evidence]) -> str:
    return str(rows[0]["name"]) if rows and rows[0]["share"] >= _LEADS_FROM else ""


def _post(post: Record) -> Evidence:
    return {
        "post_id": post["post_id"],
        "url": safe_url(post["url"]),
        "published_at": post["published_at"].isoformat(),
        "platform": post["platform"],
        "text": inert(post["text"] or post["title"], SNIPPET_CHARS),
    }


def _interactions(post: Record) -> int:
    return sum(post[name] or 0 for name in ("likes", "comments", "reposts"))


Parts = Mapping[str, Sequence[Evidence]]


def _there(post: Record, parts: Parts) -> int:
    """How many of the leading factor and province the post carries: 0-2."""
    factor, province = _leader(parts["factor"]), _leader(parts["province"])
    return int(post["primary_factor"] == factor) + int(post["province"] == province)


def _first(posts: Sequence[Record], parts: Parts) -> Record:
    """The earliest post from where it concentrates."""
    return min(posts, key=lambda p: (-_there(p, parts), p["published_at"], p["post_id"]))


def _snippets(posts: Sequence[Record], parts: Parts) -> list[Evidence]:
    """Two different voices from where it concentrates, the most answered first."""

    def rank(post: Record) -> tuple[int, int, int, str]:
        return -_there(post, parts), -_interactions(post), -(post["severity"] or 0), post["post_id"]

    chosen: dict[str, Record] = {}
    for post in sorted(posts, key=rank):
        if len(chosen) < _SNIPPETS and inert(post["text"] or post["title"]):
            chosen.setdefault(post["root_id"], post)
    return [_post(post) for post in chosen.values()]


def _amplifiers(posts: Sequence[Record]) -> list[Evidence]:
    top = sorted(posts, key=lambda p: (-_interactions(p), p["post_id"]))[:_AMPLIFIERS]
    return [
        _post(p) | {"interactions": _interactions(p), "author": inert(p["author_name"] or "", 20)}
        for p in top
        if _interactions(p) >= _AMPLIFIES_FROM
    ]
