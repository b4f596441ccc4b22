"""What every test may use: the run's Elasticsearch, and room of its own on it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from elastic_server import CannotRunError, shared_server
from elasticsearch import Elasticsearch
from lacking import without

os.environ["KOUBEI_LANG"] = "zh"  # what the tests expect to read, whatever this machine's locale


@pytest.fixture(scope="session")
def elastic_origin(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of a real Elasticsearch, the same for all workers; skips, with the reason, without one."""
    base = tmp_path_factory.getbasetemp()
    try:
        with shared_server(base if worker_id == "master" else base.parent) as origin:
            yield origin
    except CannotRunError as error:
        without(f"no Elasticsearch here: {error}")


@pytest.fixture(scope="session")
def elastic(elastic_origin: str) -> Iterator[Elasticsearch]:
    """A client of the run's Elasticsearch, for looking behind the store."""
    with Elasticsearch(elastic_origin, request_timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def elastic_alias(elastic: Elasticsearch) -> Iterator[str]:
    """An alias of this worker's own; its templates stay for the session, which saves a second a test."""
    name = f"t{uuid.uuid4().hex[:12]}"
    yield name
    quiet = elastic.options(ignore_status=404)
    quiet.indices.delete_index_template(name=name)
    for part in ("settings", "mappings"):
        quiet.cluster.delete_component_template(name=f"{name}-{part}")


@pytest.fixture
def elastic_url(elastic_origin: str, elastic: Elasticsearch, elastic_alias: str) -> Iterator[str]:
    """The address of an empty store, as the config has it."""
    yield f"{elastic_origin}/{elastic_alias}"
    if indices := elastic.indices.get(index=f"{elastic_alias}-*", filter_path="*.aliases").body:
        elastic.indices.delete(index=",".join(indices))
