"""SqliteStore: the MentionStore in one file. See koubei.core.ports for what each call means."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from indexer.sqlite import cursors
from indexer.sqlite.columns import WIDE, column, decode_row, instant, split
from indexer.sqlite.compiler import compile_query, needs_doc
from indexer.sqlite.schema import RESCUE, WHAT, prepare
from indexer.sqlite.writer import remove, upsert
from koubei.core.domain import ScoredMention
from koubei.core.errors import DegradedError, InputError, StoreUnavailableError
from koubei.core.ports import Bucket, FacetRow, Interval, Outcome, Page, Stats
from koubei.core.query import And, Or, Query, Range, Term
from koubei.core.records import FIELD_BY_NAME, FIELDS, Field, Record, from_record
from koubei.core.sqlite_errors import explain

BUSY_SECONDS = 10.0
_SECONDS = {"hour": 3600, "day": 86400}
_BEIJING_SECONDS = 8 * 3600
_EXACT = ("exact", "minute")


class SqliteStore:
    """Threads may share one object, processes one file."""

    def __init__(self, path: Path) -> None:
        """Open the file, making or upgrading it where needed.

        Raises:
            StoreError: the file is no mention store, is damaged, or a newer koubei wrote it.
            StoreUnavailableError: another process holds it for too long.
        """
        self._path = path
        self._lock = RLock()
        with self._explained():
            self._db = self._connect()
            try:
                prepare(self._db, path)
            except BaseException:
                self._db.close()
                raise

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )

    def upsert(self, batch: Sequence[ScoredMention]) -> list[Outcome]:
        """Write a batch, all or none; one outcome per item in order."""
        if not batch:
            return []
        with self._transaction():
            return upsert(self._db, batch)

    def get(self, mention_id: str) -> ScoredMention | None:
        """The mention, or None."""
        rows = self._rows(FIELDS, Term("mention_id", mention_id))
        return from_record(decode_row(FIELDS, rows[0])) if rows else None

    def search(self, query: Query, after: str | None = None, limit: int = 20) -> Page:
        """Newest first; the cursor names the last item shown, so it stays good for ever."""
        condition, values = compile_query(query)
        if after is not None:
            filed, mention_id = cursors.decode(after)
            condition += " AND (m.filed_at, m.mention_id) < (?, ?)"
            values += [filed, mention_id]
        order = "ORDER BY m.filed_at DESC, m.mention_id DESC LIMIT ?"
        rows = self._select(FIELDS, f"{condition} {order}", [*values, limit + 1])
        items = [from_record(decode_row(FIELDS, row)) for row in rows[:limit]]
        more = len(rows) > limit
        return Page(items, cursors.encode(items[-1]) if more else None)

    def count(self, query: Query) -> int:
        """How many mentions match."""
        return int(self._aggregate(query, "count(*)")[0][0])

    def distinct(self, query: Query, field: str) -> int:
        """Exact number of distinct non-null values of a keyword field."""
        return int(self._aggregate(query, f"count(DISTINCT {self._keyword(field)})", field)[0][0])

    def stats(self, query: Query, field: str) -> Stats:
        """Sum and range of a number or integer field."""
        if FIELD_BY_NAME[field].type not in ("number", "integer"):
            raise InputError(f"字段 {field} 不是数值", "数值字段")
        name = column(field)
        ((n, total, low, high),) = self._aggregate(
            query, f"count({name}), total({name}), min({name}), max({name})", field
        )
        return Stats(int(n), float(total), _float(low), _float(high))

    def histogram(
        self, query: Query, interval: Interval, by: str | None = None, distinct: str | None = None
    ) -> list[Bucket]:
        """Non-empty Beijing hours or days, ordered by (start, value)."""
        width = _SECONDS[interval]
        bucket = f"(m.published_at / 1000000 + {_BEIJING_SECONDS}) / {width}"
        value = self._keyword(by) if by else "''"
        counted = f"count(DISTINCT {self._keyword(distinct)})" if distinct else "count(*)"
        timed: list[Query] = [query, Range("published_at", None, None)]
        if interval == "hour":
            timed.append(_precise())
        known = f"AND {value} IS NOT NULL" if by else ""
        rows = self._aggregate(
            And(tuple(timed)),
            f"{bucket}, {value}, {counted}",
            by or "",
            f"{known} GROUP BY 1, 2 ORDER BY 1, 2",
        )
        return [
            Bucket(instant((at * width - _BEIJING_SECONDS) * 1_000_000), name, n) for at, name, n in rows if n
        ]

    def facet(
        self,
        query: Query,
        field: str,
        distinct: str | None = None,
        after: str | None = None,
        limit: int = 1000,
    ) -> list[FacetRow]:
        """Exact counts per value, ordered by value; `after` = last value seen."""
        if FIELD_BY_NAME[field].type == "keywords":
            return self._facet_words(query, field, distinct, after, limit)
        name = self._keyword(field)
        counted = f"count(DISTINCT {self._keyword(distinct)})" if distinct else "count(*)"
        tail = f"AND {name} > ? GROUP BY 1 HAVING {counted} > 0 ORDER BY 1 LIMIT ?"
        rows = self._aggregate(query, f"{name}, {counted}", field, tail, [after or "", limit])
        return [FacetRow(value, n) for value, n in rows]

    def _facet_words(
        self, query: Query, field: str, distinct: str | None, after: str | None, limit: int
    ) -> list[FacetRow]:
        other = self._keyword(distinct) if distinct else "m.rid"
        counts: Counter[str] = Counter()
        pairs: set[tuple[str, Any]] = set()
        for words, what in self._aggregate(query, f"{column(field)}, {other}", field):
            if what is not None:
                pairs.update((word, what) for word in split(words))
        counts.update(word for word, _ in pairs)
        chosen = sorted(word for word in counts if word > (after or ""))[:limit]
        return [FacetRow(word, counts[word]) for word in chosen]

    def export(self, query: Query, fields: Sequence[str] | None = None) -> Iterator[Record]:
        """Every match as of the call, oldest first; reads on a connection of its own."""
        chosen = tuple(FIELD_BY_NAME[name] for name in fields) if fields else FIELDS
        condition, values = compile_query(query)
        sql = self._sql(chosen, condition, needs_doc(query)) + " ORDER BY m.filed_at, m.mention_id"
        with self._explained():
            db = self._connect()
            db.execute("BEGIN")
            rows = db.execute(sql, values)
        return self._stream(db, rows, chosen)

    def _stream(
        self, db: sqlite3.Connection, rows: sqlite3.Cursor, fields: tuple[Field, ...]
    ) -> Iterator[Record]:
        try:
            for row in rows:
                yield decode_row(fields, row)
        except sqlite3.Error as error:
            raise explain(error, WHAT, self._path, RESCUE) from error
        finally:
            db.close()

    def delete(self, query: Query) -> int:
        """Remove every match; how many there were."""
        condition, values = compile_query(query)
        source = "m JOIN doc ON doc.rid = m.rid" if needs_doc(query) else "m"
        with self._transaction():
            rids = [r for (r,) in self._db.execute(f"SELECT m.rid FROM {source} WHERE {condition}", values)]
            remove(self._db, rids)
        return len(rids)

    def refresh(self) -> None:
        """Nothing to do: what is written is visible."""

    def check(self) -> Mapping[str, str]:
        """The file's own checks, and whether the three tables hold the same rows."""
        with self._explained():
            found = {"文件": str(self._db.execute("PRAGMA quick_check").fetchone()[0])}
            narrow, broad = (
                self._db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("m", "doc")
            )
            self._db.execute("INSERT INTO f (f) VALUES ('integrity-check')")
        found["表"] = "ok" if narrow == broad else f"行数不一：m {narrow}，doc {broad}"
        return found

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()

    def _keyword(self, field: str) -> str:
        known = FIELD_BY_NAME.get(field)
        if known is None or known.type not in ("keyword", "keywords"):
            raise InputError(f"字段 {field} 不能分组或去重", "单值的词字段")
        return column(field)

    def _aggregate(
        self, query: Query, what: str, field: str = "", tail: str = "", more: Sequence[Any] = ()
    ) -> list[tuple[Any, ...]]:
        condition, values = compile_query(query)
        joined = needs_doc(query) or field in WIDE
        source = "m JOIN doc ON doc.rid = m.rid" if joined else "m"
        with self._explained():
            sql = f"SELECT {what} FROM {source} WHERE {condition} {tail}"
            return self._db.execute(sql, [*values, *more]).fetchall()

    def _rows(self, fields: tuple[Field, ...], query: Query) -> list[tuple[Any, ...]]:
        condition, values = compile_query(query)
        return self._select(fields, condition, values)

    def _select(
        self, fields: tuple[Field, ...], condition: str, values: Sequence[Any]
    ) -> list[tuple[Any, ...]]:
        with self._explained():
            return self._db.execute(self._sql(fields, condition, True), values).fetchall()

    def _sql(self, fields: tuple[Field, ...], condition: str, join: bool) -> str:
        join = join or any(f.name in WIDE for f in fields)
        source = "m JOIN doc ON doc.rid = m.rid" if join else "m"
        return f"SELECT {', '.join(column(f.name) for f in fields)} FROM {source} WHERE {condition}"

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                problem = explain(error, WHAT, self._path, RESCUE)
                if isinstance(problem, DegradedError):
                    raise StoreUnavailableError(problem.found, problem.expected, problem.fix) from error
                raise problem from error


def _precise() -> Query:
    return Or(tuple(Term("time_precision", precision) for precision in _EXACT))


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)
