"""Tells whether the process that began something still lives, on this machine."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def this_process() -> tuple[str, str]:
    """(host, mark) of the running process; the mark outlives neither it nor a reuse of its number."""
    return socket.gethostname(), _mark(os.getpid())


def is_alive(mark: str) -> bool:
    """Whether the process of that mark lives on this machine."""
    pid = int(mark.partition(":")[0])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it lives and belongs to somebody else
        pass
    return _mark(pid) == mark


def _mark(pid: int) -> str:
    """pid:start time; only the pid where the system has no /proc."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return f"{pid}:"
    return f"{pid}:{stat.rpartition(')')[2].split()[19]}"
