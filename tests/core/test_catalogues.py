"""Both catalogues hold every text, with its placeholders, and are compiled: see `make catalogues`."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import catalogues
import pytest
import typer
from typer._click import exceptions as library_errors

from koubei.core import errors

ROOT = Path(__file__).parents[2]
FILES = sorted(file for package in catalogues.PACKAGES for file in (ROOT / package).rglob("*.py"))
HAN = re.compile(r"[\u3400-\u9fff]")


def placeholders(text: str) -> set[tuple[str, str, str]]:
    return {
        (name, spec or "", conversion or "")
        for _text, name, spec, conversion in string.Formatter().parse(text)
        if name is not None
    }


@pytest.mark.parametrize("locale", sorted(catalogues.CATALOGUES))
def test_a_catalogue_holds_every_text_and_no_other(locale: str) -> None:
    written = {str(m.id): m for m in catalogues.read(locale) if m.id}
    assert set(written) == catalogues.CATALOGUES[locale]()
    assert [m.id for m in written.values() if not m.string or m.fuzzy] == []


@pytest.mark.parametrize("locale", sorted(catalogues.CATALOGUES))
def test_a_translation_has_the_placeholders_of_its_text(locale: str) -> None:
    for message in catalogues.read(locale):
        if message.id and re.search(r'\{[^"”]', str(message.id)):
            assert placeholders(str(message.string)) == placeholders(str(message.id)), message.id
        if message.id:
            ends = [(t[0].isspace(), t.endswith("\n")) for t in (str(message.id), str(message.string))]
            assert ends[0][1] == ends[1][1], message.id


def test_english_is_english_and_chinese_chinese() -> None:
    examples = {
        "升档",
        "负, 中, 正, 无关",
        "正文",
        "移动 -联通",
    }  # what a user types or fills in, in either language
    english = [str(m.string) for m in catalogues.read("en") if m.id]
    assert [t for t in english if HAN.search(t) and not any(e in t for e in examples)] == []
    chinese = [str(m.string) for m in catalogues.read("zh_CN") if m.id]
    assert [t for t in chinese if not HAN.search(t)] == []


@pytest.mark.parametrize("locale", sorted(catalogues.CATALOGUES))
def test_the_compiled_catalogue_is_of_the_written_one(locale: str) -> None:
    mo = catalogues.po_file(locale).with_suffix(".mo")
    assert mo.read_bytes() == catalogues.compiled(catalogues.read(locale)), "make catalogues"


def test_babel_sees_every_marked_text() -> None:
    """It reads tokens, and sees nothing inside an f-string or behind a name."""
    seen = catalogues.our_texts()
    for file in FILES:
        for line, text in catalogues.marked(file):
            variable = text is None and file.name in ("language.py", "complaints.py")
            assert variable or text in seen, f"{file.relative_to(ROOT)}:{line}"


def test_the_name_of_the_function_is_not_used_for_anything_else() -> None:
    """`for _ in …` would make it a local variable in the whole function."""
    for file in FILES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        imported = any(
            isinstance(node, ast.ImportFrom) and any(a.name == "_" for a in node.names)
            for node in ast.walk(tree)
        )
        bound = [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Store)
        ]
        assert not (imported and bound), f"{file.relative_to(ROOT)}:{bound}"


def test_every_error_the_library_raises_on_a_command_line_is_known() -> None:
    """A version that raises something new is looked at before it is used: koubei/app/cli/mistakes.py."""
    known = {
        "Abort", "Exit", "UsageError", "BadParameter", "MissingParameter", "NoSuchOption", "BadOptionUsage",
        "BadArgumentUsage", "FileError", "NoArgsIsHelpError",
    }  # fmt: skip
    errors = {name for name in dir(library_errors) if isinstance(getattr(library_errors, name), type)} - {
        "IO",
        "Any",
        "Sequence",
        "Union",
        "TyperException",
        "ClickException",
    }
    assert errors <= known


def test_the_one_error_known_by_its_text_still_has_it() -> None:
    source = (Path(typer.__file__).parent / "_param_types.py").read_text(encoding="utf-8")
    assert "is not readable." in source


def test_no_error_tells_a_text_that_is_left_out_of_the_catalogues() -> None:
    """A text written in the call that makes an error a user reads; the spiders' own are kept in Chinese."""
    ours = {name for name, each in vars(errors).items() if isinstance(each, type)}
    bare = [
        (str(file.relative_to(ROOT)), node.lineno)
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ours
        for text in [*node.args, *(word.value for word in node.keywords)]
        for part in (text.values if isinstance(text, ast.JoinedStr) else [text])
        if isinstance(part, ast.Constant) and HAN.search(str(part.value))
        if "活动名" not in str(part.value)  # TOML to copy
    ]
    assert bare == []
