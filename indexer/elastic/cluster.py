"""The client, the names and the few calls that everything here is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from indexer.elastic.errors import explained

_KEEP_ALIVE = "5m"


@dataclass(frozen=True, slots=True)
class Cluster:
    """One alias on one cluster.

    Attributes:
        name: the alias.
        where: the address, for messages.
    """

    client: Elasticsearch
    name: str
    where: str

    @property
    def indices(self) -> str:
        """The pattern of all its indices."""
        return f"{self.name}-*"

    def explained(self) -> AbstractContextManager[None]:
        """A block in which the client's errors become ours."""
        return explained(self.where)

    def search(self, **body: Any) -> Mapping[str, Any]:
        """One search over all indices, whole or not at all: an answer that lacks a shard is a wrong one."""
        body.setdefault("track_total_hits", False)
        with self.explained():
            found = self.client.search(
                index=self.indices, allow_no_indices=True, ignore_unavailable=True,
                allow_partial_search_results=False, **body,
            )  # fmt: skip
        return dict(found.body)

    @contextmanager
    def snapshot(self) -> Iterator[str]:
        """A point in time; yields its id."""
        opened = self.open_snapshot()
        try:
            yield opened
        finally:
            self.close_snapshot(opened)

    def open_snapshot(self) -> str:
        """The id of a new point in time."""
        with self.explained():
            return str(
                self.client.open_point_in_time(
                    index=self.indices, keep_alive=_KEEP_ALIVE, ignore_unavailable=True
                )["id"]
            )

    def close_snapshot(self, snapshot: str) -> None:
        """Let go of a point in time; one that is gone already is none to close."""
        with self.explained():
            self.client.options(ignore_status=404).close_point_in_time(id=snapshot)

    def pages(
        self, snapshot: str, sort: Sequence[Mapping[str, Any]], size: int, **body: Any
    ) -> Iterator[list[Mapping[str, Any]]]:
        """All hits of a point in time in that order, page by page."""
        after: list[Any] | None = None
        while True:
            with self.explained():
                found = self.client.search(
                    pit={"id": snapshot, "keep_alive": _KEEP_ALIVE}, sort=sort, size=size, search_after=after,
                    track_total_hits=False, allow_partial_search_results=False, **body,
                )["hits"]["hits"]  # fmt: skip
            if found:
                yield found
            if len(found) < size:
                return
            after = found[-1]["sort"]
