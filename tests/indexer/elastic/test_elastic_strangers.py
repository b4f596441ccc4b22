"""What stands at the address in an Elasticsearch's place: named in a line, told from one that is away."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from indexer.elastic import ElasticStore
from koubei.core.errors import KoubeiError, StoreError, StoreUnavailableError
from koubei.core.query import Everything

Serve = Callable[..., str]
ELASTIC = "X-Elastic-Product: Elasticsearch"


def _http(status: str, body: bytes | str = b"", *headers: str, kind: str = "text/html") -> bytes:
    content = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status}", f"content-type: {kind}", f"content-length: {len(content)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + content


def _json(status: str, body: object, *headers: str) -> bytes:
    return _http(status, json.dumps(body), *headers, kind="application/json")


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server of one answer, and perhaps another for its root; `first` is said before it is asked."""
    listening: list[socket.socket] = []

    def start(
        answer: bytes, *, root: bytes | None = None, first: bytes = b"", tls: ssl.SSLContext | None = None
    ) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)

        def talk(plain: socket.socket) -> None:
            with suppress(OSError), plain, tls.wrap_socket(plain, server_side=True) if tls else plain as line:
                line.sendall(first)
                asked = line.recv(65536)
                line.sendall(root if root is not None and asked.startswith(b"GET / ") else answer)

        def run() -> None:
            with suppress(OSError):
                while True:
                    talk(server.accept()[0])

        threading.Thread(target=run, daemon=True).start()
        return f"127.0.0.1:{server.getsockname()[1]}"

    yield start
    for server in listening:
        server.close()


def _refused(url: str) -> KoubeiError:
    with pytest.raises(KoubeiError) as caught:
        ElasticStore(url, timeout_seconds=10).count(Everything())
    assert "\n" not in str(caught.value)
    assert "store check" not in str(caught.value), "advice that leads back here"
    return caught.value


NODES = {"nodes": {"x": {"version": "2.19.1"}}}
OPENSEARCH = {"name": "o", "version": {"distribution": "opensearch", "number": "2.19.1"}}


@pytest.mark.parametrize(
    ("answer", "root", "words"),
    [
        (_http("404 Not Found", "<html>nginx</html>"), None, "404"),
        (_http("302 Found", "", "Location: https://sso.example/login"), None, "https://sso.example/login"),
        (_http("200 OK", "<html>fine</html>"), None, "200"),
        (_http("200 OK", "<html>欢迎</html>".encode("gbk")), None, "200"),
        (_http("403 Forbidden", "<html>nginx</html>"), None, "403"),
        (_json("404 Not Found", {"error": "Not Found"}), _http("302 Found", "", "kbn-name: k"), "Kibana"),
        (_json("406 Not Acceptable", {"error": "x"}), _json("200 OK", OPENSEARCH), "OpenSearch 2.19.1"),
        (_json("200 OK", NODES), _json("200 OK", OPENSEARCH), "OpenSearch 2.19.1"),
        (_json("200 OK", [], ELASTIC), None, "不是 Elasticsearch"),
        (_json("200 OK", {"nodes": {"x": {"version": []}}}, ELASTIC), None, "不是 Elasticsearch"),
        (b"-ERR wrong number of arguments\r\n", None, "-ERR wrong number"),
    ],
)  # fmt: skip
def test_a_stranger_is_named(serve: Serve, answer: bytes, root: bytes | None, words: str) -> None:
    error = _refused(f"http://{serve(answer, root=root)}")
    assert isinstance(error, StoreError)
    assert "不是 Elasticsearch" in error.found
    assert words in error.found
    assert "storage.store" in error.fix
    assert error.exit_code == 2


def test_a_server_that_speaks_first_is_named(serve: Serve) -> None:
    error = _refused(f"http://{serve(b'', first=b'SSH-2.0-OpenSSH_9.2' + bytes([13, 10]))}")
    assert error.exit_code == 2
    assert "SSH-2.0-OpenSSH_9.2" in error.found


def test_an_elasticsearch_of_long_ago_is_called_so(serve: Serve) -> None:
    root = _json("200 OK", {"version": {"number": "7.10.2"}})
    error = _refused(f"http://{serve(_json('406 Not Acceptable', {'error': 'x'}), root=root)}")
    assert "Elasticsearch 7.10.2" in error.found
    assert "升级" in error.fix
    assert error.exit_code == 2


def test_a_proxy_that_wants_a_login_is_not_taken_for_the_cluster(serve: Serve) -> None:
    error = _refused(f"http://{serve(_http('401 Unauthorized', '<html>login</html>'))}")
    assert "代理" in error.found
    assert error.exit_code == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
        _http("502 Bad Gateway", "<html>坏网关</html>".encode("gbk")),
        _http("503 Service Unavailable", b"\x00", kind="application/octet-stream"),
        _http("429 Too Many Requests", "slow down"),
    ],
)
def test_what_passes_by_itself_is_waited_for(serve: Serve, answer: bytes) -> None:
    error = _refused(f"http://{serve(answer)}")
    assert isinstance(error, StoreUnavailableError)
    assert error.exit_code == 3


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """The server's side of TLS, with a certificate nobody trusts."""
    folder: Path = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "3650", "-subj", "/CN=127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def test_http_to_a_port_of_https_says_to_write_https(serve: Serve, tls: ssl.SSLContext) -> None:
    error = _refused(f"http://{serve(b'', tls=tls)}")
    assert "https" in error.found
    assert "改成 https" in error.fix
    assert error.exit_code == 2


@pytest.mark.parametrize("answer", [_http("400 Bad Request"), b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_https_to_a_port_of_plain_text_blames_no_certificate(serve: Serve, answer: bytes) -> None:
    error = _refused(f"https://{serve(answer)}")
    assert "不说 https" in error.found
    assert "证书" not in str(error)
    assert error.exit_code == 2


def test_a_certificate_nobody_trusts_names_the_variable(serve: Serve, tls: ssl.SSLContext) -> None:
    error = _refused(f"https://{serve(b'', tls=tls)}")
    assert "证书不可信" in error.found
    assert "KOUBEI_ES_CA" in error.fix
    assert error.exit_code == 2


LOGIN = {"KOUBEI_ES_USERNAME": "elastic", "KOUBEI_ES_PASSWORD": "wrong-one"}


@pytest.mark.parametrize(
    ("environment", "named", "not_named"),
    [
        (LOGIN, "KOUBEI_ES_PASSWORD", "不认 KOUBEI_ES_API_KEY"),
        ({"KOUBEI_ES_API_KEY": "d3Jvbmctb25l"}, "不认 KOUBEI_ES_API_KEY", "KOUBEI_ES_PASSWORD"),
        ({}, "KOUBEI_ES_API_KEY 没有设", "KOUBEI_ES_PASSWORD"),
    ],
)
def test_who_is_not_let_in_is_told_which_variable_it_was(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], named: str, not_named: str
) -> None:
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    body = {"error": {"type": "security_exception", "reason": "unable to authenticate"}, "status": 401}
    error = _refused(f"http://{serve(_json('401 Unauthorized', body))}")
    assert named in str(error)
    assert not_named not in str(error)
    assert not any(value in str(error) for value in environment.values() if value != "elastic")
    assert error.exit_code == 2
