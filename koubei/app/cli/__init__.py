"""The command line: one module a group of commands, one edge for errors."""

from koubei.core.language import teach_libraries

teach_libraries()  # before the command library is loaded: it looks up the titles of its help at once

from koubei.app.cli.edge import main  # noqa: E402

__all__ = ["main"]
