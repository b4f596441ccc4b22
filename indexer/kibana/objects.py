"""Saved objects: the envelope Kibana imports, and NDJSON of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

CORE_VERSION = "8.8.0"
TYPE_VERSIONS = {"index-pattern": "8.0.0", "search": "8.0.0", "dashboard": "8.9.0", "lens": "8.9.0"}
"""The oldest form of each type that 8.9 and later bring up to date by themselves.

A number above the server's own is refused; without one, migrations meant for much older objects run.
"""


def saved_object(kind: str, object_id: str, attributes: Json, references: list[Json]) -> Json:
    """One saved object in the form of `TYPE_VERSIONS`."""
    return {
        "type": kind, "id": object_id, "attributes": attributes, "references": references,
        "coreMigrationVersion": CORE_VERSION, "typeMigrationVersion": TYPE_VERSIONS[kind], "managed": False,
    }  # fmt: skip


def reference(kind: str, object_id: str, name: str) -> Json:
    """A reference to another saved object, by the name its attributes use for it."""
    return {"type": kind, "id": object_id, "name": name}


def dumped(value: Any) -> str:
    """JSON in a string, as the `*JSON` attributes want it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def ndjson(objects: Sequence[Json]) -> str:
    """One object a line; the same objects give the same text."""
    return "".join(dumped(item) + "\n" for item in objects)
