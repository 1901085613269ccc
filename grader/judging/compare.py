"""The one comparison: what was observed against what was expected."""

from __future__ import annotations

import math

from grader.domain.array import Array
from grader.domain.assignment import Tolerance
from grader.domain.program import Quantity
from grader.domain.transcript import (
    Count,
    Flag,
    Missing,
    NotANumber,
    NotOffered,
    Observation,
)
from grader.domain.verdict import Finding, FindingKind


def compare(
    quantity: Quantity, observed: Observation | None, expected: Observation, tolerance: Tolerance
) -> Finding | None:
    """How an observation departs from the expected one, or None where they agree.

    A Python number, a numpy scalar and a 0-d array are the same value. NaN equals nothing that is
    not NaN too. Integers from an integer array are no substitute for the floats of a gradient.
    """
    found = NotOffered(str(quantity)) if observed is None else observed
    kind = _difference(found, expected, tolerance)
    if kind is None:
        return None
    return Finding(quantity, kind, found, expected, tolerance)


def agree(observed: Observation | None, expected: Observation, tolerance: Tolerance) -> bool:
    """Whether two observations are the same answer."""
    return observed is not None and _difference(observed, expected, tolerance) is None


def _difference(
    observed: Observation, expected: Observation, tolerance: Tolerance
) -> FindingKind | None:
    match observed, expected:
        case Array(), Array():
            return _array_difference(observed, expected, tolerance)
        case NotOffered(), NotOffered():
            return None
        case NotOffered(), _:
            return FindingKind.NOT_OFFERED
        case Missing(), Missing():
            return None
        case Missing(), _:
            return FindingKind.MISSING
        case _, Missing():
            return FindingKind.UNEXPECTED
        case NotANumber(), _:
            return FindingKind.NOT_A_NUMBER
        case (Flag(), Flag()) | (Count(), Count()):
            return None if observed == expected else FindingKind.STATE
        case _:
            return FindingKind.STATE


def _array_difference(observed: Array, expected: Array, tolerance: Tolerance) -> FindingKind | None:
    if observed.shape != expected.shape:
        return FindingKind.SHAPE
    if observed.data != expected.data:  # the same bytes are the same numbers, NaN among them
        pairs = tuple(zip(observed.values, expected.values, strict=True))
        if any(math.isfinite(right) and not math.isfinite(left) for left, right in pairs):
            return FindingKind.NOT_FINITE
        if not all(close(left, right, tolerance) for left, right in pairs):
            return FindingKind.VALUE
    if expected.dtype.startswith("float") and observed.dtype.startswith(("int", "uint", "bool")):
        return FindingKind.DTYPE if observed.dtype not in ("int", "bool") else None
    return None


def close(observed: float, expected: float, tolerance: Tolerance) -> bool:
    """|observed - expected| <= absolute + relative * |expected|; equal infinities and two NaN agree."""
    if math.isnan(expected) or math.isnan(observed):
        return math.isnan(expected) and math.isnan(observed)
    if math.isinf(expected) or math.isinf(observed):
        return observed == expected
    return abs(observed - expected) <= tolerance.absolute + tolerance.relative * abs(expected)
