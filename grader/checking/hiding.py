"""Inputs that hide mistakes: every case is put once more with numbers that hide nothing, and compared.

At x = 2 the wrong rule x**2 passes for 2x, at 1 the wrong rule 2 does, and at 0 nearly every rule. Whether
that matters is not guessed: the mistakes that the case notices with better numbers, and not with its own,
are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Final

from grader.answers import answers_for
from grader.domain.array import Array
from grader.domain.assignment import Assignment
from grader.domain.misconception import Prediction
from grader.domain.program import Input, Program
from grader.domain.transcript import Completed
from grader.errors import Fault
from grader.generating.primal import primals
from grader.predictions import Oracle
from grader.records import replace
from grader.sandbox import Guest

# No two alike, none 0, 1 or 2, and sums, products and powers of them differ; for functions that want it, all
# positive and small.
BETTER: Final = (
    (3.0, -1.5, 0.7, 5.0, -0.3, 2.5, 0.4, -2.2),
    (0.7, 1.5, 0.3, 1.7, 0.45, 1.2, 0.9, 0.6),
)
MOST_NAMED: Final = 4


def put_better(oracle: Oracle, guest: Guest) -> Oracle | None:
    """An oracle for the cases with suspicious inputs, put with better ones; None where there are none."""
    cases = tuple(
        replace(case, program=program, conventions=(), needs=())
        for case in oracle.assignment.cases
        if suspicion(case.program) and (program := _better(case.program)) is not None
    )
    if not cases:
        return None
    assignment = replace(oracle.assignment, cases=cases)
    answers = answers_for(assignment, guest, oracle.store)
    sound = tuple(case for case in cases if isinstance(answers[case.id].ending, Completed))
    if not sound:
        return None
    assignment = replace(assignment, cases=sound)
    known = {case.id: answers[case.id] for case in sound}
    entries = oracle.catalogue.values()
    heard = oracle.rehearsals.heard
    return Oracle(assignment, known, entries, guest, oracle.store, helped=False, heard=heard)


def hiding(
    assignment: Assignment,
    noticed: Mapping[str, Sequence[Prediction]],
    noticed_better: Mapping[str, Sequence[Prediction]],
) -> Iterator[Fault]:
    """A warning for each case whose inputs hide something. Predictions are given by misconception."""
    own, other = _by_case(noticed), _by_case(noticed_better)
    for case in assignment.cases:
        hidden = [id for id in other.get(case.id, ()) if id not in own.get(case.id, ())]
        if not hidden or not (why := suspicion(case.program)):
            continue
        code, reason = why
        named = ", ".join(f"`{id}`" for id in hidden[:MOST_NAMED])
        more = f" and {len(hidden) - MOST_NAMED} more" if len(hidden) > MOST_NAMED else ""
        yield Fault(
            code,
            f"case `{case.id}`: {reason}, which hides {named}{more}",
            case.file,
            case.line,
            1,
            help="with 3, -1.5, 0.7 and 5 the same graph notices them",
            severity="warning",
        )


def suspicion(program: Program) -> tuple[str, str] | None:
    """The code and the reason why the inputs of a program may hide mistakes, or None."""
    if not program.backwards():
        return None
    for given in program.inputs:
        values = given.value.values
        if any(value == 0 for value in values):
            return "YS611", f"`{given.name}` is 0 somewhere, and a product with 0 is 0 by any rule"
        if any(value == 1 for value in values):
            return "YS612", f"`{given.name}` is 1 somewhere, where x, x**2 and 1/x are one number"
        if any(value == 2 for value in values):
            return "YS613", f"`{given.name}` is 2 somewhere, where x + x, x * x and x**2 are 4"
        if len(values) > 1 and len(set(values)) == 1:
            return "YS614", f"all elements of `{given.name}` are alike"
        if _symmetric(given.value):
            return "YS615", f"`{given.name}` is symmetric, and its own transpose"
    for index, given in enumerate(program.inputs):
        for later in program.inputs[index + 1 :]:
            if set(given.value.values) == set(later.value.values):
                return "YS614", f"`{given.name}` and `{later.name}` are alike"
    return None


def _better(program: Program) -> Program | None:
    """The program with numbers that hide nothing and at which it is well-behaved, as far as that is known."""
    for numbers in BETTER:
        stream = cycle(numbers)
        inputs = tuple(
            Input(given.name, _filled(given.value, [next(stream) for _ in given.value.values]))
            for given in program.inputs
        )
        changed = replace(program, inputs=inputs)
        if primals(changed) is not None:
            return changed
    return None


def _filled(value: Array, numbers: Sequence[float]) -> Array:
    return value if value.dtype.startswith("int") else value.with_values(numbers)


def _symmetric(value: Array) -> bool:
    if len(value.shape) != 2 or value.shape[0] != value.shape[1] or value.size == 1:
        return False
    n, values = value.shape[0], value.values
    return all(values[i * n + j] == values[j * n + i] for i in range(n) for j in range(i))


def _by_case(predictions: Mapping[str, Sequence[Prediction]]) -> dict[str, tuple[str, ...]]:
    """The misconceptions that each case notices."""
    found: dict[str, dict[str, None]] = {}
    for id, each in predictions.items():
        for prediction in each:
            for departure in prediction.departures:
                found.setdefault(departure.case, {})[id] = None
    return {case: tuple(ids) for case, ids in found.items()}
