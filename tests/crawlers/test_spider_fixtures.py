"""Every spider against recorded-style pages: what it must find in them stands in expected.json.

To renew an expected.json, delete it and run this test: it writes the file, fails, and a person reviews it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from scrapy.spiderloader import SpiderLoader
from werkzeug import Response

from crawlers.run import scrapy_settings
from koubei.core.domain import Post

Site = Any
"""The site of conftest.py."""
FIXTURES = Path(__file__).parent / "fixtures"
SPIDERS = SpiderLoader.from_settings(scrapy_settings()).list()


def test_each_fixture_belongs_to_a_spider() -> None:
    assert sorted(f.name for f in FIXTURES.iterdir() if f.is_dir()) == sorted(SPIDERS)


@pytest.mark.parametrize("spider", SPIDERS)
def test_spider_finds_what_is_expected(spider: str, site: Site) -> None:
    folder = FIXTURES / spider
    assert (folder / "site.json").exists(), f"spider {spider} has no fixture: write {folder}/site.json"
    told = json.loads((folder / "site.json").read_text(encoding="utf-8"))
    for path, page in told["pages"].items():
        text = (folder / page["file"]).read_text(encoding="utf-8")
        body = text.encode(page.get("encoding", "utf-8"))
        site.answers[path] = Response(body, content_type=page["type"])
    run = site.run(spider, *told["urls"], **told["options"])
    unasked = sorted(set(told["pages"]) - set(site.asked))
    found = {
        "run": {"status": run.status, "reason": run.finish_reason, "collected": run.collected,
                "dropped": dict(sorted(run.dropped.items())), "leftover": dict(sorted(run.leftover.items())),
                "unasked": unasked},
        "posts": sorted((told_of(p, site.origin) for p in site.posts()), key=lambda p: p["post_id"]),
    }  # fmt: skip
    compare(folder / "expected.json", found)
    assert found["posts"], f"spider {spider} finds no post in its fixture"


def compare(golden: Path, found: dict[str, Any]) -> None:
    if not golden.exists():
        golden.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{golden} was missing and has been written: review it")
    assert found == json.loads(golden.read_text(encoding="utf-8"))


def told_of(post: Post, origin: str) -> dict[str, Any]:
    """A post as expected.json tells it: what is set, with the site's free port taken out."""
    counts = {k: v for k, v in asdict(post.engagement).items() if v is not None}
    told = {
        "post_id": post.post_id, "kind": post.kind, "title": post.title, "text": post.text,
        "url": (post.url or "").replace(origin, ""), "quoted": post.quoted, "author": bool(post.author_key),
        "author_name": post.author_name,
        "published_at": post.published_at.isoformat() if post.published_at else None,
        "precision": post.time_precision, "rating": post.rating, "thread_id": post.thread_id,
        "thread_title": post.thread_title, "parent_id": post.parent_id, "declares": list(post.declares),
        "province": post.province, "counts": counts,
        "extra": {k: v for k, v in sorted(post.extra.items()) if k != "author_name_key"},
    }  # fmt: skip
    return {k: v for k, v in told.items() if v not in (None, "", [], {})}
