"""A node with security on: TLS by a certificate authority of its own, and a password for `elastic`."""

from __future__ import annotations

import base64
import hashlib
import secrets
import shutil
import ssl
import subprocess
from pathlib import Path

from elastic_server.artifacts import CannotRunError
from elastic_server.node import Node

_SETTINGS = {
    "xpack.security.enabled": "true",
    "xpack.security.http.ssl.enabled": "true",
    "xpack.security.http.ssl.key": "certs/node.key",
    "xpack.security.http.ssl.certificate": "certs/node.crt",
}


class SecureNode(Node):
    """Speaks https only.

    Attributes:
        ca: file of the authority's certificate.
        password: of the user `elastic`.
    """

    def __init__(self, home: Path) -> None:
        super().__init__(home, _SETTINGS, "https")
        self.password = secrets.token_urlsafe(12)
        login = base64.b64encode(f"elastic:{self.password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {login}"}
        certificates = self.config / "certs"
        certificates.mkdir()
        self.ca = certificates / "ca.crt"
        _certify(certificates)
        tool = [str(home / "bin" / "elasticsearch-keystore")]
        subprocess.run([*tool, "create"], env=self.environment(), check=True, capture_output=True)
        subprocess.run(
            [*tool, "add", "-x", "bootstrap.password"],
            input=self.password.encode(), env=self.environment(), check=True, capture_output=True,
        )  # fmt: skip

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, as the server prints it at its first start."""
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.ca.read_text())).hexdigest()


def _certify(folder: Path) -> None:
    """ca.key, ca.crt, and node.key, node.crt (with the authority's behind it) signed by it for 127.0.0.1."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise CannotRunError("no openssl: it makes the test server's certificates")
    new = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    for command in (
        [*new, "-subj", "/CN=koubei test authority", "-keyout", "ca.key", "-out", "ca.crt"],
        [
            *new, "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-addext",
            "basicConstraints=critical,CA:FALSE", "-CA", "ca.crt", "-CAkey", "ca.key",
            "-keyout", "node.key", "-out", "node.crt",
        ],
    ):  # fmt: skip
        subprocess.run([openssl, *command], cwd=folder, check=True, capture_output=True)
    with (folder / "node.crt").open("a") as chain:
        chain.write((folder / "ca.crt").read_text())
