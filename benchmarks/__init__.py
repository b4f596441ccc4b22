"""Every published number has the command that makes it here: `python -m benchmarks.NAME --help`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))  # the servers that tests and benchmarks share
