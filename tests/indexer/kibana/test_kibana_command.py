"""`koubei kibana`: as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from indexer.kibana.checks import problems

Run = Callable[..., subprocess.CompletedProcess[str]]
CONFIG = '[[brands]]\nid = "acme"\nname = "甲"\ninclude = ["甲公司"]\n'


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `koubei kibana …` in a folder with a config."""
    (tmp_path / "koubei.toml").write_text(CONFIG, encoding="utf-8")

    def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("KOUBEI_")}
        return subprocess.run(
            [sys.executable, "-m", "koubei", "kibana", *arguments], cwd=tmp_path, check=False,
            env=inherited | environment, capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip

    return start


def test_export_writes_what_the_check_accepts(run: Run, tmp_path: Path) -> None:
    done = run("export", "-o", "space.ndjson")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "space.ndjson").read_text(encoding="utf-8")
    objects = [json.loads(line) for line in text.splitlines()]
    assert problems(objects) == []
    titles = [item["attributes"]["title"] for item in objects]
    assert "口碑总览·甲" in titles
    assert "甲·要素·资费套餐" in titles, "a search for each factor of the lexicon in force"
    assert run("export").stdout == text
    assert not (tmp_path / "koubei-data").exists(), "an export needs no data folder"


def test_the_data_views_follow_the_stores_alias(run: Run) -> None:
    def patterns(store: str) -> set[str]:
        lines = run("export", KOUBEI_STORAGE__STORE=store).stdout.splitlines()
        found = [json.loads(line) for line in lines]
        return {item["attributes"]["title"] for item in found if item["type"] == "index-pattern"}

    assert patterns("sqlite:mentions.db") == {"mentions-*"}
    assert patterns("https://one:9200,two:9200/brand_a") == {"brand_a-*"}


def test_export_into_a_folder_that_is_none(run: Run) -> None:
    done = run("export", "-o", "nowhere/space.ndjson")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_install_takes_the_key_from_the_environment(run: Run, httpserver: HTTPServer) -> None:
    exported = len(run("export").stdout.splitlines())
    answer = {"success": True, "successCount": exported}
    wanted = {"Authorization": "ApiKey secret", "kbn-xsrf": "true"}
    httpserver.expect_request("/api/saved_objects/_import", "POST", headers=wanted).respond_with_json(answer)
    done = run("install", "--url", httpserver.url_for(""), KOUBEI_KIBANA_API_KEY="secret")
    assert done.returncode == 0, done.stderr
    assert f"{exported} 个对象" in done.stdout
    assert "secret" not in done.stdout + done.stderr


def test_install_names_what_kibana_refused_and_exits_with_3(run: Run, httpserver: HTTPServer) -> None:
    errors = [
        {"type": "search", "id": "a", "error": {"type": "conflict"}},
        {"type": "search", "id": "b", "error": {"type": "unknown", "message": "x\x1b[2J"}},
    ]
    exported = len(run("export").stdout.splitlines())
    answer = {"success": False, "successCount": exported - 2, "errors": errors}
    httpserver.expect_request("/api/saved_objects/_import").respond_with_json(answer)
    done = run("install", KOUBEI_KIBANA_API_KEY="k", KOUBEI_REPORTS__KIBANA_URL=httpserver.url_for(""))
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 2
    assert "search:a" in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["install"], {"KOUBEI_KIBANA_API_KEY": "k"}, "reports.kibana_url"),
        (["install", "--url", "https://kibana.example"], {}, "KOUBEI_KIBANA_API_KEY"),
        (
            ["install", "--url", "http://127.0.0.1:1"],
            {"KOUBEI_KIBANA_API_KEY": "钥匙"},
            "KOUBEI_KIBANA_API_KEY",
        ),
        (["install", "--url", "kibana:5601"], {"KOUBEI_KIBANA_API_KEY": "k"}, "不是可用的地址"),
        (["install", "--url", "http://u:SECRET@h"], {"KOUBEI_KIBANA_API_KEY": "k"}, "口令"),
        (["export"], {"KOUBEI_REPORTS__KIBANA_URL": "https://u:SECRET@h"}, "reports.kibana_url：地址里写了"),
        (["export"], {"KOUBEI_REPORTS__CONSOLE_URL": "koubei.example"}, "reports.console_url"),
        (["export"], {"KOUBEI_FACTORS__LEXICON": "none"}, "要素词典"),
    ],
)
def test_a_users_mistake_is_named(
    run: Run, arguments: list[str], environment: dict[str, str], said: str
) -> None:
    done = run(*arguments, **environment)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "SECRET" not in done.stderr
