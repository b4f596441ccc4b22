"""One server process: started, waited for, killed, started again on the same data, stopped."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from elastic_server.artifacts import CannotRunError, distribution, java_home

_ACCOUNT = "nobody"
"""Who runs the server when the tests run as root, which it refuses."""
_PATIENCE_SECONDS = 300
_BASIC = {
    "cluster.name": "koubei-test",
    "discovery.type": "single-node",
    "network.host": "127.0.0.1",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    "cluster.max_shards_per_node": "5000",
    "xpack.security.enabled": "false",
}


@contextmanager
def unpacked() -> Iterator[Path]:
    """The server's program files in a folder that any account may read; several nodes may share it.

    Raises:
        CannotRunError: they cannot be had here.
    """
    archive = distribution()
    with tempfile.TemporaryDirectory(prefix="koubei-es-") as folder:
        Path(folder).chmod(0o755)
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
        home = next(Path(folder).iterdir())
        for program in (home / "bin").iterdir():
            program.chmod(0o755)
        yield home


class Node:
    """A single-node cluster on loopback. Use as a context manager.

    Attributes:
        origin: its address, e.g. http://127.0.0.1:39201.
        headers: what a request needs to be let in.
    """

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None, scheme: str = "http") -> None:
        self._home = home
        self._folder = Path(tempfile.mkdtemp(prefix="koubei-es-node-"))
        self.config = self._folder / "config"
        self._process: subprocess.Popen[bytes] | None = None
        http, transport = _free_ports(2)
        self.origin = f"{scheme}://127.0.0.1:{http}"
        self.headers: dict[str, str] = {}
        shutil.copytree(home / "config", self.config)
        (self._folder / "tmp").mkdir()
        ports = {"http.port": str(http), "transport.port": str(transport)}
        places = {"path.data": str(self._folder / "data"), "path.logs": str(self._folder / "logs")}
        lines = [
            f"{key}: {value}" for key, value in {**_BASIC, **ports, **places, **(settings or {})}.items()
        ]
        (self.config / "elasticsearch.yml").write_text("\n".join(lines) + "\n")

    @property
    def pid(self) -> int:
        """The process id of the server's launcher, which is also that of its process group."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start, and wait until it answers.

        Raises:
            CannotRunError: it ended, or did not answer in time; with the end of its log.
        """
        self._own(self._folder)
        log = (self._folder / "output.txt").open("wb")
        with log:
            self._process = subprocess.Popen(
                [str(self._home / "bin" / "elasticsearch")], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.environment(), cwd=self._folder, start_new_session=True, **account(),
            )  # fmt: skip
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = (self._folder / "output.txt").read_text(errors="replace")[-1500:]
                self.stop()
                raise CannotRunError(f"Elasticsearch did not start: {said}")
            time.sleep(0.2)

    def environment(self) -> dict[str, str]:
        """The variables the server's own programs are run with."""
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self._folder),
            "ES_JAVA_HOME": str(java_home()),
            "ES_PATH_CONF": str(self.config),
            "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
            "ES_TMPDIR": str(self._folder / "tmp"),
        }

    def _answers(self) -> bool:
        """Whether it takes requests. Whom to trust over TLS is for the tests to judge."""
        context = ssl._create_unverified_context()  # noqa: S323  (our own server on loopback)
        request = urllib.request.Request(f"{self.origin}/_cluster/health", headers=self.headers)  # noqa: S310  (http, https)
        try:
            with urllib.request.urlopen(request, timeout=5, context=context) as answer:  # noqa: S310  (same)
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """SIGKILL to the launcher and the server, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, wait, and remove its folder."""
        self._end(signal.SIGTERM)
        shutil.rmtree(self._folder, ignore_errors=True)

    def pause(self) -> None:
        """Let it hang: it takes connections and answers nothing.

        A stop takes effect thread by thread: on a busy machine some go on for a while, so that is waited for.
        """
        os.killpg(self.pid, signal.SIGSTOP)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not all(state == "T" for state in _thread_states(self.pid)):
            if time.monotonic() > deadline:
                raise CannotRunError("the server could not be stopped")
            time.sleep(0.01)

    def go_on(self) -> None:
        """End of the pause."""
        os.killpg(self.pid, signal.SIGCONT)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, number)
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        except ProcessLookupError:
            self._process.wait()
        self._process = None

    def _own(self, folder: Path) -> None:
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, _ACCOUNT)

    def __enter__(self) -> Node:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _thread_states(group: int) -> Iterator[str]:
    """The state letter of every thread of a process group, as Linux names them; nothing elsewhere."""
    for stat in Path("/proc").glob("[0-9]*/task/*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(fields[2]) == group:
            yield fields[0]


def account() -> dict[str, str | list[str]]:
    """How a program is started as another account when this one is root."""
    return {"user": _ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    for each in held:
        each.bind(("127.0.0.1", 0))
    ports: list[int] = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports
