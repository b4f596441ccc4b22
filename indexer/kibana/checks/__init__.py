"""A structural check of saved objects: what breaks an import or a panel, found without a Kibana."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from indexer.kibana.checks.content import content_problems
from indexer.kibana.checks.reading import read, title_of
from indexer.kibana.checks.references import reference_problems

__all__ = ["problems"]


def problems(objects: Sequence[Any]) -> list[str]:
    """One line for each thing that is wrong, empty when all is well; whatever JSON the objects are.

    Shapes are looked at first: what objects say is checked only where all are of the right shape.
    """
    good, found = read(objects)
    if found:
        return found
    twice = [f"{name}：编号重复" for name, times in Counter(map(title_of, good)).items() if times > 1]
    return twice + reference_problems(good) + [line for item in good for line in content_problems(item)]
