"""The process edge: a user's mistake prints three lines, a bug leaves a file, both set the exit code."""

from __future__ import annotations

import errno
import logging
import os
import sys
import tempfile
import traceback
from io import TextIOWrapper
from pathlib import Path

from koubei.app.cli import (  # noqa: F401  (each registers its commands)
    alerts,
    collect,
    demo,
    find,
    kibana,
    label,
    models,
    operate,
    report,
    sentiment,
    store,
)
from koubei.app.cli.output import printable
from koubei.app.cli.root import cli
from koubei.core.errors import DegradedError, InputError, KoubeiError
from koubei.core.language import UnknownLanguageError, _, chosen_language, strerror

BUG = 1
_SURROUNDINGS = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.EMFILE)
"""What the machine refuses is not a bug: disk full, no right, too many files."""


def main() -> None:
    """Run the command line; never returns.

    Exit codes: 0 done, 1 a bug, 2 wrong input or config, 3 done in part or degraded.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no error
    level = logging.getLevelNamesMapping().get(os.environ.get("KOUBEI_LOG", "").upper(), logging.WARNING)
    logging.basicConfig(level=level, stream=sys.stderr)
    if "KOUBEI_LOG" not in os.environ:  # what the client logs of a failed try, our own message says in a line
        logging.getLogger("elastic_transport").setLevel(logging.ERROR)
        logging.getLogger("urllib3").setLevel(logging.ERROR)
    try:
        chosen_language(os.environ)
    except UnknownLanguageError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(InputError.exit_code)
    sys.exit(_run())


def _run() -> int:
    try:
        cli(standalone_mode=True)
    except KoubeiError as error:
        complain(error)
        return error.exit_code
    except OSError as error:
        if error.errno not in _SURROUNDINGS:
            return _bug()
        complain(
            DegradedError(f"{error.filename or ''} {strerror(error)}", fix=_("腾出磁盘空间或修正权限后重跑"))
        )
        return DegradedError.exit_code
    except Exception:  # noqa: BLE001  (the process edge: a bug is written to a file, not to the screen)
        return _bug()
    return 0


def _bug() -> int:
    path = _crash_file(traceback.format_exc())
    sys.stderr.write(_("内部错误（这是程序的缺陷）。详情在 {path}，请附上它报告问题\n", path=path))
    return BUG


def complain(error: KoubeiError) -> None:
    """Print what was found, what was expected and how to fix it, on standard error."""
    lines = [_("错误：{found}", found=error.found)]
    if error.expected:
        lines.append(_("应为：{expected}", expected=error.expected))
    if error.fix:
        lines.append(_("办法：{fix}", fix=error.fix))
    sys.stderr.write(printable("\n".join(lines)) + "\n")


def _crash_file(text: str) -> Path:
    with tempfile.NamedTemporaryFile(
        "w", prefix="koubei-crash-", suffix=".txt", delete=False, encoding="utf-8"
    ) as f:
        f.write(text)
    return Path(f.name)
