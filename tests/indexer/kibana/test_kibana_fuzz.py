"""The structural check against every slip at every depth: a key dropped, nulled, added, of another kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from indexer.kibana.checks import problems
from indexer.kibana.objects import Json

Steps = tuple[str | int, ...]
TEXT = "$"
"""The step from a string into the JSON it holds."""

MAPS = ("fieldAttrs", "fieldFormatMap", "columns", "layers", "panelsJSON")
"""Objects whose keys are names of ours."""

HARMLESS = {
    "attributes.name", "attributes.fields", "attributes.fieldAttrs", "attributes.fieldFormatMap",
    "attributes.runtimeFieldMap", "attributes.sourceFilters", "attributes.typeMeta",
    "fieldAttrs.*", "fieldFormatMap.*", "params.labelTemplate", "params.openLinkInCurrentTab",
    "attributes.description", "attributes.hits", "attributes.version", "attributes.columns",
    "attributes.sort", "attributes.grid", "attributes.hideChart", "attributes.isTextBasedQuery",
    "attributes.breakdownField",
    "searchSourceJSON.highlightAll", "searchSourceJSON.version",
    "attributes.optionsJSON", "optionsJSON.useMargins", "optionsJSON.syncColors", "optionsJSON.syncCursor",
    "optionsJSON.syncTooltips", "optionsJSON.hidePanelTitles", "attributes.refreshInterval",
    "panelsJSON.*.title", "embeddableConfig.hidePanelTitles", "embeddableConfig.enhancements",
    "columns.*.customLabel", "columns.*.scale", "columns.*.params", "columns.*.filter",
    "columns.*.isTransposed",
    "params.emptyAsNull", "params.format", "format.params", "params.otherBucket", "params.missingBucket",
    "params.parentFormat", "params.includeEmptyRows", "params.dropPartials", "orderBy.fallback",
    "visualization.valueLabels", "visualization.fittingFunction", "visualization.labelsOrientation",
    "visualization.axisTitlesVisibilitySettings", "visualization.tickLabelsVisibilitySettings",
    "visualization.gridlinesVisibilitySettings", "visualization.yLeftExtent", "visualization.yRightExtent",
    "controlGroupInput.ignoreParentSettingsJSON", "ignoreParentSettingsJSON.ignoreFilters",
    "ignoreParentSettingsJSON.ignoreQuery", "ignoreParentSettingsJSON.ignoreTimerange",
    "ignoreParentSettingsJSON.ignoreValidations", "panelsJSON.*.grow", "explicitInput.title",
    "explicitInput.enhancements", "explicitInput.selectedOptions",
}  # fmt: skip
"""What may be left out: Kibana has a default. (Without `filter` a column counts more: no import breaks.)"""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the objects; `kind` is the same for the items of a list and for the values of a map."""

    steps: Steps
    kind: tuple[str, ...]
    value: Any

    def inner(self) -> Iterator[Place]:
        """This place and all that it holds, also in a string of JSON."""
        yield self
        value = self.value
        if isinstance(value, dict):
            held = list(value.items())
        elif isinstance(value, list):
            held = list(enumerate(value))
        else:
            held = [(TEXT, json.loads(value))] if isinstance(value, str) and value[:1] in ("{", "[") else []
        for step, part in held:
            yield from Place((*self.steps, step), (*self.kind, self._name(step, part)), part).inner()

    def _name(self, step: str | int, part: Any) -> str:
        above = [name for name in self.kind if name != TEXT]
        if isinstance(step, str) and (step == TEXT or (above and above[-1] not in MAPS)):
            return step
        variant = part.get("operationType", part.get("type", "")) if isinstance(part, dict) else ""
        return f"*{variant}"

    @property
    def name(self) -> str:
        """The last two names of its kind, three where the one in between is an item."""
        names = ["*" if name.startswith("*") else name for name in self.kind if name != TEXT]
        return ".".join(names[-3:] if "*" in names[-2:-1] else names[-2:])


def changed(value: Any, path: Steps, change: Callable[[Any], Any]) -> Any:
    """A copy with one place changed."""
    if not path:
        return change(value)
    step, rest = path[0], path[1:]
    if step == TEXT:
        return json.dumps(changed(json.loads(value), rest, change))
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[step] = changed(value[step], rest, change)
    return copy


@pytest.fixture
def places(objects: list[Json]) -> Iterable[Place]:
    """One place of each kind."""
    return {place.kind: place for place in Place((), (), objects).inner() if place.steps}.values()


def test_a_key_no_shape_names_is_found_at_every_depth(objects: list[Json], places: Iterable[Place]) -> None:
    for place in places:
        if isinstance(place.value, dict):
            for extra in (1, {}):
                found = problems(
                    changed(objects, place.steps, lambda held, extra=extra: held | {"bogus": extra})
                )
                assert any("bogus" in line for line in found), place


def test_null_is_found_at_every_depth(objects: list[Json], places: Iterable[Place]) -> None:
    for place in places:
        assert problems(changed(objects, place.steps, lambda _: None)), place


def test_what_may_be_left_out_is_what_is_listed(objects: list[Json], places: Iterable[Place]) -> None:
    silent = set()
    for place in places:
        *above, key = place.steps
        if isinstance(key, str) and key != TEXT:
            left = changed(
                objects, tuple(above), lambda held, key=key: {k: held[k] for k in held if k != key}
            )
            if not problems(left):
                silent.add(place.name)
    assert silent == HARMLESS


@pytest.mark.parametrize("other", ["", "[]", "{", 0, True, [None], {"type": []}])
def test_any_other_value_raises_nothing(other: Any, objects: list[Json], places: Iterable[Place]) -> None:
    for place in places:
        problems(changed(objects, place.steps, lambda _: other))


@pytest.mark.parametrize("item", [None, 3, "x", [], {}, {"type": []}, {"type": "search", "id": {}}])
def test_what_is_no_object_is_named(item: Any, objects: list[Json]) -> None:
    assert problems([*objects, item])
