"""Every benchmark starts the same way; what it measures is run by hand (`make bench`)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMES = sorted(path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py") if path.stem != "start")


def run(name: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"benchmarks.{name}", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("name", NAMES)
def test_each_says_how_it_is_called(name: str) -> None:
    done = run(name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"python -m benchmarks.{name}" in done.stdout
    assert "--smoke" in done.stdout
    assert "--json" in done.stdout


def test_a_run_ends_in_one_json_object() -> None:
    done = run("factor_polarity", "--smoke", "--json")
    assert json.loads(done.stdout)["rows"] == 4


def test_a_wrong_option_is_one_line_and_no_traceback() -> None:
    done = run("store_speed", "--nonsense")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
