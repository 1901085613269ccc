"""Twins: cases of an assignment with other numbers in them, which no student is ever shown.

Whoever looks answers up by their inputs knows none for these. What an engine does right with the
teacher's numbers it does right with others: also with inputs that have exchanged theirs, and with the
upstream gradient scaled, which scales every gradient.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from grader.domain.array import Array
from grader.domain.assignment import Assignment, Case
from grader.domain.program import Apply, Aspect, Backward, Constant, Input, Program, Statement
from grader.records import replace

MARK: Final = "~"
LIMIT: Final = 6
MOST_RELATED: Final = (
    2  # too few to accuse an engine that is only wrong about its upstream gradient
)
LOW, HIGH, INSTEAD_OF_ZERO = 0.55, 1.45, 0.625
UPSTREAM: Final = Constant(Array.of(-1.75))
GIVEN_AN_UPSTREAM: Final = frozenset({"variable-function"})
"""The dialects that have an upstream gradient to scale; of others nothing is known."""
SHAPING: Final = frozenset({"reshape", "broadcast_to"})  # what makes arrays of single numbers
PLAIN: Final = (Aspect.VALUE, Aspect.GRADIENT)
MOST_KEPT: Final = 16
Relation = Callable[[Program], Program]
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
    used: Counter[Relation] = Counter()
    return tuple(_twin(case, assignment, used) for case in able[::step])


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


def _twin(case: Case, assignment: Assignment, used: Counter[Relation]) -> Case:
    """Of what may be done to it besides, what was done least often."""
    random = Random(f"{assignment.seed} {case.id}")
    inputs = tuple(Input(given.name, _others(given.value, random)) for given in case.program.inputs)
    program = replace(case.program, inputs=inputs)
    relations = (_scaled, _exchanged) if assignment.dialect in GIVEN_AN_UPSTREAM else (_exchanged,)
    related = {relation: relation(program) for relation in relations}
    able = [
        relation
        for relation in related
        if related[relation] != program and used[relation] < MOST_RELATED
    ]
    if chosen := min(able, key=used.__getitem__, default=None):
        used[chosen] += 1
        program = related[chosen]
    return replace(case, id=case.id + MARK, program=program, conventions=(), literals=())


def _exchanged(program: Program) -> Program:
    """Two inputs of one shape and of the same signs have exchanged their numbers."""
    inputs = list(program.inputs)
    for i, one in enumerate(inputs):
        for j, other in enumerate(inputs[:i]):
            if _signs(one.value) == _signs(other.value):
                inputs[i], inputs[j] = Input(one.name, other.value), Input(other.name, one.value)
                return replace(program, inputs=tuple(inputs))
    return program


def _signs(array: Array) -> object:
    return array.shape, [value > 0 for value in array.values]


def _scaled(program: Program) -> Program:
    """`backward()` starts from another number than 1, where all are single numbers."""
    shaping = any(node.function in SHAPING for node in program.applications())
    if shaping or any(given.value.shape for given in program.inputs):
        return program
    return replace(program, statements=tuple(map(_scaled_step, program.statements)))


def _scaled_step(step: Statement) -> Statement:
    match step:
        case Backward(upstream=None):
            return replace(step, upstream=UPSTREAM)
        case _:
            return step


def _others(given: Array, random: Random) -> Array:
    """Numbers of the same signs and about the same size."""
    return given.with_values(_near(given.values, random))


def _near(values: Sequence[float], random: Random) -> list[float]:
    return [(value or INSTEAD_OF_ZERO) * round(random.uniform(LOW, HIGH), 3) for value in values]
