"""`koubei store check`: a line for each thing that must be right, whatever else is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from pytest_httpserver import HTTPServer

from indexer.elastic import ElasticStore, content, privileges
from koubei.core.domain import ScoredMention
from koubei.core.errors import StoreError

Make = Callable[..., ScoredMention]
ROOT = Path(__file__).parents[3]
CONFIG = '[[brands]]\nid = "acme"\nname = "甲"\ninclude = ["甲公司"]\n'


@pytest.fixture
def name(elastic_url: str) -> str:
    """The store's alias."""
    return elastic_url.rsplit("/", 1)[1]


def test_each_thing_has_a_line(elastic_url: str, make: Make) -> None:
    store = ElasticStore(elastic_url)
    store.upsert([make(1)])
    found = store.check()
    names = [line.split("（")[0].split(" ")[0].split("第")[0] for line in found]
    assert names == ["服务器", "权限", "模板", "映射", "别名", "分片", "可写", "可建新月份", "分词", "磁盘"]
    assert set(found.values()) == {"ok"}


def test_one_failure_hides_no_other(elastic: Elasticsearch, elastic_url: str, name: str, make: Make) -> None:
    ElasticStore(elastic_url).upsert([make(1)])
    index = f"{name}-2026.11"
    elastic.indices.delete_alias(index=index, name=name)
    elastic.indices.add_block(index=index, block="write")
    elastic.indices.create(index=f"{name}-2026.10", mappings={"properties": {"brand": {"type": "text"}}})
    found = ElasticStore(elastic_url).check()
    wrong = {line: says for line, says in found.items() if says != "ok"}
    assert wrong.keys() == {"映射", "别名", "可写"}
    assert all("办法：" in says for says in wrong.values())
    assert f"{name}-2026.10" in wrong["映射"]
    assert f"PUT {index}/_alias/{name}" in wrong["别名"]
    assert '"index.blocks.write": null' in wrong["可写"]


def test_an_analyzer_that_cuts_otherwise_is_named(
    elastic: Elasticsearch, elastic_url: str, name: str
) -> None:
    analysis = {"analysis": {"analyzer": {"zh": {"type": "custom", "tokenizer": "standard"}}}}
    elastic.indices.create(index=f"{name}-2026.11", mappings=content.mappings(), settings=analysis)
    says = ElasticStore(elastic_url).check()["分词"]
    assert f"{name}-2026.11" in says
    assert "办法：" in says


def test_the_rights_asked_for_are_those_of_the_role_that_is_shipped() -> None:
    role = json.loads((ROOT / "deploy/roles/koubei.json").read_text("utf-8"))
    assert role["cluster"] == privileges.CLUSTER_PRIVILEGES
    assert role["indices"][0]["privileges"] == privileges.INDEX_PRIVILEGES


def test_a_server_that_is_too_old_is_no_line_but_an_error(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/_nodes/_local").respond_with_json(
        {"nodes": {"x": {"version": "8.11.0"}}}, headers={"X-Elastic-Product": "Elasticsearch"}
    )
    with pytest.raises(StoreError, match=r"8\.11\.0"):
        ElasticStore(httpserver.url_for("/").rstrip("/")).check()


def _koubei(folder: Path, store: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "koubei.toml").write_text(CONFIG, encoding="utf-8")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("KOUBEI_")}
    return subprocess.run(
        [sys.executable, "-m", "koubei", *arguments], cwd=folder, check=False, capture_output=True, text=True,
        env=inherited | {"KOUBEI_STORAGE__STORE": store}, encoding="utf-8",
    )  # fmt: skip


def test_the_command_prints_every_line_and_exits_with_3(
    elastic: Elasticsearch, elastic_url: str, name: str, make: Make, tmp_path: Path
) -> None:
    ElasticStore(elastic_url).upsert([make(1)])
    well = _koubei(tmp_path, elastic_url, "store", "check")
    assert well.returncode == 0, well.stderr
    assert "✗" not in well.stdout
    elastic.indices.delete_alias(index=f"{name}-2026.11", name=name)
    done = _koubei(tmp_path, elastic_url, "store", "check")
    assert done.returncode == 3, done.stderr
    assert len(done.stdout.splitlines()) == len(well.stdout.splitlines())
    assert [line[:4] for line in done.stdout.splitlines() if "✗" in line] == ["✗ 别名"]


def test_posts_wait_in_the_spool_while_a_month_cannot_take_them(
    elastic: Elasticsearch, elastic_url: str, name: str, tmp_path: Path
) -> None:
    wrong = {**content.mappings()["properties"], "brand": {"type": "text"}}
    settings = content.template("mappings")["template"]["settings"]
    index = f"{name}-2026.11"
    elastic.indices.create(
        index=index, mappings={**content.mappings(), "properties": wrong}, settings=settings
    )
    (tmp_path / "posts.jsonl").write_text(
        json.dumps({"text": "甲公司的客服不错", "published_at": "2026-11-18 10:00", "id": "1"}), "utf-8"
    )
    refused = _koubei(tmp_path, elastic_url, "import", "posts.jsonl", "--platform", "weibo")
    assert refused.returncode == 2, refused.stderr
    assert index in refused.stderr
    assert "1 帖在队列中等候" in refused.stderr
    elastic.indices.delete(index=index)
    again = _koubei(tmp_path, elastic_url, "ingest")
    assert again.returncode == 0, again.stderr
    assert "新增 1" in again.stdout
