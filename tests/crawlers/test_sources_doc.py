"""docs/sources.md names every spider and every option it takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.spiderloader import SpiderLoader

from crawlers.run import scrapy_settings

DOC = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")
LOADER = SpiderLoader.from_settings(scrapy_settings())


@pytest.mark.parametrize("name", LOADER.list())
def test_spiders_and_their_options_are_described(name: str) -> None:
    assert f"### `{name}`" in DOC
    options = LOADER.load(name).options_type.model_fields
    assert [option for option in options if f"`{option}`" not in DOC] == []
