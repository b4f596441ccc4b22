"""What was asked of the server: for tests of politeness."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from time import monotonic


@dataclass(slots=True)
class Visit:
    """One request. `address` is path and query; times are seconds of the process's monotonic clock."""

    address: str
    agent: str
    began: float
    ended: float = 0.0
    status: int = 0


class AccessLog:
    """Every request in order; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open = 0
        self.visits: list[Visit] = []
        self.most_at_once = 0

    def begin(self, address: str, agent: str) -> Visit:
        """Note that a request came in."""
        with self._lock:
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
            visit = Visit(address, agent, monotonic())
            self.visits.append(visit)
            return visit

    def end(self, visit: Visit, status: int) -> None:
        """Note that it was answered."""
        with self._lock:
            self._open -= 1
            visit.ended, visit.status = monotonic(), status

    def count(self, prefix: str = "/") -> int:
        """Requests whose address begins so."""
        return sum(v.address.startswith(prefix) for v in self.visits)

    def paths(self) -> Counter[str]:
        """Requests per path, without the query."""
        return Counter(v.address.split("?", 1)[0] for v in self.visits)

    def gaps(self) -> list[float]:
        """Seconds between the beginnings of consecutive requests."""
        return [b.began - a.began for a, b in pairwise(self.visits)]
