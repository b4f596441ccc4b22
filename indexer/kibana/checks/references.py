"""References: each one used, each use listed, each target among the objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from indexer.kibana.checks.reading import title_of
from indexer.kibana.objects import Json


def reference_problems(objects: Sequence[Json]) -> list[str]:
    """References to nothing, names used but not listed, listed but not used, listed twice."""
    known = {(item["type"], item["id"]) for item in objects}
    return [
        f"{title_of(item)}：{problem}" for item in objects for problem in _problems(item, known)
    ]  # fmt: skip


def _problems(item: Json, known: set[tuple[str, str]]) -> Iterator[str]:
    for target in item["references"]:
        if (target["type"], target["id"]) not in known:
            yield f"引用 {target['name']} 指向不存在的 {title_of(target)}"
    names = Counter(target["name"] for target in item["references"])
    yield from (f"引用 {name} 列了 {n} 次" for name, n in names.items() if n > 1)
    used = set(_used(item))
    yield from (f"用到的引用 {name} 没有列出" for name in sorted(used - set(names)))
    yield from (f"引用 {name} 没有用到" for name in sorted(set(names) - used))
    for panel in _panels(item):
        yield from _panel_problems(panel, known)


def _panel_problems(panel: Json, known: set[tuple[str, str]]) -> Iterator[str]:
    """A drawing held by value lists its references once more."""
    drawing = panel["embeddableConfig"].get("attributes")
    if not drawing:
        return
    where = f"面板 {panel['panelIndex']}"
    for target in drawing["references"]:
        if (target["type"], target["id"]) not in known:
            yield f"{where} 的引用 {target['name']} 指向不存在的 {title_of(target)}"
    if {target["name"] for target in drawing["references"]} != {_layer(name) for name in layers(drawing)}:
        yield f"{where} 的引用与图层不符"


def _used(item: Json) -> Iterator[str]:
    attributes = item["attributes"]
    source = attributes.get("kibanaSavedObjectMeta", {}).get("searchSourceJSON", {})
    if "indexRefName" in source:
        yield source["indexRefName"]
    for control in attributes.get("controlGroupInput", {}).get("panelsJSON", {}):
        yield f"controlGroup_{control}:optionsListDataView"
    for panel in _panels(item):
        index, drawing = panel["panelIndex"], panel["embeddableConfig"].get("attributes")
        if "panelRefName" in panel:
            yield f"{index}:{panel['panelRefName']}"
        if drawing:
            yield from (f"{index}:{_layer(name)}" for name in layers(drawing))


def layers(drawing: Json) -> Json:
    """The layers of a Lens drawing, by id."""
    found: Json = drawing["state"]["datasourceStates"]["formBased"]["layers"]
    return found


def _layer(name: str) -> str:
    return f"indexpattern-datasource-layer-{name}"


def _panels(item: Json) -> list[Json]:
    found: list[Json] = item["attributes"].get("panelsJSON", [])
    return found
