"""Sums, differences and ratios of arrays, element by element, or None where they do not fit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from grader.domain.array import Array
from grader.domain.assignment import Tolerance
from grader.domain.transcript import Missing, Observation
from grader.judging.compare import agree
from grader.records import replace


def same(left: Observation | None, right: Observation | None, tolerance: Tolerance) -> bool:
    """Whether two arrays hold the same numbers in the same shape, whatever their element types."""
    if not isinstance(left, Array) or not isinstance(right, Array):
        return False
    return agree(_plain(left), _plain(right), tolerance)


def total(parts: Iterable[Array | None]) -> Array | None:
    """The sum of arrays of one shape."""
    found: Array | None = None
    for part in parts:
        if part is None or (found is not None and found.shape != part.shape):
            return None
        found = part if found is None else _with(found, map(sum, zip(found.values, part.values)))  # noqa: B905
    return found


def share(before: Observation, after: Observation) -> Array | None:
    """What a write brought: the difference, or all of it where nothing was there."""
    if not isinstance(after, Array):
        return None
    if isinstance(before, Missing):
        return after
    if not isinstance(before, Array) or before.shape != after.shape:
        return None
    pairs = zip(after.values, before.values, strict=True)
    return _with(after, (right - left for right, left in pairs))


def ratio(found: Array, due: Array, tolerance: Tolerance) -> float | None:
    """The factor by which one array is another, where it is the same for every element."""
    if found.shape != due.shape:
        return None
    factors = [a / b for a, b in zip(found.values, due.values, strict=True) if b]
    if not factors or not math.isfinite(factors[0]):
        return None
    scaled = _with(due, (value * factors[0] for value in due.values))
    return factors[0] if same(found, scaled, tolerance) else None


def _plain(array: Array) -> Array:
    return array if array.dtype == "float64" else replace(array, dtype="float64")


def _with(like: Array, values: Iterable[float]) -> Array:
    kept: Sequence[float] = tuple(values)
    return _plain(like).with_values(kept)
