"""Posts a report shows, and the incidents it lists, frozen with it."""

from __future__ import annotations

from datetime import datetime

from reports.figures.frozen import Model


class Sample(Model):
    """A post shown as evidence, frozen with the report. `url` has passed safe_url."""

    id: str
    post_id: str
    platform: str
    title: str
    text: str
    url: str | None
    author: str
    province: str | None
    published_at: datetime | None
    label: str
    deleted: bool = False


class Risk(Model):
    """An incident as the risk list shows it, frozen with the report."""

    number: str
    kind: str
    level: int
    status: str
    factor: str
    province: str
    summary: str
    opened_at: datetime
    started_at: datetime
    resolved_at: datetime | None
    owner: str
    due_at: datetime | None
    verdict: str
    carried: bool
    samples: tuple[str, ...] = ()
