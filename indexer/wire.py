"""What a server elsewhere says when it is not the one hoped for; for the cluster's address and Kibana's."""

from __future__ import annotations

import socket
import ssl

PASSING = (408, 429, 500, 502, 503, 504)
"""Statuses after which the same call may succeed; 500 is what a node in the middle of stopping says."""

NO_TLS = ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE")
"""What OpenSSL calls an answer that is none of TLS, by its version."""

_LONGEST = 200
_PATIENCE_SECONDS = 5.0
_HTTP = b"HTTP/"


def short(text: str) -> str:
    """One line of what a stranger said."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def speaks_tls(host: str, port: int) -> bool:
    """Whether a TLS handshake succeeds there, with whatever certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout=_PATIENCE_SECONDS) as raw,
            context.wrap_socket(raw, server_hostname=host),
        ):
            return True
    except OSError:  # ssl.SSLError is one
        return False


def greeting(host: str, port: int) -> str:
    """The first line a server of another protocol says, such as SSH-2.0-OpenSSH; "" where there is none."""
    try:
        with socket.create_connection((host, port), timeout=_PATIENCE_SECONDS) as raw:
            raw.sendall(b"GET / HTTP/1.0\r\n\r\n")
            said = raw.recv(_LONGEST)
    except OSError:
        return ""
    line = said.partition(b"\n")[0].decode("utf-8", "replace")
    return "" if said.startswith(_HTTP) else short(line)
