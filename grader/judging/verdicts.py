"""From two transcripts to a verdict, and from verdicts to what was earned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from grader.domain.assignment import Assignment, Case
from grader.domain.transcript import (
    BadAnswer,
    Completed,
    Crashed,
    Faulted,
    GivenUp,
    NoResult,
    NotAttempted,
    NotRaised,
    Observation,
    OutOfMemory,
    Reading,
    TimedOut,
    Transcript,
)
from grader.domain.verdict import Finding, FindingKind, Outcome, Verdict
from grader.judging.compare import compare
from grader.judging.localise import first_divergent
from grader.records import replace
from grader.remembered import Remembered

# Over a class the same answers come again and again, and one answer is judged more than once.
_VERDICTS: Remembered[Verdict] = Remembered()
_SKIPPED: Remembered[Verdict] = Remembered()


def judge(case: Case, observed: Transcript, expected: Transcript) -> Verdict:
    """What became of one case. Another legal convention, where the case names one, passes too."""
    return _VERDICTS.get((case, observed, expected), lambda: _judge(case, observed, expected))


def _judge(case: Case, observed: Transcript, expected: Transcript) -> Verdict:
    outcome = _outcome(observed)
    if outcome is not Outcome.PASSED:
        return Verdict(case.id, outcome, 0.0, case.points)
    findings = differences(case, observed, expected)
    if not findings:
        return Verdict(case.id, Outcome.PASSED, case.points, case.points)
    for convention in case.conventions:
        if not differences(case, observed, expected, convention.readings):
            return Verdict(
                case.id, Outcome.PASSED, case.points, case.points, convention=convention.title
            )
    if all(finding.kind is FindingKind.NOT_OFFERED for finding in findings):
        return Verdict(case.id, Outcome.NOT_ATTEMPTED, 0.0, case.points, findings)
    first = first_divergent(case, observed, expected)
    return Verdict(case.id, Outcome.FAILED, 0.0, case.points, findings, first)


def differences(
    case: Case,
    observed: Transcript,
    expected: Transcript,
    instead: Sequence[Reading] = (),
) -> tuple[Finding, ...]:
    """Every quantity that the case asks for and that differs. `instead` replaces expected readings."""
    replaced: Mapping[str, Observation] = {str(r.quantity): r.found for r in instead}
    found = []
    for quantity in case.program.quantities:
        due = replaced.get(str(quantity)) or expected.reading(quantity)
        if due is None:
            continue
        finding = compare(quantity, observed.reading(quantity), due, case.tolerance)
        if finding is not None:
            found.append(finding)
    return tuple(found)


def settle(assignment: Assignment, verdicts: Mapping[str, Verdict]) -> tuple[Verdict, ...]:
    """The verdicts in the assignment's order, with `skipped` where a needed case did not pass."""
    settled: dict[str, Verdict] = {}
    cases = {case.id: case for case in assignment.cases}

    def settle_one(case: Case) -> Verdict:
        if case.id not in settled:
            verdict = verdicts[case.id]
            waits_for = tuple(
                needed
                for needed in case.needs
                if needed in verdicts and settle_one(cases[needed]).outcome is not Outcome.PASSED
            )
            if waits_for and verdict.outcome is not Outcome.NOT_ATTEMPTED:
                verdict = _SKIPPED.get((verdict,), partial(_skipped, verdict, waits_for), waits_for)
            settled[case.id] = verdict
        return settled[case.id]

    return tuple(settle_one(case) for case in assignment.cases if case.id in verdicts)


def _skipped(verdict: Verdict, waits_for: tuple[str, ...]) -> Verdict:
    return replace(
        verdict, outcome=Outcome.SKIPPED, points=0.0, first_divergent=(), waits_for=waits_for
    )


def _outcome(observed: Transcript) -> Outcome:
    match observed.ending:
        case Completed():
            return Outcome.PASSED
        case NotRaised():
            return Outcome.FAILED
        case Crashed():
            return Outcome.CRASHED
        case NotAttempted():
            return Outcome.NOT_ATTEMPTED
        case TimedOut() | GivenUp():
            return Outcome.TIMED_OUT
        case OutOfMemory():
            return Outcome.OUT_OF_MEMORY
        case NoResult() | BadAnswer():
            return Outcome.NO_RESULT
        case Faulted():
            return Outcome.GRADER_FAULT
