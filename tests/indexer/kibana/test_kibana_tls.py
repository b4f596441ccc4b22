"""Kibana behind https: the company's own root, and what is wrong with one."""

from __future__ import annotations

import re
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from indexer.kibana.install import install
from indexer.kibana.objects import Json
from koubei.core.errors import InputError

PATH = "/s/brand/api/saved_objects/_import"
KIBANA = {"kbn-name": "kibana", "kbn-license-sig": "x"}


def test_http_where_only_https_is_spoken(secure: HTTPServer, objects: list[Json]) -> None:
    with pytest.raises(InputError, match="说的是 https") as caught:
        install(secure.url_for("/").replace("https:", "http:"), "k==", objects)
    assert "改成 https" in caught.value.fix


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "ca.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "3650", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@pytest.fixture
def secure(authority: tuple[Path, Path]) -> Iterator[HTTPServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority)
    with HTTPServer("127.0.0.1", 0, context) as server:
        yield server


def test_tls_with_the_companys_own_root(
    secure: HTTPServer, authority: tuple[Path, Path], objects: list[Json]
) -> None:
    secure.expect_request(PATH, "POST").respond_with_json(
        {"success": True, "successCount": 9}, headers=KIBANA
    )
    assert install(secure.url_for("/s/brand/"), "k==", objects, authority[0]).errors == ()


def test_tls_without_it_is_refused_and_says_so(secure: HTTPServer, objects: list[Json]) -> None:
    with pytest.raises(InputError, match="不信任") as caught:
        install(secure.url_for("/s/brand/"), "k==", objects)
    assert "--ca" in caught.value.fix


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_root_that_cannot_be_used(content: str | None, tmp_path: Path, objects: list[Json]) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    with pytest.raises(InputError, match=re.escape(str(file))):
        install("https://127.0.0.1:1", "k==", objects, file)
