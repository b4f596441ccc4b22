"""One crawl at a time per host, across the sources of a process and across processes."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock, Timeout

from koubei.core.errors import DegradedError
from koubei.core.language import _

WAIT_SECONDS = 10.0
"""How long another process is waited for before the source is skipped; the schedule comes back anyway."""
_POLL = 0.05


class HostLocks:
    """The locks of all crawls of one process. File locks go with the process, however it ends."""

    def __init__(self, folder: Path, wait_seconds: float = WAIT_SECONDS) -> None:
        self._folder = folder
        self._wait = wait_seconds
        self._held: dict[str, FileLock] = {}

    async def hold(self, hosts: Iterable[str]) -> list[str]:
        """Take the locks of `hosts` (in order of name, so that no two crawls wait for each other).

        Within the process it waits as long as it takes; for another process only a while.

        Raises:
            DegradedError: another process holds one of them; none is held then.
        """
        held: list[str] = []
        try:
            for host in sorted(set(hosts)):
                await self._wait_for(host)
                held.append(host)
        except BaseException:
            self.release(held)
            raise
        return held

    def try_hold(self, host: str) -> bool:
        """Take one lock without waiting; False where somebody else has it."""
        if host in self._held:
            return False
        name = hashlib.sha256(host.encode()).hexdigest()[:16]
        lock = FileLock(self._folder / f"host-{name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        self._held[host] = lock
        return True

    def release(self, hosts: Iterable[str]) -> None:
        """Give back what `hold` or `try_hold` took."""
        for host in hosts:
            self._held.pop(host).release()

    async def _wait_for(self, host: str) -> None:
        deadline = time.monotonic() + self._wait
        while not self.try_hold(host):
            if host in self._held:
                deadline = time.monotonic() + self._wait
            elif time.monotonic() >= deadline:
                raise DegradedError(_("另一个进程正在采集 {host}", host=host), fix=_("等它结束，或稍后再试"))
            await asyncio.sleep(_POLL)
