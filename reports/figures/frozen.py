"""The base of everything a saved report is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen value whose JSON form reads back to the same value."""

    model_config = ConfigDict(extra="forbid", frozen=True)
