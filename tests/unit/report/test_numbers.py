"""One way to write numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.array import Array
from grader.domain.assignment import Tolerance
from grader.domain.transcript import Count, Flag, Missing, NotANumber, NotOffered
from grader.judging.compare import agree as judged_equal
from grader.report import numbers
from grader.report.differences import Entry, agree, common_ratio, differing


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (64.0, "64"),
        (-0.0, "0"),
        (-1e-320, "-9.99989e-321"),
        (1 / 3, "0.333333"),
        (1e-7, "1e-07"),
        (123456789.0, "1.23457e+08"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
    ],
)
def test_numbers_have_six_significant_digits(value, text):
    assert numbers.number(value) == text


def test_the_full_value_has_all_digits():
    assert numbers.exact(1 / 3) == "0.3333333333333333"
    assert numbers.exact(-0.0) == "0"
    assert numbers.exact(123456789.0) == "123456789"
    assert numbers.exact(math.inf) == "inf"


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_two_different_numbers_never_look_the_same(one, other):
    left, right = numbers.apart(one, other)
    assert (left == right) == (one == other)
    assert float(left) == pytest.approx(one, rel=1e-5)


def test_arrays_show_a_short_form_and_their_shape():
    assert numbers.observation(Array.of(2.0)) == "2"
    assert numbers.observation(Array.of([1.0, -0.0])) == "[1, 0] (2,)"
    assert numbers.observation(Array.of([[1.0, 2.0], [3.0, 4.0]])) == "[[1, 2], [3, 4]] (2, 2)"
    assert numbers.observation(Array.of([float(n) for n in range(9)])) == "[0, 1, 2, 3, …] (9,)"
    large = Array.of([[float(n) for n in range(9)]] * 2)
    assert numbers.observation(large) == "[[0, 1, 2, 3, …]] (2, 9)"
    assert numbers.observation(Array((0,), "float64", b"")) == "[] (0,)"


def test_what_is_no_number_is_named():
    assert numbers.observation(Missing()) == "None"
    assert numbers.observation(Flag(True)) == "yes"
    assert numbers.observation(Count(3)) == "3"
    assert numbers.observation(NotANumber("list", "[1]")) == "list [1]"
    assert numbers.observation(NotOffered("x")) == numbers.observation(None) == "—"


def test_only_the_elements_that_differ_are_listed():
    observed, expected = Array.of([[1.0, 2.0], [3.0, 5.0]]), Array.of([[1.0, 4.0], [3.0, 10.0]])
    entries = differing(observed, expected, Tolerance())
    assert [entry.place for entry in entries] == ["[0, 1]", "[1, 1]"]
    assert [entry.difference for entry in entries] == [-2.0, -5.0]
    assert common_ratio(entries) == 0.5
    assert common_ratio((*entries, Entry((9,), 1.0, 3.0))) is None
    assert common_ratio((Entry((), 1.0, 0.0),)) is None


NUMBERS = st.floats() | st.sampled_from([0.0, -0.0, 1.0, 1.0 + 1e-8, 1.0 + 1e-6, math.inf])


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=4), st.floats(0, 1))
def test_the_report_and_the_judge_call_the_same_numbers_equal(pairs, relative):
    observed, expected = (Array.of(list(side)) for side in zip(*pairs, strict=True))
    tolerance = Tolerance(relative, 1e-9)
    assert agree(observed, expected, tolerance) == judged_equal(observed, expected, tolerance)
