"""The files of deploy/: read as Docker Compose, systemd and bash read them, as far as they run here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from docker_compose import NoComposeError
from docker_compose import compose as compose_command
from lacking import without

DEPLOY = Path(__file__).parents[2] / "deploy"
ROOT = DEPLOY.parent
VARIABLE = re.compile(r"\$\{(\w+)")
ONCE = {"certificates", "accounts"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file as YAML."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A copy of deploy/ with .env filled in and a config beside it."""
    folder = tmp_path / "deploy"
    shutil.copytree(DEPLOY, folder)
    text = (folder / ".env.example").read_text(encoding="utf-8")
    (folder / ".env").write_text(re.sub(r"(?m)^(\w+)=$", rf"\1={'a' * 32}", text), encoding="utf-8")
    (folder / "koubei.toml").touch()
    return folder


@pytest.fixture(scope="module")
def command() -> list[str]:
    """Docker Compose."""
    try:
        return compose_command()
    except NoComposeError as error:
        without(str(error))


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run_compose(command: list[str], filled: Path) -> Run:
    """Runs Docker Compose on the filled copy, with none of this process's variables to fill in from."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return lambda *arguments: subprocess.run(
        [*command, *arguments], cwd=filled, env=clean, capture_output=True, text=True, check=False
    )


def test_compose_accepts_the_file(run_compose: Run) -> None:
    done = run_compose("config", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert "variable is not set" not in done.stderr
    services = json.loads(done.stdout)["services"]
    assert set(services) == {"certificates", "elasticsearch", "accounts", "kibana", "koubei"}
    assert services["koubei"]["environment"]["KOUBEI_ES_PASSWORD"] == "a" * 32


def test_compose_refuses_an_empty_env(filled: Path, run_compose: Run) -> None:
    """No password, no start: nothing comes up with a default one."""
    (filled / ".env").write_text("STACK_VERSION=8.19.21\n", encoding="utf-8")
    done = run_compose("config")
    assert done.returncode != 0
    assert "set it in .env" in done.stderr


def test_optional_variables_reach_koubei_only_where_set(filled: Path, run_compose: Run) -> None:
    with (filled / ".env").open("a", encoding="utf-8") as env:
        env.write("KOUBEI_WECOM_URL=https://robot.example/key\n")
    done = run_compose("config", "--format", "json")
    given = json.loads(done.stdout)["services"]["koubei"]["environment"]
    assert given["KOUBEI_WECOM_URL"] == "https://robot.example/key"
    assert given.get("KOUBEI_FEISHU_URL") is None
    assert "ELASTIC_PASSWORD" not in given, "Koubei has no need of the superuser"


def test_every_variable_stands_in_the_example(compose: dict[str, Any]) -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    example = (DEPLOY / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"(?m)^(?:# )?([A-Z_]+)=", example))
    passed_on = {
        name for name, value in compose["services"]["koubei"]["environment"].items() if value is None
    }
    assert set(VARIABLE.findall(text)) | passed_on == named


def test_the_example_holds_no_secret() -> None:
    example = (DEPLOY / ".env.example").read_text(encoding="utf-8")
    for name, value in re.findall(r"(?m)^(?:# )?([A-Z_]+)=(.*)$", example):
        assert not value or not re.search("PASSWORD|KEY|SECRET", name), name


def test_services_that_stay_have_a_health_check_a_limit_and_a_restart(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name in ONCE:
            assert service["restart"] == "no"
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"], name
        assert service["mem_limit"], name
        assert service["logging"]["options"]["max-size"], name


def test_services_wait_for_what_they_need(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how == {"condition": wanted}, (name, other)
            assert other in ONCE or "healthcheck" in services[other]
    assert services["koubei"]["depends_on"]


def test_security_is_on_and_ports_stay_on_this_machine(compose: dict[str, Any]) -> None:
    given = compose["services"]["elasticsearch"]["environment"]
    for name in (
        "xpack.security.enabled",
        "xpack.security.http.ssl.enabled",
        "xpack.security.transport.ssl.enabled",
    ):
        assert given[name] == "true"
    for service in compose["services"].values():
        for port in service.get("ports", []):
            assert port.startswith(("127.0.0.1:", "${KIBANA_BIND:-127.0.0.1}:")), port
    koubei = compose["services"]["koubei"]
    assert koubei["read_only"] is True
    assert koubei["cap_drop"] == ["ALL"]
    kibana = yaml.safe_load((DEPLOY / "kibana.yml").read_text(encoding="utf-8"))
    assert kibana["server.ssl.enabled"] is True


def test_volumes_are_declared_and_used_and_files_exist(compose: dict[str, Any]) -> None:
    used = set()
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume["source"] if isinstance(volume, dict) else volume.split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists() or source == "./koubei.toml", source
            else:
                used.add(source)
    assert used == set(compose["volumes"])


def test_roles_are_least() -> None:
    """Koubei may touch its own indices and templates, an analyst only read."""
    koubei, analyst = (
        json.loads((DEPLOY / "roles" / f"{n}.json").read_text()) for n in ("koubei", "analyst")
    )
    assert set(koubei) == {"cluster", "indices"}
    assert set(koubei["cluster"]) == {"monitor", "manage_index_templates"}
    assert analyst["cluster"] == []
    assert set(analyst["indices"][0]["privileges"]) == {"read", "view_index_metadata"}
    for role in (koubei, analyst):
        assert [i["names"] for i in role["indices"]] == [["mentions", "mentions-*"]]
        assert "all" not in role["indices"][0]["privileges"]


def test_the_image_holds_every_package_and_is_not_root() -> None:
    """Every top-level package is copied, and let through by the ignore file."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    ignore = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = re.findall(r'"(\w+)"', re.search(r"packages = \[(.*)\]", pyproject)[1])  # type: ignore[index]
    assert "koubei" in packages
    for name in packages:
        assert f"COPY {name} /src/{name}" in text
        assert f"!{name}\n" in ignore
    assert "--require-hashes" in text
    assert text.rindex("USER koubei") > text.rindex("FROM")
    uid = re.search(r"--uid (\d+)", text)
    assert uid is not None
    assert uid[1] != "1000", "the private keys of Elasticsearch belong to 1000"


@pytest.mark.parametrize("name", ["accounts.sh", "certificates.sh"])
def test_scripts_are_bash(name: str) -> None:
    subprocess.run(["bash", "-n", str(DEPLOY / name)], check=True)


def test_the_unit_is_one_systemd_accepts(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here: the unit file is not verified")
    text = (DEPLOY / "koubei.service").read_text(encoding="utf-8")
    assert "RestartPreventExitStatus=2" in text
    unit = tmp_path / "koubei.service"
    unit.write_text(text.replace("/opt/koubei/.venv/bin/koubei", "/bin/true"), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert "koubei.service" not in done.stderr, done.stderr
