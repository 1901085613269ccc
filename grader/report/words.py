"""Every sentence that a student reads, in one place. Calm, second person, never blaming."""

from __future__ import annotations

from grader.domain.array import Array
from grader.domain.program import Aspect, Quantity
from grader.domain.transcript import (
    BadAnswer,
    Crashed,
    Faulted,
    GivenUp,
    NoResult,
    NotANumber,
    NotAttempted,
    NotRaised,
    Observation,
    OutOfMemory,
    TimedOut,
)
from grader.domain.verdict import Finding, FindingKind, Outcome, Status
from grader.report import numbers
from grader.report.model import CaseReport, Report
from grader.report.safe_text import safe_line

SIGNS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.CRASHED: "✗",
    Outcome.TIMED_OUT: "✗",
    Outcome.OUT_OF_MEMORY: "✗",
    Outcome.NO_RESULT: "✗",
    Outcome.NOT_ATTEMPTED: "○",
    Outcome.SKIPPED: "…",
    Outcome.GRADER_FAULT: "!",
}


def verdict(report: Report) -> str:
    """The whole submission in one sentence."""
    match report.status:
        case Status.UNGRADABLE:
            return "Your submission could not be loaded, so nothing was graded yet."
        case Status.GRADER_FAULT:
            return "The grader failed while it graded this. No case lost points for it; please report it."
    outcomes = [case.verdict.outcome for case in report.cases]
    wrong = [case for case in report.cases if is_wrong(case.verdict.outcome)]
    waiting = outcomes.count(Outcome.SKIPPED)
    absent = outcomes.count(Outcome.NOT_ATTEMPTED)
    if not wrong and not waiting:
        done = "Everything that your code attempts is right" if absent else "Everything is right"
        return f"{done}: {_count(outcomes.count(Outcome.PASSED), 'case')} passed."
    first = wrong[0].case.title if wrong else ""
    begin = f"{_count(len(wrong), 'case')} of {len(outcomes)} {'is' if len(wrong) == 1 else 'are'} not right yet"
    return f"{begin}. Begin with “{first}”." if first else f"{begin}."


def is_wrong(outcome: Outcome) -> bool:
    """Whether an outcome is something for the student to mend in this very case."""
    return outcome not in (
        Outcome.PASSED,
        Outcome.NOT_ATTEMPTED,
        Outcome.SKIPPED,
        Outcome.GRADER_FAULT,
    )


def message(report: CaseReport) -> str:
    """What happened in one case, in a sentence or two. Empty where it passed plainly."""
    found = report.verdict
    match found.outcome:
        case Outcome.PASSED:
            return f"By another convention: {found.convention}." if found.convention else ""
        case Outcome.SKIPPED:
            waits = _names(found.waits_for)
            verb = "passes" if len(found.waits_for) == 1 else "pass"
            return f"Not judged until {waits} {verb}." if waits else "Not judged yet."
        case Outcome.NOT_ATTEMPTED if found.findings:
            missing = ", ".join(str(finding.quantity) for finding in found.findings)
            return f"Your code does not offer {missing}."
    match report.observed.ending:
        case NotAttempted(what):
            return (
                f"Your code does not define {safe_line(what)} yet."
                if what
                else "Nothing was loaded."
            )
        case Crashed(kind, text, step, frames):
            where = f" (line {frames[-1].line})" if frames else ""
            before = "while the inputs were made" if step < 0 else "while this graph ran"
            return f"{safe_line(kind)} {before}{where}: {safe_line(text)}"
        case NotRaised(error):
            return f"This must be refused with {error}; your code accepted it."
        case TimedOut(seconds):
            return (
                f"It did not end within {seconds:g} seconds. A function that runs once per path, "
                "or a loop that never empties its list, does that."
            )
        case GivenUp():
            return "It was not tried: cases before it did not end, and the time was used up."
        case OutOfMemory():
            return "It asked for more memory than a submission may use."
        case NoResult(how) | BadAnswer(how):
            return f"The process ended before it answered ({safe_line(how)})."
        case Faulted(how):
            return f"The grader failed here; this costs you nothing ({safe_line(how, 120)})."
    return " ".join(finding_message(finding) for finding in _leading(report))


def finding_message(finding: Finding) -> str:
    """One difference: what it is, yours, expected."""
    what = quantity_name(finding.quantity)
    yours, due = numbers.short(finding.observed), numbers.short(finding.expected)
    match finding.kind:
        case FindingKind.VALUE:
            ratio = numbers.times(finding.observed, finding.expected)
            return f"{what}: yours {yours}, expected {due}{f' ({ratio})' if ratio else ''}."
        case FindingKind.SHAPE:
            shapes = _shape(finding.observed), _shape(finding.expected)
            return f"{what} has the wrong shape: yours {shapes[0]}, expected {shapes[1]}."
        case FindingKind.DTYPE:
            kind = getattr(finding.observed, "dtype", "")
            return (
                f"{what} is an array of {kind}: integers cut off what a gradient needs; use floats."
            )
        case FindingKind.MISSING:
            return f"{what} is None, expected {due}: nothing arrived there."
        case FindingKind.UNEXPECTED:
            return f"{what} is {yours}, expected None."
        case FindingKind.NOT_FINITE:
            return f"{what} is {yours}: not a finite number; expected {due}."
        case FindingKind.NOT_A_NUMBER:
            kind = finding.observed.type if isinstance(finding.observed, NotANumber) else yours
            return f"{what} is of type {safe_line(kind)}, where numbers are due; expected {due}."
        case FindingKind.NOT_OFFERED:
            return f"Your code does not offer {finding.quantity}."
        case FindingKind.STATE:
            return f"{what}: yours {yours}, expected {due}."


def quantity_name(quantity: Quantity) -> str:
    match quantity.aspect:
        case Aspect.VALUE:
            return f"Value of {quantity.of}"
        case Aspect.GRADIENT:
            return f"Gradient of {quantity.of}"
        case Aspect.GENERATION:
            return f"Generation of {quantity.of}"
        case _:
            return str(quantity)


def summary(report: Report) -> str:
    """Counts, for a last line: `3 passed, 1 failed, 1 not checked`."""
    counts: dict[str, int] = {}
    for case in report.cases:
        counts[case.verdict.outcome.value] = counts.get(case.verdict.outcome.value, 0) + 1
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.items())


def score(report: Report) -> str:
    return f"{numbers.number(report.score)} of {numbers.number(report.max_score)} points"


def _leading(report: CaseReport) -> tuple[Finding, ...]:
    """The findings to speak of: the first wrong variable's, else the first one."""
    first = [f for f in report.verdict.findings if f.quantity.of in report.verdict.first_divergent]
    return tuple(first[:2]) or report.verdict.findings[:1]


def _shape(found: Observation) -> str:
    return numbers.shape(found) if isinstance(found, Array) else "?"


def _names(names: tuple[str, ...]) -> str:
    return " and ".join(f"“{name}”" for name in names)


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
