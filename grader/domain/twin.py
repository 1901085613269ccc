"""Twins: cases of an assignment with other numbers in them, which no student is ever shown.

Whoever looks answers up by their inputs knows none for these. What an engine does right with the
teacher's numbers it does right with others.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from grader.domain.array import Array
from grader.domain.assignment import Assignment, Case
from grader.domain.program import Apply, Aspect, Backward, Input, Program
from grader.records import replace

MARK: Final = "~"
LIMIT: Final = 6
LOW, HIGH, INSTEAD_OF_ZERO = 0.55, 1.45, 0.625
PLAIN: Final = (Aspect.VALUE, Aspect.GRADIENT)
MOST_KEPT: Final = 16
_MADE: Final[dict[int, tuple[Assignment, tuple[Case, ...]]]] = {}


def twins(assignment: Assignment) -> tuple[Case, ...]:
    """At most LIMIT twins, of cases from all over the assignment. The same for the same seed."""
    # By identity: over a class it is one assignment, and what is sent to a guest is known by identity too.
    kept = _MADE.get(id(assignment))
    if kept is None or kept[0] is not assignment:
        if len(_MADE) >= MOST_KEPT:
            _MADE.clear()
        kept = _MADE[id(assignment)] = (assignment, _twins(assignment))
    return kept[1]


def _twins(assignment: Assignment) -> tuple[Case, ...]:
    able = [case for case in assignment.cases if case.points and _has_plain_numbers(case.program)]
    step = max(1, -(-len(able) // LIMIT))
    return tuple(_twin(case, assignment.seed) for case in able[::step])


def original(twin: Case) -> str:
    """The id of the case that a twin is of."""
    return twin.id.removesuffix(MARK)


def _has_plain_numbers(program: Program) -> bool:
    return (
        bool(program.inputs)
        and all(given.value.dtype == "float64" for given in program.inputs)
        and all(isinstance(step, Apply | Backward) for step in program.statements)
        and all(quantity.aspect in PLAIN for quantity in program.quantities)
    )


def _twin(case: Case, seed: int) -> Case:
    random = Random(f"{seed} {case.id}")
    inputs = tuple(Input(given.name, _others(given.value, random)) for given in case.program.inputs)
    program = replace(case.program, inputs=inputs)
    return replace(case, id=case.id + MARK, program=program, conventions=(), literals=())


def _others(given: Array, random: Random) -> Array:
    """Numbers of the same signs and about the same size."""
    return given.with_values(_near(given.values, random))


def _near(values: Sequence[float], random: Random) -> list[float]:
    return [(value or INSTEAD_OF_ZERO) * round(random.uniform(LOW, HIGH), 3) for value in values]
