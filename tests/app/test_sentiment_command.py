"""koubei sentiment: without a config file, JSON on standard output, mistakes named."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = [
    {"text": "客服太差，断网三天没人管", "label": "neg"},
    {"text": "信号很好，很满意", "label": "pos"},
    {"text": "【公告】系统升级通知", "label": "neu"},
]


def koubei(folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "koubei", "sentiment", *arguments],
        cwd=folder, input=given, capture_output=True, check=False,
    )  # fmt: skip


def jsonl(rows: list[object]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.mark.parametrize("packed", [False, True])
def test_score_keeps_order_and_survives_odd_rows(tmp_path: Path, packed: bool) -> None:
    given = jsonl([ROWS[0], {}, {"text": None}, {"text": 7}, {"text": ""}, {"text": "\ud800"}, ROWS[1]])
    done = koubei(tmp_path, "score", given=gzip.compress(given) if packed else given)
    assert (done.returncode, done.stderr) == (0, b"")
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
        (gzip.compress(b"{}")[:-4], "gzip 损坏"),
    ],
)
def test_score_names_the_bad_row(tmp_path: Path, given: bytes, words: str) -> None:
    done = koubei(tmp_path, "score", given=given)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_evaluate_prints_one_object(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_bytes(jsonl([*ROWS]))
    done = koubei(tmp_path, "evaluate", "gold.jsonl", "--json")
    result = json.loads(done.stdout)
    assert (result["n"], result["two_class"]["n"], result["three_class"]["n"]) == (3, 2, 3)
    assert {"accuracy", "macro_f1", "per_class", "kept"} <= result["three_class"].keys()
    assert koubei(tmp_path, "evaluate", "gold.jsonl").stdout.decode().count("三类") == 1
    assert koubei(tmp_path, "evaluate", "none.jsonl").returncode == 2


def test_explain_shows_rules_and_brand(tmp_path: Path) -> None:
    done = koubei(tmp_path, "explain", "移动牛逼，扣费比谁都快", "--json")
    result = json.loads(done.stdout)
    assert result["label"] == "neg"
    assert [each["rule"] for each in result["rules"]] == ["irony"]
    shown = koubei(tmp_path, "explain", "移动太烂换电信真香", "--brand", "移动").stdout.decode()
    assert "说本品牌的：〇本〇太烂" in shown


def test_train_compare_use(tmp_path: Path) -> None:
    rows = [dict(row, text=f"{i}号{row['text']}") for i in range(60) for row in ROWS]
    (tmp_path / "own.jsonl").write_bytes(jsonl([*rows]))
    done = koubei(tmp_path, "train", "own.jsonl", "-o", "own.polarity")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "own" in (tmp_path / "own.md").read_text(encoding="utf-8")
    compared = json.loads(koubei(tmp_path, "compare", "shipped", "own.polarity", "own.jsonl").stdout)
    assert compared["n"] == 180
    assert compared["new"]["model"].startswith("own-")
    (tmp_path / "koubei.toml").write_text(
        '[[brands]]\nid = "cmcc"\nname = "移动"\ninclude = ["移动"]\n[storage]\ndata = "data"\n',
        encoding="utf-8",
    )
    assert koubei(tmp_path, "use", "own.polarity").returncode == 0
    assert list((tmp_path / "data" / "models").iterdir())
    assert "weibo-" in koubei(tmp_path, "use", "shipped").stdout.decode()
    assert koubei(tmp_path, "use", "own.jsonl").returncode == 2
