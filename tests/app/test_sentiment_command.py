"""koubei sentiment: without a config file, JSON on standard output, mistakes named."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from koubei.app.cli import edge  # noqa: F401  (registers every command)
from koubei.app.cli.root import cli
from koubei.core.errors import ConfigError, InputError, KoubeiError
from sentiment.polarity.model_file import load_model

ROWS = [
    {"text": "客服太差，断网三天没人管", "label": "neg"},
    {"text": "信号很好，很满意", "label": "pos"},
    {"text": "【公告】系统升级通知", "label": "neu"},
]


def koubei(*arguments: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(cli, ["sentiment", *arguments], input=given)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of the commands."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def jsonl(rows: list[object]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("packed", [False, True])
def test_score_keeps_order_and_survives_odd_rows(packed: bool) -> None:
    given = jsonl([ROWS[0], {}, {"text": None}, {"text": 7}, {"text": ""}, {"text": "\ud800"}, ROWS[1]])
    done = koubei("score", given=gzip.compress(given) if packed else given)
    assert (done.exit_code, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["label"] for each in found] == ["neg", *["unknown"] * 5, "pos"]
    assert set(found[0]["p"]) == {"neg", "neu", "pos"}
    assert found[0]["factors"][0].keys() == {"name", "polarity", "clause"}
    assert found[0]["severity"] > 0
    assert isinstance(found[0]["snow"], float)
    assert isinstance(found[0]["margin"], float)
    assert found[1]["p"] == {"neg": None, "neu": None, "pos": None}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b'{"text": "a"}\n{', "第 2 行不是 JSON"),
        (b"[]", "不是 JSON 对象"),
        (gzip.compress(b"{}", mtime=0)[:-4], "gzip 损坏"),
    ],
)
def test_score_names_the_bad_row(given: bytes, words: str) -> None:
    done = koubei("score", given=given)
    assert isinstance(done.exception, KoubeiError)
    assert words in str(done.exception)


def test_score_gives_out_the_rows_before_a_bad_one() -> None:
    done = koubei("score", given=jsonl([*ROWS]) + b"{\n")
    assert isinstance(done.exception, KoubeiError)
    assert len(done.stdout.splitlines()) == len(ROWS)


def test_score_without_standard_input_says_what_is_missing() -> None:
    command = 'exec "$0" -m koubei sentiment score <&-'
    done = subprocess.run(["sh", "-c", command, sys.executable], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "标准输入" in done.stderr


def test_score_passes_over_blank_lines() -> None:
    done = koubei("score", given=b"\n" + jsonl([ROWS[0]]) + b"  \n\n")
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("name", ["own\nmodel", "a\x1bb", "\udcff", " ", ""])
def test_train_refuses_names_that_cannot_be_printed(here: Path, name: str) -> None:
    (here / "own.jsonl").write_bytes(jsonl([*ROWS]))
    done = koubei("train", "own.jsonl", "-o", "own.polarity", f"--name={name}")
    assert isinstance(done.exception, KoubeiError)
    assert "--name" in str(done.exception)


@pytest.mark.parametrize("output", ["own.jsonl", "own.md", "other.md"])
def test_train_writes_over_nothing_it_was_given(here: Path, output: str) -> None:
    rows = jsonl([dict(row, text=f"{i}号{row['text']}") for i in range(60) for row in ROWS])
    (here / "own.jsonl").write_bytes(rows)
    assert isinstance(koubei("train", "own.jsonl", "-o", output).exception, KoubeiError)
    assert (here / "own.jsonl").read_bytes() == rows
    assert [path.name for path in here.iterdir()] == ["own.jsonl"]


def test_train_asks_for_the_lexicon_before_it_writes(here: Path) -> None:
    (here / "own.jsonl").write_bytes(jsonl([dict(row, text=f"{i}号") for i in range(60) for row in ROWS]))
    done = koubei("train", "own.jsonl", "-o", "own.polarity", "--lexicon", "nosuch")
    assert "nosuch" in str(done.exception)
    assert not (here / "own.polarity").exists()


def test_evaluate_prints_one_object(here: Path) -> None:
    (here / "gold.jsonl").write_bytes(jsonl([*ROWS]))
    done = koubei("evaluate", "gold.jsonl", "--json")
    result = json.loads(done.stdout)
    assert (result["n"], result["two_class"]["n"], result["three_class"]["n"]) == (3, 2, 3)
    assert {"accuracy", "macro_f1", "per_class", "kept"} <= result["three_class"].keys()
    assert koubei("evaluate", "gold.jsonl").stdout.count("三类") == 1
    assert isinstance(koubei("evaluate", "none.jsonl").exception, KoubeiError)


@pytest.mark.parametrize("odd", [{"text": None}, {}, {"text": 7}, {"text": "，。"}])
def test_a_row_without_text_is_unknown_and_wrong_when_measured(here: Path, odd: dict[str, object]) -> None:
    (here / "gold.jsonl").write_bytes(jsonl([*ROWS, {**odd, "label": "pos"}]))
    result = json.loads(koubei("evaluate", "gold.jsonl", "--json").stdout)
    assert (result["n"], result["unknown"], result["two_class"]["n"]) == (4, 1, 3)
    assert result["two_class"]["per_class"]["pos"]["recall"] == 0.5
    assert "无法判断 1 条" in koubei("evaluate", "gold.jsonl").stdout
    assert json.loads(koubei("compare", "shipped", "shipped", "gold.jsonl").stdout)["n"] == 4


def test_a_row_without_text_is_nothing_to_train_on(here: Path) -> None:
    (here / "own.jsonl").write_bytes(jsonl([*ROWS, {"text": None, "label": "pos"}]))
    done = koubei("train", "own.jsonl", "-o", "own.polarity")
    assert "第 4 行" in str(done.exception)


def test_explain_shows_rules_and_brand() -> None:
    done = koubei("explain", "移动牛逼，扣费比谁都快", "--json")
    result = json.loads(done.stdout)
    assert result["label"] == "neg"
    assert [each["rule"] for each in result["rules"]] == ["irony"]
    shown = koubei("explain", "移动太烂换电信真香", "--brand", "移动").stdout
    assert "说本品牌的：〇本〇太烂" in shown


def test_explain_refuses_a_brand_that_does_not_occur(here: Path) -> None:
    done = koubei("explain", "移动太烂换电信真香", "--brand", "不存在")
    assert isinstance(done.exception, InputError)
    assert "不存在" in str(done.exception)


CONFIG = (
    '[[brands]]\nid = "byd"\nname = "比亚迪"\ninclude = ["比亚迪"]\n'
    '[storage]\ndata = "data"\n[factors]\nlexicon = "cars"\n'
)


TWO_BRANDS = "移动太烂换电信真香"
OF_TELECOM = '[[brands]]\nid = "ctcc"\nname = "中国电信"\ninclude = ["中国电信"]\ncontext = ["电信"]\n'


@pytest.mark.parametrize(("config", "label"), [("", "neg"), (OF_TELECOM, "pos")])
def test_a_bare_text_is_about_the_first_brand(here: Path, config: str, label: str) -> None:
    if config:
        (here / "koubei.toml").write_text(config, encoding="utf-8")
    (row,) = koubei("score", given=jsonl([{"text": TWO_BRANDS}])).stdout.splitlines()
    assert json.loads(row)["label"] == label
    assert json.loads(koubei("explain", TWO_BRANDS, "--json").stdout)["label"] == label
    (here / "gold.jsonl").write_bytes(jsonl([{"text": TWO_BRANDS, "label": label}]))
    assert json.loads(koubei("evaluate", "gold.jsonl", "--json").stdout)["two_class"]["accuracy"] == 1.0


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("text", ["中國移動太爛換電信真香", "１００８６太烂换电信真香"])
def test_the_brand_of_a_bare_text_is_found_however_it_is_written(text: str) -> None:
    assert json.loads(koubei("score", given=jsonl([{"text": text}])).stdout)["label"] == "neg"


@pytest.fixture
def own_in_use(here: Path) -> str:
    """A folder with a config for cars and a model of one's own in use; the model's name and digest."""
    (here / "koubei.toml").write_text(CONFIG, encoding="utf-8")
    own = replace(load_model(), name="own", bias=(5.0, *load_model().bias[1:]))
    (here / "own.polarity").write_bytes(own.to_bytes())
    assert koubei("use", "own.polarity").exit_code == 0
    return f"own-{own.digest}"


def scored(*arguments: str) -> tuple[dict[str, Any], str]:
    done = koubei("score", *arguments, given=jsonl([{"text": "油耗太高了"}]))
    assert done.exit_code == 0
    return json.loads(done.stdout), done.stderr


def test_the_model_in_use_and_the_lexicon_of_the_config_are_used(here: Path, own_in_use: str) -> None:
    found, said = scored()
    assert found["model"].startswith(f"{own_in_use}+")
    assert [each["name"] for each in found["factors"]] == ["油耗"]
    assert own_in_use in said
    assert "koubei.toml" in said
    (here / "gold.jsonl").write_bytes(jsonl([*ROWS]))
    done = koubei("evaluate", "gold.jsonl", "--json")
    assert json.loads(done.stdout)["model"] == found["model"]
    done = koubei("explain", "油耗太高了", "--json")
    assert (
        json.loads(done.stdout)["p"]
        != json.loads(koubei("explain", "油耗太高了", "--model=shipped", "--json").stdout)["p"]
    )
    assert own_in_use in done.stderr
    assert "cars" in done.stderr


@pytest.mark.usefixtures("own_in_use")
def test_options_win_over_the_config() -> None:
    found, _ = scored("--model", "shipped")
    assert "+cars-" in found["model"]
    assert found["model"].startswith(f"{load_model().name}-{load_model().digest}+")
    found, said = scored("--model", "own.polarity", "--lexicon", "telecom")
    assert found["model"].startswith("own-")
    assert (found["factors"], said) == ([], "")


@pytest.mark.parametrize("broken", ["[[brands", CONFIG + "[nosuch]\n", CONFIG.replace("cars", "nosuch")])
def test_a_broken_config_does_not_stop_scoring_but_explaining(here: Path, broken: str) -> None:
    (here / "koubei.toml").write_text(broken, encoding="utf-8")
    found, said = scored()
    assert found["model"].startswith(f"{load_model().name}-{load_model().digest}+telecom-")
    assert "改用自带的" in said
    assert isinstance(koubei("explain", "油耗太高了").exception, KoubeiError)


@pytest.mark.usefixtures("here")
def test_a_config_that_is_named_must_be_there_to_explain() -> None:
    done = CliRunner().invoke(cli, ["--config", "none.toml", "sentiment", "explain", "油耗太高了"])
    assert isinstance(done.exception, ConfigError)
    assert not isinstance(koubei("explain", "油耗太高了").exception, KoubeiError)
    assert scored()[1] == ""
    assert isinstance(koubei("score", "--lexicon", "nosuch").exception, KoubeiError)


def test_train_compare_use(here: Path) -> None:
    rows = [dict(row, text=f"{i}号{row['text']}") for i in range(60) for row in ROWS]
    (here / "own.jsonl").write_bytes(jsonl([*rows]))
    done = koubei("train", "own.jsonl", "-o", "own.polarity")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "own" in (here / "own.md").read_text(encoding="utf-8")
    compared = json.loads(koubei("compare", "shipped", "own.polarity", "own.jsonl").stdout)
    assert compared["n"] == 180
    assert compared["new"]["model"].startswith("own-")
    (here / "koubei.toml").write_text(
        '[[brands]]\nid = "cmcc"\nname = "移动"\ninclude = ["移动"]\n[storage]\ndata = "data"\n',
        encoding="utf-8",
    )
    assert koubei("use", "own.polarity").exit_code == 0
    assert list((here / "data" / "models").iterdir())
    assert "weibo-" in koubei("use", "shipped").stdout
    assert isinstance(koubei("use", "own.jsonl").exception, KoubeiError)
