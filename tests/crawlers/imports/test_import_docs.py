"""docs/importing.md names every key, every alias, every format and every reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.importers.formats.plain import ALIASES
from crawlers.importers.registry import all_formats

DOCS = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")
REASONS = ("duplicate", "duplicate_in_file", "no_text", "unreadable", "spool_full")


@pytest.mark.parametrize("key", ALIASES)
def test_every_key_has_its_line(key: str) -> None:
    line = next((line for line in DOCS.splitlines() if line.startswith(f"| `{key}` |")), "")
    assert line
    assert all(f"`{alias}`" in line for alias in ALIASES[key])


@pytest.mark.parametrize("name", [*(form.name for form in all_formats()), *REASONS])
def test_every_format_and_reason_has_its_line(name: str) -> None:
    assert f"| `{name}` |" in DOCS
