"""One comparison serves students, literals, misconceptions and finite differences."""

import math

import pytest

from grader.domain.array import Array
from grader.domain.assignment import Tolerance
from grader.domain.program import Aspect, Quantity
from grader.domain.transcript import Count, Flag, Missing, NotANumber, NotOffered
from grader.domain.verdict import FindingKind
from grader.judging.compare import compare

X = Quantity(Aspect.GRADIENT, "x")
TOLERANCE = Tolerance(relative=1e-6, absolute=1e-9)


def kind(observed, expected):
    finding = compare(X, observed, expected, TOLERANCE)
    return finding and finding.kind


@pytest.mark.parametrize("dtype", ["float64", "float32", "int", "bool"])
def test_a_python_number_a_numpy_scalar_and_a_0d_array_are_the_same_value(dtype):
    assert kind(Array.of(1.0, dtype), Array.of(1.0)) is None


@pytest.mark.parametrize(
    ("observed", "expected", "difference"),
    [
        (Array.of(32.0), Array.of(64.0), FindingKind.VALUE),
        (Array.of([1.0]), Array.of(1.0), FindingKind.SHAPE),
        (Array.of([[1.0, 1.0]]), Array.of([1.0, 1.0]), FindingKind.SHAPE),
        (Array.of([1.0, 2.0], "int64"), Array.of([1.0, 2.0]), FindingKind.DTYPE),
        (Array.of(math.nan), Array.of(1.0), FindingKind.NOT_FINITE),
        (Array.of(math.inf), Array.of(1.0), FindingKind.NOT_FINITE),
        (Missing(), Array.of(1.0), FindingKind.MISSING),
        (Array.of(1.0), Missing(), FindingKind.UNEXPECTED),
        (NotANumber("list", "[1]"), Array.of(1.0), FindingKind.NOT_A_NUMBER),
        (NotOffered("generation"), Count(1), FindingKind.NOT_OFFERED),
        (None, Array.of(1.0), FindingKind.NOT_OFFERED),
        (Flag(False), Flag(True), FindingKind.STATE),
        (Count(2), Count(1), FindingKind.STATE),
        (Array.of(1.0), Flag(True), FindingKind.STATE),
    ],
)
def test_each_way_to_differ_has_its_own_kind(observed, expected, difference):
    assert kind(observed, expected) is difference


def test_the_tolerance_is_relative_to_the_expected_value_plus_an_absolute_part():
    assert kind(Array.of(1e6 + 0.9), Array.of(1e6)) is None
    assert kind(Array.of(1e6 + 1.1), Array.of(1e6)) is FindingKind.VALUE
    assert kind(Array.of(0.9e-9), Array.of(0.0)) is None
    assert kind(Array.of(1.1e-9), Array.of(0.0)) is FindingKind.VALUE


def test_an_expected_infinity_is_met_only_by_the_same_infinity():
    assert kind(Array.of(math.inf), Array.of(math.inf)) is None
    assert kind(Array.of(-math.inf), Array.of(math.inf)) is FindingKind.VALUE


def test_empty_arrays_of_the_same_shape_agree():
    assert kind(Array((0,), "float64", b""), Array((0,), "float64", b"")) is None
    assert kind(Array((0, 2), "float64", b""), Array((0,), "float64", b"")) is FindingKind.SHAPE


def test_the_finding_keeps_what_was_found_what_was_due_and_the_tolerance():
    finding = compare(X, Array.of(1.0), Array.of(2.0), TOLERANCE)
    assert finding is not None
    assert (finding.observed, finding.expected) == (Array.of(1.0), Array.of(2.0))
    assert finding.tolerance == TOLERANCE
