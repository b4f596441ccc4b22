"""Installing into a replica of Kibana's import API: success, each refusal, and servers that are none."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from indexer.kibana.install import install
from indexer.kibana.objects import Json, ndjson
from koubei.core.errors import ConfigError, DegradedError, InputError, KoubeiError

PATH = "/s/brand/api/saved_objects/_import"
KIBANA = {"kbn-name": "kibana", "kbn-license-sig": "x"}


class Replica:
    """Kibana's import endpoint with a prepared answer; keeps what it was sent."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.base = server.url_for("/s/brand/")
        self.sent: list[Json] = []
        self.overwrite = ""

    def answers(self, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        given = KIBANA if headers is None else headers

        def handle(request: Request) -> Response:
            assert request.headers["kbn-xsrf"] == "true"
            assert request.headers["Authorization"] == "ApiKey k=="
            upload = request.files["file"]
            assert upload.filename is not None
            assert upload.filename.endswith(".ndjson"), "Kibana refuses any other ending"
            self.sent = [json.loads(line) for line in upload.stream.read().decode().splitlines()]
            self.overwrite = request.args["overwrite"]
            return Response(text, status, given, "application/json")

        self.server.expect_request(PATH, "POST").respond_with_handler(handle)


@pytest.fixture
def replica(httpserver: HTTPServer) -> Replica:
    return Replica(httpserver)


def test_everything_goes_up_and_replaces(replica: Replica, objects: list[Json]) -> None:
    replica.answers({"success": True, "successCount": len(objects), "warnings": []})
    done = install(replica.base, "k==", objects)
    assert (done.count, done.errors) == (len(objects), ())
    assert ndjson(replica.sent) == ndjson(objects)
    assert replica.overwrite == "true"


def test_each_refused_object_is_one_line(replica: Replica, objects: list[Json]) -> None:
    errors = [
        {"type": "search", "id": "a", "error": {"type": "conflict", "destinationId": "b"}},
        {"type": "lens", "id": "b", "error": {"type": "unsupported_type"}},
        {
            "type": "dashboard", "id": "c",
            "error": {"type": "missing_references", "references": [{"type": "index-pattern", "id": "gone"}]},
        },
        {"type": "search", "id": "d", "error": {"type": "unknown", "message": "mapping\x1b[31m"}},
        {"type": "search", "id": "e"},
        "nonsense",
    ]  # fmt: skip
    replica.answers({"success": False, "successCount": 2, "errors": errors})
    done = install(replica.base, "k==", objects[:7])
    assert done.count == 2
    assert done.errors == (
        "search:a：已有同编号的对象，没有覆盖",
        "lens:b：这个 Kibana 不支持这种对象",
        "dashboard:c：缺少被引用的对象（index-pattern:gone）",
        "search:d：mapping\x1b[31m",
        "search:e：未说明",
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"success": True, "successCount": 1}, "其余 8 个对象"),
        ({"success": True}, "其余 9 个对象"),
        ({"success": True, "successCount": 7, "errors": [{"type": "search", "id": "a"}]}, "其余 1 个对象"),
        ({"success": False, "successCount": 0}, "其余 9 个对象"),
        ({"success": False, "successCount": 9}, "没有成功"),
    ],
)
def test_what_kibana_does_not_account_for_is_named(
    replica: Replica, objects: list[Json], body: Json, said: str
) -> None:
    assert len(objects) == 9
    replica.answers(body)
    assert said in install(replica.base, "k==", objects).errors[-1]


@pytest.mark.parametrize(
    ("status", "message", "said"),
    [
        (401, "unable to authenticate", "KOUBEI_KIBANA_API_KEY"),
        (403, "Unable to bulk_create dashboard", "Unable to bulk_create dashboard"),
        (404, "Not Found", "/s/名字"),
        (409, "version conflict", "version conflict"),
        (400, "belongs to a more recent version of Kibana [8.9.0]", "8.9 或更新"),
        (422, "belongs to a more recent version of Kibana [8.9.0]", "8.9 或更新"),
        (400, "Invalid file extension .json", "Invalid file extension .json；办法：照它说的改"),
        (413, "Payload content length greater than maximum allowed", "savedObjects.maxImportPayloadBytes"),
    ],
)
def test_a_refusal_says_what_and_how(
    replica: Replica, objects: list[Json], status: int, message: str, said: str
) -> None:
    replica.answers({"statusCode": status, "error": "x", "message": message}, status)
    with pytest.raises(InputError) as caught:
        install(replica.base, "k==", objects)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("status", "message"),
    [(400, "at line 1\n  at line 2\r\n"), (503, "not ready\nyet"), (403, "no\n\nright")],
)
def test_a_refusal_is_one_line_whatever_kibana_says(
    replica: Replica, objects: list[Json], status: int, message: str
) -> None:
    replica.answers({"message": message}, status)
    with pytest.raises(KoubeiError) as caught:
        install(replica.base, "k==", objects)
    assert " ".join(message.split()) in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_refused_object_is_one_line_whatever_kibana_says(replica: Replica, objects: list[Json]) -> None:
    error = {"type": "search", "id": "a", "error": {"type": "unknown", "message": "one\n  two"}}
    replica.answers({"success": False, "successCount": 0, "errors": [error]})
    assert install(replica.base, "k==", objects[:1]).errors == ("search:a：one two",)


@pytest.mark.parametrize("key", ["中文钥匙secret", "secret\nlines", " \n", "secret\x00"])
def test_a_key_that_cannot_be_sent_is_refused_and_not_shown(key: str, objects: list[Json]) -> None:
    with pytest.raises(ConfigError, match="KOUBEI_KIBANA_API_KEY") as caught:
        install("http://127.0.0.1:1", key, objects)
    assert "secret" not in str(caught.value)


def test_a_line_feed_copied_behind_the_key_is_no_matter(replica: Replica, objects: list[Json]) -> None:
    replica.answers({"success": True, "successCount": 9})
    assert install(replica.base, "k==\n", objects).errors == ()


@pytest.mark.parametrize(
    ("body", "status", "headers", "said"),
    [
        ("<html>404</html>", 404, {}, "不是 Kibana"),
        ("<html>fine</html>", 200, {}, "不是 Kibana"),
        ({"acknowledged": True}, 200, {}, "不是 Kibana"),
        ([], 200, KIBANA, "不是 Kibana"),
        ({"error": "no handler"}, 400, {"X-Elastic-Product": "Elasticsearch"}, "得到 Elasticsearch"),
        ("", 302, {"Location": "https://sso.example/login"}, "转到 https://sso.example/login"),
        ("x" * 100_000, 401, {}, "前面的代理"),
        ("<html>login</html>", 200, KIBANA, "登录页或代理"),
        ("<html>Too Large</html>", 413, {}, "client_max_body_size"),
        ("", 302, KIBANA | {"Location": "/login?next=x&code=secret"}, "转到 /login（302）：那里是登录页"),
        ("", 301, {"Location": "https://kibana.example/"}, "把 http 改成 https"),
    ],
)
def test_a_server_that_is_not_kibana(
    replica: Replica, objects: list[Json], body: Any, status: int, headers: dict[str, str], said: str
) -> None:
    replica.answers(body, status, headers)
    with pytest.raises(InputError) as caught:
        install(replica.base, "k==", objects)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("body", "status", "headers", "said"),
    [
        ("Kibana server is not ready yet.", 503, {}, "Kibana server is not ready yet."),
        ("<html>nginx</html>", 502, {}, "（502）：BAD GATEWAY"),
        ("<html>nginx</html>", 503, {}, "（503）"),
        ("<html>nginx</html>", 504, {}, "（504）"),
        ({"message": "Too many"}, 429, KIBANA, "Too many"),
        ({"message": "An internal server error occurred"}, 500, KIBANA, "An internal server error"),
    ],
)
def test_what_passes_is_to_be_tried_again(
    replica: Replica, objects: list[Json], body: Any, status: int, headers: dict[str, str], said: str
) -> None:
    replica.answers(body, status, headers)
    with pytest.raises(DegradedError, match="暂时不可用") as caught:
        install(replica.base, "k==", objects)
    assert said in str(caught.value)
    assert "<" not in str(caught.value)
    assert caught.value.exit_code == 3


@contextmanager
def speaking(greeting: bytes) -> Iterator[str]:
    """The address of a server that says this to whoever connects, whatever it is asked."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(greeting)
            self.request.settimeout(5)
            with suppress(OSError):
                self.request.recv(1 << 16)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_another_protocol_is_told_by_its_greeting(objects: list[Json]) -> None:
    with speaking(b"SSH-2.0-OpenSSH_9.6\r\n") as host, pytest.raises(InputError, match=r"得到 SSH-2\.0"):
        install(f"http://{host}", "k==", objects)


def test_https_where_only_http_is_spoken(replica: Replica, objects: list[Json]) -> None:
    with pytest.raises(InputError, match="不说 https") as caught:
        install(replica.base.replace("http:", "https:"), "k==", objects)
    assert "改成 http" in caught.value.fix


def test_a_connection_that_is_cut_is_to_be_tried_again(objects: list[Json]) -> None:
    with speaking(b"") as host, pytest.raises(DegradedError, match="中断"):
        install(f"http://{host}", "k==", objects)


def test_nobody_there(objects: list[Json], httpserver: HTTPServer) -> None:
    base = httpserver.url_for("")
    httpserver.stop()  # type: ignore[no-untyped-call]  # the library leaves it untyped
    with pytest.raises(DegradedError, match="连不上 Kibana"):
        install(base, "k==", objects)
    httpserver.start()  # type: ignore[no-untyped-call]  # the fixture expects it running


@pytest.mark.parametrize(
    "url",
    ["kibana:5601", "file:///etc/passwd", "https://k/?x=1", "https://k/app#/", f"http://{'a' * 64}.example"],
)
def test_an_address_that_is_none(url: str, objects: list[Json]) -> None:
    with pytest.raises(InputError, match="不是可用的地址"):
        install(url, "k==", objects)


@pytest.mark.parametrize(
    "url", ["https://user:secret@kibana", "user:secret@kibana", "http://u:secret[@kibana"]
)
def test_a_password_in_the_address_is_refused_and_not_shown(url: str, objects: list[Json]) -> None:
    with pytest.raises(InputError, match="口令") as caught:
        install(url, "k==", objects)
    assert "secret" not in str(caught.value)
