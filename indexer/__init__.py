"""One MentionStore interface and the stores behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from indexer.sqlite import SqliteStore
from koubei.core.errors import ConfigError
from koubei.core.language import _
from koubei.core.ports import MentionStore


def _sqlite(url: str, base: Path) -> MentionStore:
    return SqliteStore(base / url.removeprefix("sqlite:"))


def _elastic(url: str, base: Path) -> MentionStore:
    from indexer.elastic import ElasticStore  # half a second to import, which the embedded store need not pay

    del base
    return ElasticStore(url)


SCHEMES: dict[str, Callable[[str, Path], MentionStore]] = {
    "sqlite": _sqlite,
    "http": _elastic,
    "https": _elastic,
}
"""URL scheme -> opener; a new store is a folder and a line here."""


def open_store(url: str, base: Path) -> MentionStore:
    """The store a config names: "sqlite:mentions.db" (relative to `base`) or "https://host:9200".

    Raises:
        ConfigError: an unknown scheme.
        StoreError, StoreUnavailableError: the store cannot be used as it is.
    """
    scheme, __, rest = url.partition(":")
    opener = SCHEMES.get(scheme)
    if opener is None or not rest:
        known = "、".join(f"{name}:…" for name in SCHEMES)
        found = _("storage.store 以 {scheme!r} 开头", scheme=scheme)  # not all of it: it may hold a password
        raise ConfigError(found, known, _("例如 sqlite:mentions.db"))
    return opener(url, base)
