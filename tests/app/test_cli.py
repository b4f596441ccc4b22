"""What a user's mistake gets: exit code 2, what was found and how to fix it, never a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

CONFIG = """
[[brands]]
id = "cmcc"
name = "中国移动"
include = ["中国移动", "移动宽带"]
context = ["移动"]
context_with = ["套餐"]
exclude = ["移动硬盘"]

[storage]
data = "data"

[[channels]]
name = "out"
kind = "folder"
to = ["outbox"]
"""


class Koubei:
    """Runs `koubei` as a user would, in its own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "koubei.toml"

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "koubei", *arguments],
            cwd=self.folder, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip


@pytest.fixture
def koubei(tmp_path: Path) -> Koubei:
    runner = Koubei(tmp_path)
    runner.config.write_text(CONFIG, encoding="utf-8")
    return runner


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["search", "资费 AND"], "列"),
        (["search", "移"], "列"),
        (["search", "labl:neg"], "label"),
        (["search", "资费", "--from", "2026-11-02", "--to", "2026-11-01"], "起不晚于止"),
        (["search", "资费", "--from", "0001-01-01"], "太早或太晚"),
        (["search", "资费", "--to", "9999-12-31"], "9999-12-30"),
        (["label", "sample", "--from", "0001-01-01", "--to", "2026-11-01", "--size", "5"], "太早或太晚"),
        (["alerts", "backtest", "--from", "2026-11-01", "--to", "9999-12-31"], "9999-12-30"),
        (["report", "daily", "--date", "9999-12-31"], ""),
        (["import", "missing.csv"], "missing.csv"),
        (["crawl", "nowhere"], "nowhere"),
        (["crawl"], "--all"),
        (["crawl", "--all"], "enabled"),
        (["crawl", "feed"], "--url"),
        (["crawl", "fed", "--url", "http://127.0.0.1:9/"], "heimao"),
        (["crawl", "feed", "--url", "127.0.0.1:8000/feed"], "https://127.0.0.1:8000/feed"),
        (["import", "koubei.toml", "--platform", "某平台"], "--platform weibo"),
        (["import", "koubei.toml", "--as-of", "昨天"], "--as-of 2023-05-22"),
        (["report", "daily", "--date", "2999-01-01"], "还没有结束"),
        (["report", "render", "--date", "2020-01-01"], "2020-01-01"),
        (["alerts", "check", "--as-of", "yesterday"], "ISO 8601"),
        (["export", "-o", "x.pdf"], "xlsx"),
        (["notify", "test", "--channel", "none"], "none"),
        (["--config", "absent.toml", "status"], "koubei init"),
    ],
)
def test_mistakes_exit_with_2_and_say_what_to_do(koubei: Koubei, arguments: list[str], words: str) -> None:
    result = koubei(*arguments)
    assert result.returncode == 2, result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[storag]\ndata = 'x'", "storag"),
        ("[alerts]\nmin_roots = 'many'", "alerts.min_roots"),
        ("[alerts]\nmin_rots = 3", "min_roots"),
        ("[[sources]]\nname = 'n'", "spider"),
        ("[[channels]]\nname = 'w'\nkind = 'wecom'", "url_env"),
        ("not toml at all", "TOML"),
    ],
)
def test_a_wrong_config_names_the_key(koubei: Koubei, line: str, words: str) -> None:
    koubei.config.write_text(CONFIG + "\n" + line, encoding="utf-8")
    result = koubei("status")
    assert result.returncode == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_an_address_can_be_crawled_with_no_source_in_the_config(
    koubei: Koubei, httpserver: HTTPServer
) -> None:
    item = "<item><title>中国移动</title><link>https://a.example/1</link></item>"
    feed = f'<rss version="2.0"><channel><title>t</title>{item}</channel></rss>'
    httpserver.expect_request("/robots.txt").respond_with_data("", 404)
    httpserver.expect_request("/feed").respond_with_data(feed, content_type="application/rss+xml")
    result = koubei("crawl", "feed", "--url", httpserver.url_for("/feed"))
    assert (result.returncode, result.stderr) == (0, "")
    assert "采到 1" in result.stdout
    assert "新增 1" in result.stdout


def test_a_site_that_is_down_is_told_in_words(koubei: Koubei) -> None:
    result = koubei("crawl", "feed", "--url", "http://127.0.0.1:9/feed")
    assert result.returncode == 3
    assert "连不上：127.0.0.1:9（连接被拒绝" in result.stderr
    assert "SSLContext" not in result.stderr


def test_rows_without_a_platform_take_the_one_given(koubei: Koubei) -> None:
    (koubei.folder / "rows.csv").write_text(
        "text,published_at\n中国移动,2026-11-01 08:00\n", encoding="utf-8"
    )
    assert koubei("import", "rows.csv").returncode == 2
    assert koubei("import", "rows.csv", "--platform", "微博").returncode == 0
    assert '"platform": "weibo"' in koubei("search", "中国移动", "--json").stdout


def test_times_that_count_from_an_unknown_moment_are_said_with_the_way_out(koubei: Koubei) -> None:
    rows = "platform,native_id,text,published_at\nweibo,1,中国移动,昨天 12:00\nweibo,2,中国移动好,02-08\n"
    (koubei.folder / "rows.csv").write_text(rows, encoding="utf-8")
    first = koubei("import", "rows.csv", "--spool-only")
    assert first.returncode == 0
    assert "×1" in first.stderr
    assert "--as-of" in first.stderr
    again = koubei("import", "rows.csv", "--spool-only", "--as-of", "2023-05-22T18:30")
    assert "从--as-of 2023-05-22T18:30 算起" in again.stderr
    assert "记为未知" not in again.stderr


def test_init_writes_a_config_that_loads_and_never_overwrites(tmp_path: Path) -> None:
    runner = Koubei(tmp_path)
    assert runner("init").returncode == 0
    assert runner("status").returncode == 0
    again = runner("init")
    assert again.returncode == 2
    assert "已存在" in again.stderr


def test_match_says_what_matched_and_what_did_not(koubei: Koubei) -> None:
    named = koubei("match", "移动宽带又断了")
    assert named.returncode == 0
    assert "中国移动" in named.stdout
    assert "移动宽带" in named.stdout
    stranger = koubei("match", "买了个移动硬盘")
    assert "移动硬盘" in stranger.stdout


def test_empty_store_gets_a_report_that_says_so(koubei: Koubei) -> None:
    made = koubei("report", "daily")
    assert made.returncode == 0, made.stderr
    (page,) = (koubei.folder / "data" / "reports").glob("*.html")
    assert "库里还没有提及" in page.read_text(encoding="utf-8")


def test_a_damaged_store_is_named_not_traced(koubei: Koubei) -> None:
    assert koubei("status").returncode == 0
    (koubei.folder / "data" / "mentions.db").write_bytes(b"SQLite format 3\0" + b"\x07" * 4096)
    result = koubei("search", "资费")
    assert result.returncode in (2, 3)
    assert "mentions.db" in result.stderr
    assert "Traceback" not in result.stderr


def test_notify_test_reaches_the_folder(koubei: Koubei) -> None:
    result = koubei("notify", "test")
    assert result.returncode == 0, result.stderr
    assert any((koubei.folder / "data" / "outbox").iterdir())


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('spider = "nosuch"\nurls = ["http://127.0.0.1:9/feed"]', "nosuch"),
        ('spider = "feed"\nurls = ["not a url"]', "not a url"),
        ('spider = "feed"\nurls = ["http://127.0.0.1:9/feed"]\noptions = { bogus = 1 }', "bogus"),
        ('spider = "feed"\nurls = ["http://127.0.0.1:9/feed"]', "连不上"),
    ],
)
def test_doctor_finds_what_a_crawl_would_refuse(koubei: Koubei, source: str, words: str) -> None:
    text = CONFIG + f'\n[[sources]]\nname = "one"\n{source}\n[network]\ncontact = "ops@example.com"\n'
    koubei.config.write_text(text, encoding="utf-8")
    result = koubei("doctor")
    assert result.returncode == 3, result.stderr
    assert any("✗ 来源 one" in line and words in line for line in result.stdout.splitlines())
