"""Why a message did not arrive."""

from __future__ import annotations

from koubei.core.errors import DegradedError


class DeliveryError(DegradedError):
    """A channel did not take the message; it may be tried again. Never holds a secret address."""
