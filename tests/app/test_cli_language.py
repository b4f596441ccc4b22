"""The command line in both languages: nothing of the other in help, and in what a mistake gets."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import koubei.app.cli

HAN = re.compile(r"[\u3400-\u9fff]")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
ENGLISH = re.compile(
    r"\b(usage|options?|arguments?|commands?|required|default:|show this|invalid|missing|aborted"
    r"|<(str|int|bool|float|path|range|datetime)\b)",
    re.IGNORECASE,
)
FOLDER = Path(koubei.app.cli.__file__).parent
CHILD = """
import json, sys
from typer.testing import CliRunner
from koubei.app.cli.edge import cli
from koubei.core.errors import KoubeiError
def commands(group, path):
    yield path
    for command in group.registered_commands:
        yield [*path, command.name or command.callback.__name__.rstrip("_")]
    for inner in group.registered_groups:
        yield from commands(inner.typer_instance, [*path, inner.name])
asked = [[*path, "--help"] for path in commands(cli, [])] + json.loads(sys.argv[1])
said = {}
for words in asked:
    done = CliRunner().invoke(cli, words)
    known = isinstance(done.exception, KoubeiError)
    code = done.exception.exit_code if known else done.exit_code
    said[" ".join(words)] = [code, str(done.exception) if known else done.output]
print(json.dumps(said))
"""
MISTAKES = {
    "search --form x": (
        "没有选项 --form；应为：--after、--from、--to",
        "no option --form; Expected: --after, --from",
    ),
    "search -z": ("没有选项 -z", "no option -z"),
    "search --from x": ("--from 的值 'x' 不是日期", "'x' is no date"),
    "search --limit 0": ("--limit 的值 '0' 不对：应不小于 1", "must be at least 1"),
    "search --limit 99999": ("应不大于 10000", "must be at most 10000"),
    "search --limit {x}": ("'{x}' 不对：应为整数", "'{x}' is wrong: must be a whole number"),
    "search a b": ("多出的参数：b", "Too many arguments: b"),
    "search --count=3": ("选项 --count 不带值", "--count takes no value"),
    "search --limit": ("选项 --limit 后面缺少值", "--limit needs a value"),
    "--config": ("选项 --config 后面缺少值", "--config needs a value"),
    "serch": ("没有命令 serch；应为：search", "no command serch; Expected: search"),
    "label sampl": ("没有命令 sampl；应为：sample", "no command sampl; Expected: sample"),
    "--config x": ("缺少命令", "Missing command"),
    "label export": ("缺少参数 SAMPLE；应为：样本编号", "argument SAMPLE is missing; Expected: a sample"),
    "label sample --from 2026-01-01": ("缺少选项 --to", "option --to is missing"),
    "export -o x.pdf": ("不认识的格式 pdf", "Unknown format pdf"),
    "--config absent.toml status": ("没有配置文件 absent.toml", "no config file absent.toml"),
    "--config wrong.toml status": (
        "storage.dta：没有这个键，是否指 data？",
        "dta: no such key, did you mean data?",
    ),
}


@pytest.fixture(scope="module", params=["zh", "en"])
def said(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, list[str]]]:
    """What every command's help and every mistake say, in one child a language."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "wrong.toml").write_text('[storage]\ndta = "x"\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps([words.split() for words in MISTAKES])],
        env=os.environ | {"KOUBEI_LANG": request.param}, cwd=folder, check=True,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    return request.param, json.loads(done.stdout)


def test_help_is_in_one_language(said: tuple[str, dict[str, list[str]]]) -> None:
    language, texts = said
    helps = {words: text for words, text in texts.items() if words.endswith("--help")}
    assert len(helps) > 40
    wrong = HAN if language == "en" else ENGLISH
    found = {words: found[0] for words, (_code, text) in helps.items() if (found := wrong.search(text))}
    assert found == {}
    assert {code for code, _text in helps.values()} == {0}


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_is_said_in_one_language(said: tuple[str, dict[str, list[str]]], words: str) -> None:
    language, texts = said
    code, text = texts[words]
    assert code == 2
    assert MISTAKES[words][language == "en"] in text
    assert not (HAN if language == "en" else ENGLISH).search(text), text


def test_an_unknown_language_is_named_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "koubei", "status"], env=os.environ | {"KOUBEI_LANG": "fr"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(r"KOUBEI_LANG = 'fr'.* zh .* en.*\n", done.stderr)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.name)
def test_no_text_of_the_command_line_is_left_out_of_the_catalogues(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    marked = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "msgid")
        for inner in ast.walk(node)
    }
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    bare = [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value)
        if id(node) not in marked | docstrings
    ]
    assert bare == []
