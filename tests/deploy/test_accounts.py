"""accounts.sh: what it sends, and what a real server with security makes of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elastic_server import CannotRunError, SecureNode, unpacked
from elasticsearch import AuthorizationException, Elasticsearch
from lacking import without

from indexer.elastic import ElasticStore, address
from koubei.core.query import Everything

DEPLOY = Path(__file__).parents[2] / "deploy"
PASSWORDS = {"KIBANA_PASSWORD": "kibana1", "KOUBEI_ES_PASSWORD": "koubei.1_~-"}
Ended = subprocess.CompletedProcess[str]


def run_accounts(folder: Path, places: dict[str, str], environment: dict[str, str]) -> Ended:
    """The script with the container's places (address, folders) put where they are here."""
    text = (DEPLOY / "accounts.sh").read_text(encoding="utf-8")
    for inside, here in {"/koubei/roles": str(DEPLOY / "roles"), **places}.items():
        assert inside in text
        text = text.replace(inside, here)
    script = folder / "accounts.sh"
    script.write_text(text, encoding="utf-8")
    given = {"PATH": os.environ["PATH"], **PASSWORDS, **environment}
    return subprocess.run(["bash", str(script)], env=given, capture_output=True, text=True, check=False)


def run_noted(tmp_path: Path, **environment: str) -> tuple[Ended, list[list[str]], list[str]]:
    """accounts.sh with a curl that notes its arguments and its standard input."""
    curl = tmp_path / "curl"
    curl.write_text(
        '#!/bin/sh\nfor a in "$@"; do printf "%s\\037" "$a"; done >> "$NOTES"\necho >> "$NOTES"\n'
        'tr "\\n" " " >> "$NOTES.in"\necho >> "$NOTES.in"\n'
    )
    curl.chmod(0o755)
    notes = tmp_path / "notes"
    places = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "NOTES": str(notes)}
    done = run_accounts(tmp_path, {}, {"ELASTIC_PASSWORD": "super-secret", **places, **environment})
    if not notes.exists():
        return done, [], []
    bodies = (tmp_path / "notes.in").read_text().splitlines()
    return done, [line.split("\x1f") for line in notes.read_text().splitlines()], bodies


def test_accounts_are_made_with_json_and_passwords_stay_out_of_sight(tmp_path: Path) -> None:
    done, calls, bodies = run_noted(tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(bodies[0]) == {"password": "kibana1"}
    for body, role in zip(bodies[1:3], ("koubei", "analyst"), strict=True):
        assert json.loads(body) == json.loads((DEPLOY / "roles" / f"{role}.json").read_text())
    assert json.loads(bodies[3])["roles"] == ["koubei"]
    for secret in ("super-secret", *PASSWORDS.values()):
        assert all(secret not in argument for call in calls for argument in call)
        assert secret not in done.stdout + done.stderr
    assert all("--cacert" in call and "-k" not in call for call in calls)


@pytest.mark.parametrize("name", ["ELASTIC_PASSWORD", *PASSWORDS])
@pytest.mark.parametrize("password", ['a"b', "a b", "密码", "a\\b", "$(id)"])
def test_a_password_that_would_break_the_json_is_refused(tmp_path: Path, name: str, password: str) -> None:
    done, calls, _ = run_noted(tmp_path, **{name: password})
    assert done.returncode == 2
    assert "letters, digits" in done.stderr
    assert calls == []


@pytest.fixture(scope="module")
def node() -> Iterator[SecureNode]:
    """A server with security."""
    try:
        with unpacked() as home, SecureNode(home) as started:
            yield started  # type: ignore[misc]  # __enter__ is the parent's
    except CannotRunError as error:
        without(f"no Elasticsearch with security here: {error}")


@pytest.fixture
def accounts(node: SecureNode, tmp_path: Path) -> Callable[[str], Ended]:
    """Runs accounts.sh against the server with this password for the superuser."""
    places = {"https://elasticsearch:9200": node.origin, "/certificates/ca.crt": str(node.ca)}
    return lambda password: run_accounts(tmp_path, places, {"ELASTIC_PASSWORD": password})


def signed_in(node: SecureNode, name: str, password: str) -> Elasticsearch:
    return Elasticsearch(node.origin, basic_auth=(name, password), ca_certs=str(node.ca))


def test_kibana_and_koubei_can_sign_in_and_do_no_more_than_their_work(
    node: SecureNode, accounts: Callable[[str], Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in "twice":
        done = accounts(node.password)
        assert done.returncode == 0, done.stdout + done.stderr
    with signed_in(node, "kibana_system", "kibana1") as kibana:
        assert kibana.security.authenticate()["username"] == "kibana_system"
    for name, value in (
        (address.USERNAME, "koubei"),
        (address.PASSWORD, PASSWORDS["KOUBEI_ES_PASSWORD"]),
        (address.CA_FILE, str(node.ca)),
    ):
        monkeypatch.setenv(name, value)
    assert ElasticStore(node.origin).count(Everything()) == 0
    with signed_in(node, "koubei", PASSWORDS["KOUBEI_ES_PASSWORD"]) as koubei:
        koubei.index(index="mentions-2026.11", document={})
        with pytest.raises(AuthorizationException):
            koubei.index(index="others", document={})
        with pytest.raises(AuthorizationException):
            koubei.security.get_user()


def test_an_analyst_reads_mentions_and_writes_nothing(
    node: SecureNode, accounts: Callable[[str], Ended]
) -> None:
    assert accounts(node.password).returncode == 0
    with signed_in(node, "elastic", node.password) as admin:
        admin.index(index="mentions-2026.10", document={}, refresh=True)
        admin.security.put_user(username="ana", password="analyst1", roles=["koubei_analyst"])
    with signed_in(node, "ana", "analyst1") as analyst:
        assert analyst.count(index="mentions-2026.10")["count"] == 1
        with pytest.raises(AuthorizationException):
            analyst.index(index="mentions-2026.10", document={})


def test_a_wrong_superuser_password_ends_with_the_servers_reason(accounts: Callable[[str], Ended]) -> None:
    done = accounts("wrong-one")
    assert done.returncode not in (0, 2)
    assert "POST user/kibana_system/_password" in done.stdout
    assert "unable to authenticate user [elastic]" in done.stdout
    assert "accounts are ready" not in done.stdout
