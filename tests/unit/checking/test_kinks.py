"""Slopes that are a matter of agreement, and sums in which nothing but rounding is left."""

import pytest

from grader.checking.kinks import cancellation, kink
from grader.domain.assignment import Tolerance
from grader.domain.program import Aspect, Quantity
from grader.domain.transcript import Completed, Reading, Transcript
from grader.generating.primal import applied
from tests.unit.authoring.writing import program_of


def computed(graph: str, inputs: str):
    """A program with the transcript of its forward pass."""
    program = program_of(graph, inputs)
    known = {given.name: given.value for given in program.inputs}
    for node in program.applications():
        if node.function != "max":
            known[node.targets[0]] = applied(node, known) or known["x"]
    readings = tuple(Reading(Quantity(Aspect.VALUE, n), v) for n, v in known.items())
    return program, Transcript(Completed(), readings)


@pytest.mark.parametrize(
    ("graph", "inputs", "said"),
    [
        ("y = relu(x)", "{x: 0}", "`relu` has a kink at 0, where x is"),
        ("y = abs(x)", "{x: [3, 0]}", "`abs` has a kink at 0, where x is"),
        ("y = maximum(x, w)", "{x: 3, w: 3}", "the two operands of `maximum` are equal"),
        ("y = maximum(x, w)", "{x: [1, 3], w: 3}", "the two operands of `maximum` are equal"),
        ("y = max(x)", "{x: [2, 2, 1]}", "two elements of x tie for `max`"),
        ("y = relu(x)", "{x: 3}", ""),
        ("y = max(x)", "{x: [2, 1, 1]}", ""),
        ("y = maximum(x, w)", "{x: 3, w: 5}", ""),
    ],
)
def test_a_kink_is_named(graph: str, inputs: str, said: str) -> None:
    assert kink(*computed(graph, inputs)) == said


def test_without_a_backward_pass_no_slope_is_asked_for() -> None:
    program, answer = computed("with no_grad():\n    y = relu(x)", "{x: 0}")
    assert kink(program, answer) == ""


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ("{x: 1e12, w: -999999999999.9}", "in y, 1e+12 and -1e+12 cancel to 0.0999756"),
        ("{x: 3, w: -2.9}", ""),
        ("{x: 3, w: -3}", ""),
    ],
)
def test_digits_that_cancel_are_named(inputs: str, said: str) -> None:
    program, answer = computed("y = x + w", inputs)
    assert cancellation(program, answer, Tolerance()) == said
