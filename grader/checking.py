"""Is the case itself right? What `grader check` asks of an assignment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.answers import (
    REFERENCE_DIALECT,
    REFERENCE_REQUIRES,
    Store,
    answers_for,
    reference_submission,
)
from grader.domain.array import Array
from grader.domain.assignment import Assignment, Case
from grader.domain.program import Aspect
from grader.domain.transcript import Completed, Crashed, NotOffered, Transcript
from grader.errors import Fault
from grader.judging.compare import agree, compare
from grader.judging.witness import TOLERANCE, displaced, displacements, gradients
from grader.records import dataclass
from grader.sandbox import Guest


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking an assignment showed. `faults` are errors: such a case must not grade anybody."""

    assignment: Assignment
    faults: tuple[Fault, ...]
    witnessed: int


def check(path: Path, *, seed: int = 0, guest: Guest | None = None) -> Checked:
    """Perform every case on the reference and on finite differences, and compare with the literals.

    Raises AuthoringError where the files cannot be read as an assignment.
    """
    from grader.authoring import load_assignment

    if guest is None:
        with Guest(accept_level=0) as own:  # only the reference is performed
            return check(path, seed=seed, guest=own)
    assignment = load_assignment(path, seed)
    answers = answers_for(assignment, guest, Store(None))
    opinions = _witness(assignment, answers, guest)
    faults = [
        fault
        for case in assignment.cases
        for fault in _faults(case, answers[case.id], opinions.get(case.id, {}))
    ]
    return Checked(assignment, tuple(faults), sum(map(len, opinions.values())))


def _faults(case: Case, answer: Transcript, opinion: Mapping[str, Array]) -> Iterator[Fault]:
    if not isinstance(answer.ending, Completed):
        yield _fault(case, "YS301", f"the reference cannot perform this case: {_how(answer)}")
        return
    for quantity in case.program.quantities:
        if isinstance(answer.reading(quantity), NotOffered):
            yield _fault(case, "YS302", f"the reference has no answer to `{quantity}`")
    for literal in case.literals:
        found = answer.reading(literal.quantity) or answer.primal(literal.quantity.of)
        difference = compare(literal.quantity, found, literal.found, case.tolerance)
        if difference is not None:
            yield _fault(
                case,
                "YS303",
                f"`expect` says {literal.quantity} is {_plain(literal.found)}; "
                f"the reference answers {_plain(found)}",
            )
    for quantity in case.program.quantities:
        if quantity.aspect is not Aspect.GRADIENT or quantity.of not in opinion:
            continue
        found, slope = answer.reading(quantity), opinion[quantity.of]
        if isinstance(found, Array) and not agree(found, slope, TOLERANCE):
            yield _fault(
                case,
                "YS304",
                f"finite differences say {quantity} is {_plain(slope)}; "
                f"the reference answers {_plain(found)}",
            )


def _witness(
    assignment: Assignment, answers: Mapping[str, Transcript], guest: Guest
) -> dict[str, Mapping[str, Array]]:
    """The opinion of finite differences on every case that has a backward pass and completes."""
    cases = [
        case
        for case in assignment.cases
        if case.program.backwards() and isinstance(answers[case.id].ending, Completed)
    ]
    moves = {case.id: displacements(case.program) for case in cases}
    tasks = [
        (displaced(case.program, move, answers[case.id]), 30.0)
        for case in cases
        for move in moves[case.id]
    ]
    done = iter(
        guest.perform(
            reference_submission(), tasks, dialect=REFERENCE_DIALECT, requires=REFERENCE_REQUIRES
        ).transcripts
    )
    return {
        case.id: gradients(
            case.program,
            moves[case.id],
            [next(done) for _ in moves[case.id]],
            answers[case.id],
        )
        for case in cases
    }


def _fault(case: Case, code: str, message: str) -> Fault:
    return Fault(code, f"case `{case.id}`: {message}", case.file, case.line, 1)


def _how(answer: Transcript) -> str:
    match answer.ending:
        case Crashed(kind, message):
            return f"{kind}: {message}"
        case ending:
            return type(ending).__name__ if not hasattr(ending, "what") else f"no {ending.what}"


def _plain(found: object) -> str:
    if isinstance(found, Array):
        return f"{found.nested():.9g}" if not found.shape else str(found.nested())
    return str(found)
