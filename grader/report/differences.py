"""Which elements of two arrays differ: what the report lists, by the same rule as the judge's."""

from __future__ import annotations

import math

from grader.domain.array import Array
from grader.domain.assignment import Tolerance
from grader.domain.transcript import Observation
from grader.records import dataclass
from grader.report import numbers


@dataclass(frozen=True, slots=True)
class Entry:
    """One element that differs."""

    index: tuple[int, ...]
    observed: float
    expected: float

    @property
    def place(self) -> str:
        return f"[{', '.join(map(str, self.index))}]" if self.index else ""

    @property
    def difference(self) -> float:
        return self.observed - self.expected

    @property
    def ratio(self) -> float | None:
        return numbers.ratio(self.observed, self.expected)


def differing(observed: Array, expected: Array, tolerance: Tolerance) -> tuple[Entry, ...]:
    """The elements that differ, in row-major order; none where the shapes do."""
    if observed.shape != expected.shape or observed.data == expected.data:
        return ()
    triples = zip(numbers.indices(observed.shape), observed.values, expected.values, strict=True)
    return tuple(
        Entry(index, left, right)
        for index, left, right in triples
        if not close(left, right, tolerance)
    )


def common_ratio(entries: tuple[Entry, ...]) -> float | None:
    """The one ratio that all entries share: a factor that was lost or added."""
    ratios = [entry.ratio for entry in entries]
    first = ratios[0] if ratios else None
    if first is None or any(r is None or not math.isclose(r, first, rel_tol=1e-6) for r in ratios):
        return None
    return first


def agree(observed: Observation | None, expected: Observation | None, tolerance: Tolerance) -> bool:
    """Whether two observations would be drawn as the same answer."""
    if isinstance(observed, Array) and isinstance(expected, Array):
        return observed.shape == expected.shape and not differing(observed, expected, tolerance)
    return observed == expected


def close(observed: float, expected: float, tolerance: Tolerance) -> bool:
    """|observed - expected| <= absolute + relative * |expected|; infinities and NaN by identity."""
    if not (math.isfinite(observed) and math.isfinite(expected)):
        return observed == expected or (math.isnan(observed) and math.isnan(expected))
    return abs(observed - expected) <= tolerance.absolute + tolerance.relative * abs(expected)
