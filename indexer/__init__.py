"""One MentionStore interface and the stores behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from indexer.sqlite import SqliteStore
from koubei.core.errors import ConfigError
from koubei.core.ports import MentionStore


def _sqlite(rest: str, base: Path) -> MentionStore:
    return SqliteStore(base / rest)


SCHEMES: dict[str, Callable[[str, Path], MentionStore]] = {"sqlite": _sqlite}
"""URL scheme -> opener; a new store is a folder and a line here."""


def open_store(url: str, base: Path) -> MentionStore:
    """The store a config names ("sqlite:mentions.db"; a relative path is relative to `base`).

    Raises:
        ConfigError: an unknown scheme.
        StoreError, StoreUnavailableError: the store cannot be used as it is.
    """
    scheme, _, rest = url.partition(":")
    opener = SCHEMES.get(scheme)
    if opener is None or not rest:
        known = "、".join(f"{name}:…" for name in SCHEMES)
        raise ConfigError(f"storage.store = {url!r}", known, "例如 sqlite:mentions.db")
    return opener(rest, base)
