"""What becomes of a test that this machine lacks something for."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

MUST_RUN = "KOUBEI_TEST_MUST_RUN"


def without(reason: str) -> NoReturn:
    """Skip the test, or fail it where KOUBEI_TEST_MUST_RUN is set, so that green means it ran."""
    if os.environ.get(MUST_RUN):
        pytest.fail(f"{MUST_RUN} is set, but: {reason}", pytrace=False)
    pytest.skip(reason)
