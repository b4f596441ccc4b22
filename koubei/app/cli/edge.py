"""The process edge: a user's mistake prints three lines, a bug leaves a file, both set the exit code."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import traceback
from pathlib import Path

from koubei.app.cli import alerts, collect, demo, find, operate, report  # noqa: F401  (each registers its commands)
from koubei.app.cli.root import cli
from koubei.core.errors import KoubeiError

BUG = 1
INTERRUPTED = 130


def main() -> None:
    """Run the command line; never returns.

    Exit codes: 0 done, 1 a bug, 2 wrong input or config, 3 done in part or degraded.
    """
    logging.basicConfig(level=os.environ.get("KOUBEI_LOG", "WARNING").upper(), stream=sys.stderr)
    sys.exit(_run())


def _run() -> int:
    try:
        cli(standalone_mode=True)
    except KoubeiError as error:
        complain(error)
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("已中断；已入队的帖子不会丢失\n")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # noqa: BLE001  (the process edge: a bug is written to a file, not to the screen)
        path = _crash_file(traceback.format_exc())
        sys.stderr.write(f"内部错误（这是程序的缺陷）。详情在 {path}，请附上它报告问题\n")
        return BUG
    return 0


def complain(error: KoubeiError) -> None:
    """Print what was found, what was expected and how to fix it, on standard error."""
    lines = [f"错误：{error.found}"]
    if error.expected:
        lines.append(f"应为：{error.expected}")
    if error.fix:
        lines.append(f"办法：{error.fix}")
    sys.stderr.write("\n".join(lines) + "\n")


def _crash_file(text: str) -> Path:
    with tempfile.NamedTemporaryFile(
        "w", prefix="koubei-crash-", suffix=".txt", delete=False, encoding="utf-8"
    ) as f:
        f.write(text)
    return Path(f.name)
