"""A Kibana space to break, and queries of every kind."""

from __future__ import annotations

import pytest

from indexer.kibana import Brand, space
from indexer.kibana.objects import Json

FACTORS = ("资费套餐", "网络质量", "宽带")


@pytest.fixture
def objects() -> list[Json]:
    """The saved objects of a brand with three factors."""
    return space(Brand("cmcc", "中国移动"), FACTORS)
