"""Elasticsearch's minimal distribution from Maven, and the analyzer it lacks, kept in the user's cache."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = os.environ.get("KOUBEI_TEST_ES_VERSION", "8.19.21")
_LEAST_JAVA = 17 if VERSION.startswith("8.") else 21
_ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
_SOURCES = Path(__file__).parent / "plugin"
_COMPONENTS = """{
  "org.elasticsearch.plugin.analysis.AnalyzerFactory": {"cjk": "koubei.test.CjkAnalyzerFactory"},
  "org.elasticsearch.plugin.analysis.TokenizerFactory": {
    "uax_url_email": "koubei.test.EmailTokenizerFactory"
  },
  "org.elasticsearch.plugin.analysis.TokenFilterFactory": {
    "pattern_capture": "koubei.test.PatternCaptureFilterFactory",
    "unique": "koubei.test.UniqueFilterFactory"
  }
}
"""
_DESCRIPTOR = f"""name=koubei-test-analysis
description=The analysis components that the minimal distribution lacks
version=1
elasticsearch.version={VERSION}
java.version={_LEAST_JAVA}
"""


class CannotRunError(Exception):
    """Why no server can be made here, in one line."""


def java_home() -> Path:
    """A JDK that is new enough: the one on the path, of JAVA_HOME, or where Linux keeps them.

    Raises:
        CannotRunError: there is none, or all are too old.
    """
    homes = (os.environ.get("JAVA_HOME"), *map(str, sorted(Path("/usr/lib/jvm").glob("*"))))
    tried = []
    for javac in (shutil.which("javac"), *(f"{home}/bin/javac" for home in homes if home)):
        if javac is None or not os.access(javac, os.X_OK):
            continue
        said = subprocess.run([javac, "-version"], capture_output=True, text=True, check=True)
        found = re.search(r"\d+", said.stdout + said.stderr)
        if found is not None and int(found[0]) >= _LEAST_JAVA:
            return Path(javac).resolve().parent.parent
        tried.append((said.stdout + said.stderr).strip())
    have = ", ".join(dict.fromkeys(tried)) or "no javac"
    raise CannotRunError(f"Elasticsearch {VERSION} needs a JDK {_LEAST_JAVA} or later, found {have}")


def distribution() -> Path:
    """The zip of the server with the plugin inside, made once a machine.

    Raises:
        CannotRunError: no JDK, no Maven, or the artifact cannot be fetched.
    """
    home = java_home()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "koubei" / "elasticsearch"
    cache.mkdir(parents=True, exist_ok=True)
    ready = cache / f"test-server-{VERSION}.zip"
    with _alone(cache / "lock"):
        if not ready.exists():
            with tempfile.TemporaryDirectory(dir=cache) as work:
                _add_plugin(_fetch(Path(work)), Path(work), home).rename(ready)
    return ready


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(work: Path) -> Path:
    maven = shutil.which("mvn")
    if maven is None:
        raise CannotRunError("no mvn: Maven fetches the server")
    command = [maven, "-B", "-q", _COPY, f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={work}"]
    said = subprocess.run(command, capture_output=True, text=True, cwd=work)
    if said.returncode:
        reason = next((line for line in said.stdout.splitlines() if "ERROR" in line), "").strip()
        raise CannotRunError(f"Maven could not fetch {_ARTIFACT}: {reason[:300]}")
    return work / f"elasticsearch-{VERSION}.zip"


def _add_plugin(archive: Path, work: Path, java: Path) -> Path:
    """The archive with the plugin's compiled jar and descriptors under plugins/."""
    with zipfile.ZipFile(archive) as packed:
        root = packed.namelist()[0].split("/")[0]
        packed.extractall(work, [name for name in packed.namelist() if f"{root}/lib/" in name])
    classes = work / "classes"
    sources = sorted(map(str, _SOURCES.rglob("*.java")))
    command = [str(java / "bin/javac"), "--release", str(_LEAST_JAVA), "-cp", f"{work / root}/lib/*"]
    subprocess.run([*command, "-d", str(classes), *sources], check=True)
    jar = work / "plugin.jar"
    with zipfile.ZipFile(jar, "w") as packed:
        for path in sorted(classes.rglob("*.class")):
            packed.write(path, path.relative_to(classes))
    with zipfile.ZipFile(archive, "a") as packed:
        packed.write(jar, f"{root}/plugins/cjk/koubei-test-analysis.jar")
        packed.writestr(f"{root}/plugins/cjk/stable-plugin-descriptor.properties", _DESCRIPTOR)
        packed.writestr(f"{root}/plugins/cjk/named_components.json", _COMPONENTS)
    return archive
