"""L-BFGS (Nocedal & Wright, Numerical Optimization, algorithms 7.4 and 3.1), for smooth convex functions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sentiment.polarity.exact import dot

Floats = NDArray[np.float64]
Function = Callable[[Floats], tuple[float, Floats]]
"""Point -> value and gradient there."""

MEMORY = 10
SUFFICIENT = 1e-4
"""Share of the expected decrease a step must reach."""
HALVINGS = 30
FLAT = 1e-7
"""A relative decrease below this ends the search."""


def minimise(function: Function, start: Floats, steps: int) -> Floats:
    """The point after at most `steps` steps downhill from `start`."""
    point = start
    value, slope = function(point)
    memory: deque[tuple[Floats, Floats, float]] = deque(maxlen=MEMORY)
    for _ in range(steps):
        direction = _direction(slope, memory)
        found = _search(function, point, value, slope, direction, 1.0 if memory else 1 / np.abs(slope).sum())
        if found is None:
            break
        moved, lower, new_slope = found
        step, change = moved - point, new_slope - slope
        curvature = dot(step, change)
        if curvature > 0:
            memory.append((step, change, curvature))
        flat = value - lower < FLAT * abs(value)
        point, value, slope = moved, lower, new_slope
        if flat:
            break
    return point


def _direction(slope: Floats, memory: deque[tuple[Floats, Floats, float]]) -> Floats:
    """Minus the inverse Hessian as far as the memory knows it, times the gradient."""
    direction = -slope
    alphas = []
    for step, change, curvature in reversed(memory):
        alpha = dot(step, direction) / curvature
        direction -= alpha * change
        alphas.append(alpha)
    if memory:
        _, change, curvature = memory[-1]
        direction *= curvature / dot(change, change)
    for (step, change, curvature), alpha in zip(memory, reversed(alphas), strict=True):
        direction += (alpha - dot(change, direction) / curvature) * step
    return direction


def _search(
    function: Function, point: Floats, value: float, slope: Floats, direction: Floats, length: float
) -> tuple[Floats, float, Floats] | None:
    """Halve the step until the function is lower by enough; None where it never is."""
    expected = dot(slope, direction)
    for _ in range(HALVINGS):
        moved = point + length * direction
        lower, new_slope = function(moved)
        if lower <= value + SUFFICIENT * length * expected:
            return moved, lower, new_slope
        length /= 2
    return None
