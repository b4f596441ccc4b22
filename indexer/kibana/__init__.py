"""What Kibana shows of the mentions: views, saved searches, a dashboard, links, installation."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.kibana.dashboard import dashboard
from indexer.kibana.objects import Json
from indexer.kibana.searches import Brand, saved_searches
from indexer.kibana.views import data_views

__all__ = ["Brand", "space"]


def space(brand: Brand, factors: Sequence[str], alias: str = "mentions") -> list[Json]:
    """Every saved object, each after those it refers to; the same arguments give the same objects.

    `alias` is the one the store's monthly indices stand behind.
    """
    return [*data_views(alias), *saved_searches(brand, factors), dashboard(brand)]
