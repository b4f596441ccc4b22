"""`python -m elastic_server [FOLDER]`: a server until Ctrl-C, or until nobody uses the folder's lock."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from elastic_server import Node, unpacked
from elastic_server.shared import keep

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the server is stopped and its folder removed
try:
    if len(sys.argv) > 1:
        keep(Path(sys.argv[1]))
    else:
        with unpacked() as home, Node(home) as node:
            sys.stdout.write(f"{node.origin}\n")
            sys.stdout.flush()
            signal.pause()
except KeyboardInterrupt:
    pass
