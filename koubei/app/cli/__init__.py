"""The command line: one module a group of commands, one edge for errors."""

from koubei.app.cli.edge import main

__all__ = ["main"]
