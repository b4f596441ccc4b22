"""The report's sections, one module each: a module here with a SECTION is part of the page."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from reports.page.blocks import Section


@cache
def load() -> tuple[Section, ...]:
    """Every section in page order.

    Raises:
        TypeError: a module has no SECTION.
        ValueError: two sections share an order or an id.
    """
    found = []
    for module in pkgutil.iter_modules(__path__):
        section = getattr(importlib.import_module(f"{__name__}.{module.name}"), "SECTION", None)
        if not isinstance(section, Section):
            raise TypeError(f"reports/page/sections/{module.name}.py defines no SECTION")
        found.append(section)
    for name in ("order", "id"):
        values = [getattr(section, name) for section in found]
        if len(set(values)) < len(values):
            raise ValueError(f"two report sections share an {name}: {sorted(values)}")
    return tuple(sorted(found, key=lambda s: s.order))
