"""koubei label …, as it is typed."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from koubei.app.cli import edge  # noqa: F401  (registers every command)
from koubei.app.cli.root import cli
from koubei.app.context import AppContext
from koubei.app.ingest import ingest
from koubei.app.label_files import ANSWER_COLUMN
from koubei.core.domain import RawPost
from koubei.core.errors import InputError

NOW = datetime(2026, 11, 19, 1, tzinfo=UTC)
CONFIG = """
[[brands]]
id = "cmcc"
name = "中国移动"
include = ["中国移动"]

[storage]
data = "data"
"""
TEXTS = ("中国移动的资费太贵了，客服态度恶劣", "中国移动信号很好，非常满意", "请问中国移动套餐怎么办理")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config and forty posts of 2026-11-18."""
    (tmp_path / "koubei.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOUBEI_NOW", NOW.isoformat())
    with AppContext.load() as app:
        posts = [
            RawPost(
                platform="weibo", source="weibo", kind="post", text=f"{TEXTS[n % 3]}，第{n}次写",
                fetched_at=NOW, native_id=str(n), time_precision="minute",
                published_at=NOW - timedelta(hours=10, minutes=n),
            )
            for n in range(40)
        ]  # fmt: skip
        app.spool.put([app.factory.build(p) for p in posts])
        ingest(app)
    return tmp_path


def koubei(*arguments: str, typed: str | None = None) -> Result:
    """The command's result; what a user would see as a mistake is raised."""
    return CliRunner().invoke(cli, ["label", *arguments], input=typed, catch_exceptions=False)


def sampled(size: int = 12) -> str:
    """The id of a new sample."""
    days = ("--from", "2026-11-18", "--to", "2026-11-18")
    made = koubei("sample", *days, "--size", str(size))
    assert made.exit_code == 0
    assert f"40 个声音中抽 {size}" in made.stdout
    return "S261119-1"


def filled_in(path: Path, answer: str) -> None:
    """Write the same answer into every row of a sheet."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row | {ANSWER_COLUMN: answer} for row in csv.DictReader(stream)]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.DictWriter(stream, rows[0])
        table.writeheader()
        table.writerows(rows)


def test_the_loop_from_draw_to_training_file(folder: Path) -> None:
    sample = sampled()
    assert koubei("export", sample, "-o", "sheet.csv").exit_code == 0
    filled_in(folder / "sheet.csv", "负")
    taken = koubei("import", "sheet.csv", "--who", "张")
    assert (taken.exit_code, taken.stdout) == (0, "收下 12 条，未填 0 条，有误 0 行\n")
    asked = koubei("ask", sample, "--who", "李", typed="n\n" * 9 + "p\nq\n")
    assert "还剩 2 条" in asked.stdout
    agreed = koubei("agree", sample)
    assert "张 与 李" in agreed.stdout or "李 与 张" in agreed.stdout
    assert "10 条，一致 9 条" in agreed.stdout
    assert agreed.stdout.count("weibo:") == 1
    listed = koubei("list")
    assert "已标 12" in listed.stdout
    rows = [json.loads(line) for line in koubei("export", sample, "--format", "jsonl").stdout.splitlines()]
    assert len(rows) == 11  # the one in dispute is left out
    assert {row["label"] for row in rows} == {"neg"}


def test_rows_in_error_are_listed_and_the_exit_code_says_so(folder: Path) -> None:
    koubei("export", sampled(), "-o", "sheet.csv")
    filled_in(folder / "sheet.csv", "也许")
    taken = koubei("import", "sheet.csv", "--who", "张")
    assert taken.exit_code == 3
    assert "有误 12 行" in taken.stdout
    assert "第 2 行：判断“也许”不认识" in taken.stderr


def test_verdicts_as_typed(folder: Path) -> None:
    assert (
        "weibo:1|cmcc：neu，计数" in koubei("verdict", "weibo:1|cmcc", "--label", "neu", "--who", "张").stdout
    )
    assert "不计数" in koubei("verdict", "weibo:1|cmcc", "--not-us", "--who", "张").stdout
    assert "，计数" in koubei("verdict", "weibo:1|cmcc", "--withdraw", "--who", "张").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["verdict", "weibo:1|cmcc", "--who", "张"], "三者之一"),
        (["verdict", "weibo:1|cmcc", "--who", "张", "--label", "neg", "--not-us"], "三者之一"),
        (["verdict", "weibo:1|cmcc", "--who", "张", "--label", "bad"], "neg、neu、pos"),
        (["verdict", "nothing", "--who", "张", "--not-us"], "没有提及"),
        (["verdict", "weibo:1|cmcc", "--who", " ", "--not-us"], "--who"),
        (["ask", "S0", "--who", "张"], "没有样本 S0"),
        (["agree", "S0"], "没有样本 S0"),
        (["export", "S0", "-o", "x.csv"], "没有样本 S0"),
        (["export", "S0", "--format", "csv"], "标准输出"),
        (["import", "nowhere.csv", "--who", "张"], "nowhere.csv"),
        (["sample", "--from", "2026-11-18", "--to", "2026-11-18", "--size", "9", "--by", "colour"], "colour"),
    ],
)
def test_mistakes_are_explained(folder: Path, arguments: list[str], words: str) -> None:
    with pytest.raises(InputError) as caught:
        koubei(*arguments)
    assert words in str(caught.value)
