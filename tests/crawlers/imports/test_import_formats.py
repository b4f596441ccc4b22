"""Every format of the folder has samples, and each sample gives the posts a person has checked.

A new sample: put the file into samples/<format>/, run this test; it writes <file>.expected.json and fails.
Read that file, then commit it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest

from crawlers.importers.registry import all_formats
from koubei.core.domain import Post
from koubei.core.intake import NAME_KEY

SAMPLES = Path(__file__).parents[1] / "samples"
EXPECTED = ".expected.json"
FILES = sorted(p for p in SAMPLES.glob("*/*") if not p.name.endswith(EXPECTED))
LEFT_OUT = {"collected_at", "content_hash", "source"}


def plain(post: Post) -> dict[str, Any]:
    """The post as a person reads it: what is empty left out, keys shortened to their kind."""
    values = asdict(post)
    values["extra"] = {k: v for k, v in post.extra.items() if k != NAME_KEY}
    if post.author_key and not post.author_key.startswith("x:"):
        values["author_key"] = f"{len(post.author_key)} hex digits"
    values["published_at"] = post.published_at.isoformat() if post.published_at else None
    values["engagement"] = {k: v for k, v in values["engagement"].items() if v is not None}
    kept = {f.name: values[f.name] for f in fields(Post) if f.name not in LEFT_OUT}
    return {k: list(v) if isinstance(v, tuple) else v for k, v in kept.items() if v or v == 0}


@pytest.mark.parametrize("form", [form.name for form in all_formats()])
def test_every_format_has_a_sample(form: str) -> None:
    assert any(file.parent.name == form for file in FILES)


def test_every_sample_belongs_to_a_format() -> None:
    assert {file.parent.name for file in FILES} <= {form.name for form in all_formats()}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_sample_gives_the_expected_posts_and_leaves_no_column_unread(file: Path, desk: Any) -> None:
    run = desk.load(file)
    assert [column for column in run.leftover if "编号被表格软件改写" not in column] == []
    got = [plain(post) for post in desk.posts()]
    assert (run.status, run.collected, dict(run.dropped)) == ("ok", len(got), {})
    expected = file.with_name(file.name + EXPECTED)
    if not expected.exists():
        expected.write_text(json.dumps(got, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} is new: read it, then commit it")
    assert got == json.loads(expected.read_text(encoding="utf-8"))
