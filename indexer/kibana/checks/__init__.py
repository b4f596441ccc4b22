"""A structural check of saved objects: what breaks an import or a panel, found without a Kibana."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.kibana.checks.content import content_problems
from indexer.kibana.checks.envelope import envelope_problems
from indexer.kibana.checks.references import reference_problems
from indexer.kibana.objects import Json

__all__ = ["problems"]


def problems(objects: Sequence[Json]) -> list[str]:
    """One line for each thing that is wrong, empty when all is well.

    The envelope is looked at first: an object with a broken one is not read any further.
    """
    found = envelope_problems(objects)
    if found:
        return found
    return reference_problems(objects) + [line for item in objects for line in content_problems(item)]
