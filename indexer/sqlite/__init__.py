"""The embedded store: one SQLite file with full-text search over CJK bigrams."""

from indexer.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
