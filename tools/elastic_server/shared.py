"""One server for every process of a test run: it lives as long as somebody holds the shared lock."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from elastic_server.artifacts import CannotRunError
from elastic_server.node import Node, unpacked

URL_VARIABLE = "KOUBEI_TEST_ES_URL"
_FAILED = "cannot run: "


@contextmanager
def shared_server(folder: Path) -> Iterator[str]:
    """The address of the run's server. `folder` is one that all processes of the run share.

    The first to come starts a keeper, which starts the server and stops it by its process id when the last
    user is gone, however it went.

    Raises:
        CannotRunError: no server is named, and none can be made here.
    """
    if named := os.environ.get(URL_VARIABLE):
        yield named.rstrip("/")
        return
    with (folder / "elastic-users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield _address(folder)


def _address(folder: Path) -> str:
    note = folder / "elastic-address"
    with (folder / "elastic-start").open("w") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        if not note.exists():
            _start_keeper(folder, note)
    said = note.read_text()
    if said.startswith(_FAILED):
        raise CannotRunError(said.removeprefix(_FAILED))
    return said


def _start_keeper(folder: Path, note: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    keeper = subprocess.Popen(
        [sys.executable, "-m", "elastic_server", str(folder)],
        env=environment, stdin=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    while not note.exists():
        if keeper.poll() is not None and not note.exists():
            raise CannotRunError("the keeper of the test server ended early")
        time.sleep(0.1)


def keep(folder: Path) -> None:
    """Run the server until nobody holds the users' lock."""
    note = folder / "elastic-address"
    try:
        with unpacked() as home, Node(home) as node:
            _write(note, node.origin)
            with (folder / "elastic-users").open("w") as users:
                fcntl.flock(users, fcntl.LOCK_EX)
                note.unlink(missing_ok=True)  # the run may have taken its folder away
    except CannotRunError as error:
        _write(note, f"{_FAILED}{error}")


def _write(note: Path, text: str) -> None:
    part = note.with_suffix(".part")
    part.write_text(text)
    part.rename(note)
