"""The `koubei` command: `python -m koubei` is the same."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line; never returns. Ctrl-C while it is still loading ends it without a traceback."""
    try:
        from koubei.app.cli import main as run
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    run()


if __name__ == "__main__":
    main()
