"""What all shapes are built from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict


@with_config(ConfigDict(extra="forbid", strict=True))
class Shape(TypedDict):
    """A JSON object with the keys a subclass names and no other; as it is, one that is empty."""


class SearchText(Shape):
    """A query as Kibana stores it."""

    query: str
    language: Literal["lucene"]


class Reference(Shape):
    """A reference to another saved object."""

    type: Literal["index-pattern", "search"]
    id: str
    name: str


Nothing = Annotated[list[Any], Field(max_length=0)]
"""A list that Kibana wants and we have no use for."""

Moment = Annotated[str, Field(pattern=r"^now([+-]\d+[smhdwMy])?(/[smhdwMy])?$")]
"""A point in time as date math."""
