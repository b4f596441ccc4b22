"""What every store keeps of a value: instants in microseconds, no lone surrogates, integers of 64 bits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
LARGEST = 2**63 - 1


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (instant - _EPOCH) // _MICROSECOND


def instant(micros: int) -> datetime:
    """The UTC instant of `microseconds`."""
    return _EPOCH + timedelta(microseconds=micros)


def storable(value: Any) -> Any:
    """What a store can keep of a value it refused: no lone surrogates, integers of 64 bits."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return max(-LARGEST, min(LARGEST, value)) if isinstance(value, int) else value
