"""The same tests on every store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer import open_store
from koubei.core.ports import MentionStore


@pytest.fixture(params=["sqlite", "elastic"])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], MentionStore]:
    """Opens the store under test; a second call opens the same data anew."""
    url = "sqlite:mentions.db" if request.param == "sqlite" else request.getfixturevalue("elastic_url")
    return lambda: open_store(url, tmp_path)
