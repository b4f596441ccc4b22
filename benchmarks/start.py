"""How every benchmark starts and answers: --help, --smoke (small enough to see that it runs), --json."""

from __future__ import annotations

import argparse
import json
import resource
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

NOT_RUN = 3
"""Exit code where something is missing on this machine."""


@dataclass
class Option:
    """An argument of a benchmark: argparse's names and keywords, and its value under --smoke."""

    names: tuple[str, ...]
    smoke: Any = None
    keywords: dict[str, Any] = field(default_factory=dict)


def size(name: str, default: int, smoke: int, words: str) -> Option:
    """A number of things to measure with, as --name."""
    keywords = {"type": int, "default": default, "help": f"{words} (default {default:,})"}
    return Option((f"--{name}",), smoke, keywords)


def given(name: str, kind: Callable[[str], Any], words: str, **keywords: Any) -> Option:
    """An option without a size."""
    return Option((name,), keywords.pop("smoke", None), {"type": kind, "help": words, **keywords})


class Figures:
    """What was measured, in order; printed a line each as it comes, or as one JSON object at the end."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self.found: dict[str, Any] = {}
        self.failed = False

    def add(self, name: str, value: float | str | bool | None, unit: str = "", digits: int = 0) -> None:
        """One figure."""
        self.found[name] = round(value, digits or None) if isinstance(value, float) else value
        if not self._as_json:
            shown = f"{value:,.{digits}f}" if isinstance(value, float) else value
            sys.stdout.write(f"{name:44} {shown if isinstance(shown, str) else f'{shown:,}':>14} {unit}\n")
            sys.stdout.flush()

    def memory(self) -> None:
        """The most this process has held so far."""
        unit = 1024**2 if sys.platform == "darwin" else 1024
        self.add("memory at most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, "MB")

    def expect(self, name: str, right: bool) -> None:
        """A figure that must be so; where it is not, the benchmark ends with 1."""
        self.add(name, right)
        self.failed |= not right

    def end(self) -> int:
        """Print the JSON where it was asked for; the exit code."""
        if self._as_json:
            sys.stdout.write(json.dumps(self.found, ensure_ascii=False, indent=1) + "\n")
        return int(self.failed)


def tell(text: str) -> None:
    """Progress, on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def launch(
    words: str | None,
    measure: Callable[[argparse.Namespace, Figures], None],
    options: Iterable[Option] = (),
    missing: tuple[type[Exception], ...] = (),
) -> None:
    """Read the command line and measure; never returns.

    words: the module's docstring. missing: exceptions that mean this machine lacks something: exit code 3.
    """
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    options = list(options)
    for option in options:
        parser.add_argument(*option.names, **option.keywords)
    parser.add_argument("--smoke", action="store_true", help="sizes that only show that it runs")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    wanted = parser.parse_args()
    if wanted.smoke:
        for option in options:
            if option.smoke is not None:
                setattr(wanted, option.names[-1].lstrip("-").replace("-", "_"), option.smoke)
    figures = Figures(wanted.json)
    try:
        measure(wanted, figures)
    except missing as error:
        tell(f"not run: {error}")
        sys.exit(NOT_RUN)
    sys.exit(figures.end())
