"""What every test may use: the run's Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elastic_server import CannotRunError, shared_server


@pytest.fixture(scope="session")
def elastic_origin(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of a real Elasticsearch, the same for all workers; skips, with the reason, without one."""
    base = tmp_path_factory.getbasetemp()
    try:
        with shared_server(base if worker_id == "master" else base.parent) as origin:
            yield origin
    except CannotRunError as error:
        pytest.skip(f"no Elasticsearch here: {error}")
