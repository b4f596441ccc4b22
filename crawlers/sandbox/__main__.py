"""`python -m crawlers.sandbox`: serve the world by hand, until interrupted."""

from __future__ import annotations

import argparse
import sys
from threading import Event

from crawlers.sandbox import SandboxServer, World
from koubei.core.clock import FixedClock, SystemClock, parse_instant


def main() -> None:
    """Parse the arguments, make the world, serve it."""
    parser = argparse.ArgumentParser(prog="python -m crawlers.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--anchor", help="ISO 8601, Beijing time without an offset; default: now")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0)
    asked = parser.parse_args()
    anchor = parse_instant(asked.anchor, "--anchor") if asked.anchor else SystemClock().now()
    world = World.make(anchor, asked.seed, asked.scale)
    with SandboxServer(world, FixedClock(anchor), asked.port) as site:
        sys.stdout.write(f"{site.origin}\n")
        sys.stdout.flush()
        try:
            Event().wait()
        except KeyboardInterrupt:
            return


main()
