"""Writing: what is kept is looked up, what is newer is sent, what a move leaves behind is taken away."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import orjson
from elasticsearch import helpers

from indexer.elastic.cluster import Cluster
from indexer.elastic.documents import document_id, encode, index_of
from indexer.elastic.errors import kind_and_reason, refusal
from indexer.elastic.lookup import Copy, look_up
from indexer.elastic.months import check_months
from koubei.core.domain import ScoredMention
from koubei.core.errors import MentionsRefusedError
from koubei.core.ports import Outcome

_CHUNK, _CHUNK_BYTES = 500, 10 << 20
_RETRIES, _FIRST_PAUSE_SECONDS = 4, 1.0
_REMEMBERED = 100_000
_BAD_DOCUMENT = (
    "document_parsing_exception", "mapper_parsing_exception", "illegal_argument_exception",
    "strict_dynamic_mapping_exception",
)  # fmt: skip
"""What the server says of one document's content, as against the index or the cluster."""


_Operation = tuple[bytes, bytes | None]
"""The action line and the document, as they are sent."""


class Writer:
    """The one way in. It remembers its own writes until they are searchable, so that it need not wait."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._lock = threading.Lock()
        self._recent: dict[str, Copy] = {}
        self._unsure = True
        """Something may be written that is not searchable yet: by a process that was killed just now, or by
        a batch of our own that was cut off."""

    def recent(self, mention_id: str) -> Copy | None:
        """Where this writer put a mention since the last refresh."""
        return self._recent.get(document_id(mention_id))

    def refresh(self) -> None:
        """Make everything written searchable."""
        with self._lock:
            self._refresh()

    def settle(self) -> None:
        """Make sure that a search sees every write but our own remembered ones."""
        with self._lock:
            self._settle()

    def _settle(self) -> None:
        if self._unsure or len(self._recent) > _REMEMBERED:
            self._refresh()

    def _refresh(self) -> None:
        with self._cluster.explained():
            self._cluster.client.indices.refresh(index=self._cluster.indices, allow_no_indices=True)
        self._recent.clear()
        self._unsure = False

    def upsert(self, batch: Sequence[ScoredMention]) -> list[Outcome]:
        """Write what is newer than what is kept; one outcome per item, in order.

        Raises:
            StoreUnavailableError: the cluster is away or does not take it now.
            StoreError: an index is not as ours are; the same batch again is harmless once it is.
            MentionsRefusedError: all is written but what the cluster will never take.
        """
        with self._lock:
            self._settle()
            self._unsure = True
            outcomes = self._upsert(batch)
            self._unsure = False
            return outcomes

    def _upsert(self, batch: Sequence[ScoredMention]) -> list[Outcome]:
        names = [document_id(item.mention.mention_id) for item in batch]
        with ThreadPoolExecutor(1) as aside:  # the cluster looks up while the documents are made here
            asked = aside.submit(self._kept, names)
            documents = [encode(item) for item in batch]
            kept = asked.result()
        outcomes, pending = _plan(batch, names, kept)
        wanted = {
            name: Copy(batch[n].revision, index_of(self._cluster.name, batch[n].filed_at))
            for name, n in pending.items()
        }
        said = self._send(
            (_operation("index", name, copy), documents[pending[name]]) for name, copy in wanted.items()
        )
        refused = {name: reason for name, (status, reason) in said.items() if status == _REFUSED}
        late = {name for name, (status, _) in said.items() if status == _CONFLICT}
        written = {name: copy for name, copy in wanted.items() if name not in refused and name not in late}
        self._tidy(kept, written)
        self._recent.update(written)  # last: what is remembered is not looked up, so it must be tidy
        for position, name in enumerate(names):
            if name in late and outcomes[position] in ("inserted", "updated"):
                outcomes[position] = "stale"
        if refused:
            check_months(self._cluster)  # it may be the index that is wrong, not what is written
            raise MentionsRefusedError(
                outcomes, {n: refused[name] for n, name in enumerate(names) if name in refused}
            )
        return outcomes

    def _kept(self, names: Sequence[str]) -> dict[str, list[Copy]]:
        """The copies of each mention, the one that counts last."""
        known = defaultdict(list, {name: [self._recent[name]] for name in names if name in self._recent})
        for name, copy in look_up(self._cluster, {name for name in names if name not in known}):
            known[name].append(copy)
        return {name: sorted(copies, key=lambda c: (c.revision, c.index)) for name, copies in known.items()}

    def _tidy(self, kept: Mapping[str, Sequence[Copy]], written: Mapping[str, Copy]) -> None:
        """Remove older copies in other months: of what was moved now, or by a writer that was cut off."""
        gone = []
        for name, copies in kept.items():
            stays = written.get(name, copies[-1])
            gone += [(name, copy) for copy in copies if copy.index != stays.index]
        if gone:
            self.remove(gone)

    def remove(self, copies: Iterable[tuple[str, Copy]]) -> int:
        """Delete these copies, unless they changed since; how many were there."""
        said = self._send((_operation("delete", name, copy), None) for name, copy in copies)
        return sum(status == _DONE for status, _ in said.values())

    def _send(self, operations: Iterable[_Operation]) -> dict[str, tuple[int, str]]:
        """id -> (status, reason) of each operation. "Too many requests" is waited out for some seconds."""
        said: dict[str, tuple[int, str]] = {}
        with self._cluster.explained():
            results = helpers.streaming_bulk(
                self._cluster.client, cast(Iterable[Any], operations), expand_action_callback=_as_it_is,
                chunk_size=_CHUNK, max_chunk_bytes=_CHUNK_BYTES, raise_on_error=False,
                max_retries=_RETRIES, initial_backoff=_FIRST_PAUSE_SECONDS,
            )  # fmt: skip
            for _, result in results:
                ((_, item),) = result.items()
                said[item["_id"]] = self._judged(item)
        return said

    def _judged(self, item: Mapping[str, Any]) -> tuple[int, str]:
        status = int(item["status"])
        if "error" not in item:
            return (_DONE if item["result"] != "not_found" else _MISSING), ""
        kind, reason = kind_and_reason(item["error"])
        if status == _CONFLICT:
            return _CONFLICT, ""
        if status == _REFUSED and kind in _BAD_DOCUMENT:
            return _REFUSED, f"{kind}: {reason}"
        raise refusal(status, kind, reason, self._cluster.where)


_DONE, _MISSING, _CONFLICT, _REFUSED = 200, 404, 409, 400


def _plan(
    batch: Sequence[ScoredMention], names: Sequence[str], kept: Mapping[str, Sequence[Copy]]
) -> tuple[list[Outcome], dict[str, int]]:
    """An outcome per item, and the position of the last newer item of each id.

    A revision is taken for one write, so the same number again is the same content and is left alone.
    """
    newest = {name: copies[-1].revision for name, copies in kept.items()}
    pending: dict[str, int] = {}
    outcomes: list[Outcome] = []
    for position, (item, name) in enumerate(zip(batch, names, strict=True)):
        known = newest.get(name)
        if known is not None and item.revision <= known:
            outcomes.append("unchanged" if item.revision == known else "stale")
            continue
        outcomes.append("inserted" if known is None else "updated")
        newest[name], pending[name] = item.revision, position
    return outcomes, pending


def _as_it_is(operation: Any) -> Any:
    return operation


def _operation(verb: str, name: str, copy: Copy) -> bytes:
    """The action line; `external_gte` makes a late or repeated write harmless."""
    return orjson.dumps({
        verb: {"_index": copy.index, "_id": name, "version": copy.revision, "version_type": "external_gte"}
    })  # fmt: skip
