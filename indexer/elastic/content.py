"""What our templates hold, and whether what a cluster has is the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from indexer.elastic.address import DEFAULT_NAME
from koubei.core.errors import StoreError
from koubei.core.language import _

OURS = "koubei"
_OLDEST = 0


@cache
def template(part: str) -> dict[str, Any]:
    """One of the JSON files: `settings`, `mappings` or `index`."""
    text = files("indexer.elastic").joinpath(f"templates/{part}.json").read_text("utf-8")
    return dict(json.loads(text))


def schema_version() -> int:
    """The version of the templates of this koubei."""
    return int(template("index")["version"])


def mappings() -> dict[str, Any]:
    """The mapping of every index."""
    return dict(template("mappings")["template"]["mappings"])


def components(name: str) -> dict[str, dict[str, Any]]:
    """Name -> component template, for a store of that alias."""
    settings = template("settings")
    aliases = {name: settings["template"]["aliases"][DEFAULT_NAME]}
    named = {**settings, "template": {**settings["template"], "aliases": aliases}}
    return {f"{name}-settings": named, f"{name}-mappings": template("mappings")}


def index_template(name: str) -> dict[str, Any]:
    """The index template that is made of them."""
    named = {"index_patterns": [f"{name}-*"], "composed_of": list(components(name))}
    return {**template("index"), **named}


def arguments(content: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON body as the client's arguments."""
    return {("meta" if name == "_meta" else name): value for name, value in content.items()}


def differences(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Dotted names of what is wanted and not found, or found otherwise; what is found beyond is no matter."""
    have = _flat(found)
    return [name for name, value in _flat(wanted).items() if have.get(name) != value]


def same_template(found: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> bool:
    """Whether a cluster's template is ours of today; in its `template` part nothing may be beyond."""
    if found is None or differences(found, wanted):
        return False
    return _flat(found.get("template") or {}) == _flat(wanted.get("template") or {})


def _flat(tree: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """Dotted name -> value as text: a cluster gives numbers of settings back as strings."""
    flat: dict[str, str] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping) and value:
            flat |= _flat(value, f"{above}{name}.")
        else:
            flat[f"{above}{name}"] = str(value).lower()
    return flat


def is_ours(content: Mapping[str, Any]) -> bool:
    """Whether a template or a mapping says that koubei made it."""
    return bool(content.get("_meta", {}).get("managed_by") == OURS)


def number(version: Any) -> int:
    """A version as written; one that is none counts as the oldest, and is brought up to date."""
    return version if isinstance(version, int) else _OLDEST


def refuse_newer(version: Any, what: str) -> None:
    """Raise StoreError where a newer koubei was here."""
    if number(version) > schema_version():
        found = f"{what}是第 {version} 版"
        raise StoreError(
            found,
            _("至多第 {schema_version} 版", schema_version=schema_version()),
            _("它由更新的 koubei 写成：升级 koubei 后再试"),
        )
