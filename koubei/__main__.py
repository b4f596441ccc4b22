"""The `koubei` command: `python -m koubei` is the same."""

from __future__ import annotations

import signal


def main() -> None:
    """Run the command line; never returns.

    Ctrl-C while it is still loading ends it at once, by the signal itself: nothing is open yet, and an
    interrupt raised into a library that is being imported can be swallowed there and leave it half built.
    """
    raises = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if raises:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from koubei.app.cli import main as run

    if raises:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
