"""`python -m crawlers.sandbox` serves until it is interrupted."""

from __future__ import annotations

import signal
import subprocess
import sys

import httpx


def test_the_command_prints_its_origin_serves_and_stops() -> None:
    arguments = ["--anchor", "2026-11-18T08:30", "--scale", "0.01"]
    command = [sys.executable, "-m", "crawlers.sandbox", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            origin = process.stdout.readline().strip()
            answer = httpx.get(f"{origin}/robots.txt", trust_env=False)
            assert answer.status_code == 200
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
