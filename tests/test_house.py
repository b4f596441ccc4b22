"""The house stays as it was built: rooms small enough to be read, and no two that need each other."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("koubei", "crawlers", "sentiment", "indexer", "reports")
OTHERS = ("benchmarks", "tools", "tests")
MOST_MODULES, MOST_LINES, MOST_FUNCTION_LINES = 20, 300, 50


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_folder_of_the_product_is_crowded() -> None:
    beside = Counter(path.parent for path in modules(*PACKAGES) if path.name != "__init__.py")
    assert {name(folder): n for folder, n in beside.items() if n > MOST_MODULES} == {}


@pytest.mark.parametrize("path", modules(*PACKAGES, *OTHERS), ids=name)
def test_a_file_can_be_read_in_one_go(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES
    functions = (
        n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    sizes = {each.name: (each.end_lineno or 0) - each.lineno + 1 for each in functions}
    assert {each: size for each, size in sizes.items() if size > MOST_FUNCTION_LINES} == {}


@cache
def imports() -> dict[str, set[str]]:
    """Who imports whom, also inside functions and for type checkers only."""
    graph = grimp.build_graph(*PACKAGES)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert len(imports()) > 300
    try:
        TopologicalSorter(imports()).prepare()
    except CycleError as error:
        pytest.fail(f"import circle: {' -> '.join(error.args[1])}")
