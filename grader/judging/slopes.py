"""The witness on a submission's own forward pass: which pass is at fault in a wrong gradient.

Finite differences of the submission's own values say what its gradients should be *for what it
computes*. A gradient that agrees with them is the right derivative of a wrong forward pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from grader.domain.array import Array
from grader.domain.assignment import Case
from grader.domain.program import (
    Aspect,
    Backward,
    ClearGradient,
    Program,
    Quantity,
    Raises,
    Statement,
    TakeGradient,
    flatten,
)
from grader.domain.transcript import Completed, Observation, Reading, Transcript
from grader.judging import witness
from grader.judging.compare import agree
from grader.records import dataclass, replace

MAX_PROGRAMS: Final = 24

FORWARD: Final = "forward"
BACKWARD: Final = "backward"
FORWARD_ONLY: Final = "forward only"


@dataclass(frozen=True, slots=True)
class Question:
    """The programs to perform, forward only, to learn the slopes of one case."""

    case: Case
    moves: tuple[witness.Displacement, ...]
    programs: tuple[Program, ...]


def question(case: Case, at_rest: Transcript) -> Question | None:
    """What to ask a submission about one case, or None where differences would say nothing."""
    statements = tuple(flatten(case.program.statements))
    if not isinstance(at_rest.ending, Completed) or not case.program.backwards():
        return None
    if any(isinstance(one, TakeGradient | Raises) for one in statements):
        return None  # its values need its own gradients
    moves = witness.displacements(case.program)
    if not 0 < len(moves) <= MAX_PROGRAMS:
        return None
    programs = (_forward(witness.displaced(case.program, move, at_rest)) for move in moves)
    return Question(case, moves, tuple(programs))


def slopes(
    asked: Question, moved: Sequence[Transcript], at_rest: Transcript
) -> tuple[Reading, ...]:
    """The gradient of every input by central differences, as far as they could be had."""
    found = witness.gradients(asked.case.program, asked.moves, moved, at_rest)
    return tuple(
        Reading(Quantity(Aspect.GRADIENT, name), slope)
        for name, slope in found.items()
        if all(map(_is_finite, slope.values))
    )


def side(case: Case, observed: Transcript, expected: Transcript, own: Sequence[Reading]) -> str:
    """Which pass is at fault in a case that did not pass, or empty where that cannot be told.

    `forward`: values are wrong, and so are the gradients for what was computed. `forward only`: the
    gradients are right for what was computed, which is something else. `backward`: the values are
    right, the gradients are not the slopes of what was computed.
    """
    if not isinstance(observed.ending, Completed) or not case.program.backwards():
        return ""
    wrong_value = any(
        not agree(observed.primal(one.quantity.of), one.found, case.tolerance)
        for one in expected.primals
    )
    wrong = [
        one.quantity
        for one in expected.readings
        if one.quantity.aspect is Aspect.GRADIENT
        and one.quantity in case.program.quantities
        and not agree(observed.reading(one.quantity), one.found, case.tolerance)
    ]
    if not wrong:
        return FORWARD_ONLY if wrong_value else ""
    by_differences = {one.quantity: one.found for one in own}
    known = [quantity for quantity in wrong if quantity in by_differences]
    if known == wrong and all(
        _is_slope(observed.reading(quantity), by_differences[quantity]) for quantity in known
    ):
        return FORWARD_ONLY
    if wrong_value:
        return FORWARD
    return BACKWARD if known else ""


def _is_slope(found: Observation | None, slope: Observation) -> bool:
    if not isinstance(found, Array) or not isinstance(slope, Array):
        return False
    plain = replace(found, dtype="float64")
    return agree(plain, slope, witness.TOLERANCE)


def _forward(program: Program) -> Program:
    return replace(program, statements=tuple(_without_backward(program.statements)))


def _without_backward(statements: Sequence[Statement]) -> Iterator[Statement]:
    return (one for one in statements if not isinstance(one, Backward | ClearGradient))


def _is_finite(value: float) -> bool:
    return value - value == 0.0
