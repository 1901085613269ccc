"""Two failures are one kind of failure: outcome, direction, findings and the function where it begins."""

from __future__ import annotations

from grader.diagnosing import as_case
from grader.domain.array import Array
from grader.domain.program import Apply, Aspect, Backward, Input, Name, Program, Quantity
from grader.domain.transcript import Completed, Crashed, Missing, Reading, Transcript
from grader.judging.seam import Direction, seam

PROGRAM = Program(
    (Input("x", Array.of(3.0)),),
    (
        Apply(("a",), "square", (Name("x"),)),
        Apply(("y",), "exp", (Name("a"),)),
        Backward("y"),
    ),
    (Quantity(Aspect.VALUE, "y"), Quantity(Aspect.GRADIENT, "x")),
)
CASE = as_case(PROGRAM)


def transcript(a: float, y: float, x_grad: object, a_grad: float = 5.0) -> Transcript:
    value, gradient = Aspect.VALUE, Aspect.GRADIENT
    found = Missing() if x_grad is None else Array.of(x_grad)
    return Transcript(
        Completed(),
        tuple(
            Reading(Quantity(value, name), Array.of(number))
            for name, number in (("x", 3.0), ("a", a), ("y", y))
        ),
        (
            Reading(Quantity(value, "y"), Array.of(y)),
            Reading(Quantity(gradient, "x"), found),
            Reading(Quantity(gradient, "a"), Array.of(a_grad)),
        ),
    )


RIGHT = transcript(9.0, 8.0, 6.0)


def test_what_does_not_fail_has_no_seam():
    assert seam(CASE, RIGHT, RIGHT) is None


def test_a_wrong_value_begins_at_the_function_that_computed_it():
    found = seam(CASE, transcript(10.0, 9.0, 6.0), RIGHT)
    assert found is not None
    assert (found.direction, found.functions) == (Direction.FORWARD, {"square"})


def test_a_wrong_gradient_begins_at_the_function_that_sent_it():
    found = seam(CASE, transcript(9.0, 8.0, 3.0), RIGHT)
    assert found is not None
    assert (found.direction, found.functions) == (Direction.BACKWARD, {"square"})
    other = seam(CASE, transcript(9.0, 8.0, 3.0, a_grad=1.0), RIGHT)
    assert other is not None
    assert other.functions == {"exp"}
    assert not found.same_as(other)


def test_a_missing_gradient_is_not_a_wrong_one_and_an_exception_is_neither():
    wrong = seam(CASE, transcript(9.0, 8.0, 3.0), RIGHT)
    missing = seam(CASE, transcript(9.0, 8.0, None), RIGHT)
    crashed = seam(CASE, Transcript(Crashed("TypeError", "no", 2)), RIGHT)
    other = seam(CASE, Transcript(Crashed("ValueError", "no", 2)), RIGHT)
    assert wrong is not None
    assert missing is not None
    assert crashed is not None
    assert other is not None
    assert not wrong.same_as(missing)
    assert not wrong.same_as(crashed)
    assert not crashed.same_as(other)
    assert crashed.same_as(crashed)
