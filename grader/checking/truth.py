"""Is a case itself right? Literals, the reference, finite differences and the complex step must agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.answers import Store, content_key, reference_submission
from grader.authoring.functions import known_with
from grader.checking.kinks import cancellation, kink
from grader.domain import codec
from grader.domain.array import Array
from grader.domain.assignment import Assignment, Case
from grader.domain.program import Aspect
from grader.domain.transcript import (
    BadAnswer,
    Completed,
    Crashed,
    Faulted,
    GivenUp,
    NoResult,
    NotAttempted,
    NotOffered,
    NotRaised,
    OutOfMemory,
    TimedOut,
    Transcript,
)
from grader.errors import Fault
from grader.judging import complex_step
from grader.judging.compare import agree, compare
from grader.judging.witness import TOLERANCE, displaced, displacements, gradients
from grader.performing import perform_variants
from grader.records import dataclass
from grader.sandbox import Guest


@dataclass(frozen=True, slots=True)
class Truth:
    """What the opinions on an assignment's cases were: how many gradients they confirm, and what is wrong."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    witnessed: int
    analytic: int


def truth(
    assignment: Assignment, answers: Mapping[str, Transcript], guest: Guest, store: Store
) -> Truth:
    """Every case held against every opinion; kept by content."""
    key = content_key("truth", codec.dumps(assignment), *map(codec.dumps, answers.values()))
    kept = store.get(Truth, key)
    if kept is None:
        kept = _truth(assignment, answers, guest)
        store.put(key, kept)
    return kept


def _truth(assignment: Assignment, answers: Mapping[str, Transcript], guest: Guest) -> Truth:
    opinions = _witness(assignment, answers, guest)
    formulas = known_with(assignment.functions).formulas
    brought = {name: formula.analytic for name, formula in formulas.items()}
    faults: list[Fault] = []
    warnings: list[Fault] = []
    witnessed = analytic = 0
    for case in assignment.cases:
        answer, opinion = answers[case.id], opinions.get(case.id, {})
        at_kink = kink(case.program, answer)
        exact = complex_step.slopes(case.program, brought)
        faults += _faults(case, answer, {} if at_kink else opinion, exact)
        warnings += _warnings(case, answer, at_kink)
        witnessed += len(opinion)
        analytic += len(exact.gradients) if exact else 0
    return Truth(tuple(faults), tuple(warnings), witnessed, analytic)


def _faults(
    case: Case,
    answer: Transcript,
    opinion: Mapping[str, Array],
    exact: complex_step.Slopes | None,
) -> Iterator[Fault]:
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
        found = answer.reading(quantity)
        if quantity.aspect is not Aspect.GRADIENT or not isinstance(found, Array):
            continue
        slope = opinion.get(quantity.of)
        if slope is not None and not agree(found, slope, TOLERANCE):
            yield _fault(
                case,
                "YS304",
                f"finite differences say {quantity} is {_plain(slope)}; "
                f"the reference answers {_plain(found)}",
            )
        slope = exact.gradients.get(quantity.of) if exact else None
        if slope is not None and not agree(found, slope, complex_step.TOLERANCE):
            yield _fault(
                case,
                "YS305",
                f"the complex step says {quantity} is {_plain(slope)}; "
                f"the reference answers {_plain(found)}",
            )


def _warnings(case: Case, answer: Transcript, at_kink: str) -> Iterator[Fault]:
    if at_kink:
        yield _fault(
            case,
            "YS306",
            f"{at_kink}: the slope there is a matter of agreement, which finite differences cannot judge",
            help="move the input, or say with `accept:` which other slopes are right",
            severity="warning",
        )
    if found := cancellation(case.program, answer, case.tolerance):
        yield _fault(
            case,
            "YS307",
            f"{found}: right submissions may differ by more than the tolerance",
            help="choose numbers of like size, or a wider tolerance",
            severity="warning",
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
    reference = reference_submission(assignment.functions)
    files = [reference.files[0].path] * len(tasks)
    done = iter(
        perform_variants(reference, tasks, files, guest, reference).transcripts if tasks else ()
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


def _fault(
    case: Case, code: str, message: str, *, help: str = "", severity: str = "error"
) -> Fault:
    return Fault(
        code,
        f"case `{case.id}`: {message}",
        case.file,
        case.line,
        1,
        help=help,
        severity=severity,
    )


def _how(answer: Transcript) -> str:
    """Why a performance gave no answers, in words."""
    match answer.ending:
        case Crashed(kind, message):
            return f"{kind}: {message}"
        case TimedOut(seconds):
            return f"it did not end within {seconds:g} seconds"
        case GivenUp():
            return "others before it did not end, and it was given up"
        case OutOfMemory():
            return "it took more memory than there is for it"
        case NoResult(how) | BadAnswer(how) | Faulted(how):
            return f"there is no answer ({how})"
        case NotRaised(error):
            return f"what should be refused with {error} is accepted"
        case NotAttempted(what):
            return f"no {what}"
        case Completed():
            return "it ended without an answer"


def _plain(found: object) -> str:
    if isinstance(found, Array):
        return f"{found.nested():.9g}" if not found.shape else str(found.nested())
    return str(found)
