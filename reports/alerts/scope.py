"""Which mentions the alerts count: customers who name the own brand, by the hour they wrote."""

from __future__ import annotations

from datetime import datetime, timedelta

from koubei.core.clock import Window
from koubei.core.domain import NO_FACTOR, NOT_CUSTOMER, IncidentKey
from koubei.core.query import And, Not, Or, Query, Range, Term

HOUR = timedelta(hours=1)


def floor_hour(instant: datetime) -> datetime:
    """The start of the hour; Beijing's hours are UTC's."""
    return instant.replace(minute=0, second=0, microsecond=0)


def in_window(window: Window) -> Query:
    """Published within [start, end)."""
    return Range("published_at", window.start, window.end, high_open=True)


def customers(brand_id: str, window: Window) -> Query:
    """Customer mentions of the brand, by text or declared, whose time is known to the minute."""
    return And(
        (
            Term("brand", brand_id),
            Or((Term("matched_by", "text"), Term("matched_by", "declared"))),
            Not(Or(tuple(Term("role", role) for role in NOT_CUSTOMER))),
            Or((Term("time_precision", "exact"), Term("time_precision", "minute"))),
            in_window(window),
        )
    )


def negatives(key: IncidentKey, window: Window) -> Query:
    """The negative customer mentions that a series counts."""
    parts: list[Query] = [customers(key.brand_id, window), Term("label", "neg")]
    if key.factor:
        parts.append(Term("primary_factor", key.factor))
    if key.province:
        parts.append(Term("province", key.province))
    return And(tuple(parts))


def surge_key(brand_id: str, factor: str = "", province: str = "") -> IncidentKey:
    """The key of a series' negative surge."""
    return IncidentKey(brand_id, "surge", factor, province)


def is_child(key: IncidentKey) -> bool:
    """Whether the key is a part (factor or province) of the brand."""
    return bool(key.factor or key.province)


def names_a_part(value: str) -> bool:
    """Whether a histogram value names a factor or province (not "none" or empty)."""
    return value not in ("", NO_FACTOR)
