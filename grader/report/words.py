"""What is said, in which sentence: keys are chosen here, sentences stand in one file a language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Final

from grader.domain.array import Array
from grader.domain.program import Aspect, Quantity, Raises, Statement
from grader.domain.transcript import (
    BadAnswer,
    Completed,
    Crashed,
    Faulted,
    GivenUp,
    NoResult,
    NotANumber,
    NotAttempted,
    NotOffered,
    NotRaised,
    OutOfMemory,
    TimedOut,
)
from grader.domain.verdict import Finding, FindingKind, Outcome, Status
from grader.report import numbers
from grader.report.differences import Entry, common_ratio, differing
from grader.report.language import say, say_count
from grader.report.model import WITHHELD, CaseReport, Report
from grader.report.spelling import Spelling

WRONG: Final = (
    Outcome.FAILED,
    Outcome.CRASHED,
    Outcome.TIMED_OUT,
    Outcome.OUT_OF_MEMORY,
    Outcome.NO_RESULT,
)
SIGNS: Final[dict[Outcome, str]] = {
    Outcome.PASSED: "✓",
    **dict.fromkeys(WRONG, "✗"),
    Outcome.NOT_ATTEMPTED: "○",
    Outcome.SKIPPED: "…",
    Outcome.GRADER_FAULT: "!",
}


def together(*texts: str) -> str:
    """Sentences one after the other, without those that are empty."""
    return reduce(lambda first, second: say("sentences", first=first, second=second), _told(texts))


def listed(names: Iterable[str]) -> str:
    """`a, b, c`, as a list is written in the language that is spoken."""
    return reduce(lambda first, second: say("list", first=first, second=second), _told(names))


def quoted(text: str) -> str:
    """A text in the quotation marks of the language that is spoken."""
    return say("quoted", text=text)


def _told(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, texts)) or ("",)


def verdict(report: Report) -> str:
    """The whole submission in a sentence, and where to begin."""
    return together(headline(report), begin(report))


def headline(report: Report) -> str:
    """How the submission as a whole turned out."""
    if report.status is Status.UNGRADABLE:
        return say("verdict.ungradable")
    if report.status is Status.GRADER_FAULT:
        return say("verdict.fault")
    outcomes = [case.verdict.outcome for case in report.cases]
    passed, wrong = outcomes.count(Outcome.PASSED), sum(one in WRONG for one in outcomes)
    waiting = outcomes.count(Outcome.SKIPPED)
    if wrong:
        return say_count("verdict.wrong", wrong, total=len(outcomes))
    if waiting:
        return say_count("verdict.waiting", waiting)
    if passed == 0:
        return say("verdict.empty")
    return say_count("verdict.right" if passed == len(outcomes) else "verdict.so_far", passed)


def begin(report: Report) -> str:
    """Which case to look at first."""
    first = begin_with(report) if report.status is Status.GRADED else None
    return say("verdict.begin", title=title(first)) if first else ""


def begin_with(report: Report) -> CaseReport | None:
    """The first wrong case that says more than its verdict."""
    wrong = (case for case in report.cases if case.verdict.outcome in WRONG)
    return next((case for case in wrong if case.case.graph), None)


def score(report: Report) -> str:
    return say(
        "score", score=numbers.number(report.score), max_score=numbers.number(report.max_score)
    )


def tally(report: Report) -> str:
    """`3 passed, 1 failed, 1 not checked`, in the order of the outcomes."""
    counts = dict.fromkeys(Outcome, 0)
    for case in report.cases:
        counts[case.verdict.outcome] += 1
    return listed(
        say("tally", count=count, outcome=word(outcome))
        for outcome, count in counts.items()
        if count
    )


def word(outcome: Outcome) -> str:
    return say(f"outcome.{outcome.value}")


def title(report: CaseReport) -> str:
    """The title of a case; a hidden one is numbered."""
    if report.case.hidden and not report.case.title:
        return say("hidden.title", number=report.case.id.rpartition("-")[2])
    return report.case.title or report.case.id


def message(report: CaseReport) -> str:
    """What happened in one case, in a sentence or two, for every format alike."""
    outcome = report.verdict.outcome
    if report.case.hidden and not report.case.graph:
        return say("case.hidden")
    if outcome is Outcome.SKIPPED:
        return say("case.waits_for", names=listed(report.verdict.waits_for))
    if not report.case.graph:
        return say("case.verdict_only")
    if outcome is Outcome.PASSED:
        convention = report.verdict.convention
        return say("case.convention", convention=convention) if convention else say("case.passed")
    if isinstance(report.observed.ending, Completed):
        return together(*_findings(report))
    return _ending(report)


def finding(found: Finding) -> str:
    """`Gradient of x: yours 32, expected 64 (half of it).`"""
    what, kind = quantity(found.quantity), found.kind
    observed, expected = found.observed, found.expected
    values = {
        "what": what,
        "observed": numbers.observation(observed),
        "expected": numbers.observation(expected),
    }
    withheld = ".withheld" if expected == WITHHELD else ""
    match kind:
        case FindingKind.VALUE if isinstance(observed, Array) and isinstance(expected, Array):
            return _value(found, observed, expected)
        case FindingKind.SHAPE if isinstance(observed, Array):
            values["observed"] = numbers.shape(observed)
            values["expected"] = numbers.shape(expected) if isinstance(expected, Array) else ""
        case FindingKind.DTYPE if isinstance(observed, Array):
            return say("finding.dtype", what=what, observed=observed.dtype)
        case FindingKind.MISSING if found.quantity.aspect is not Aspect.GRADIENT:
            return say(f"finding.missing value{withheld}", **values)
        case FindingKind.NOT_A_NUMBER if isinstance(observed, NotANumber):
            values["observed"] = observed.type
        case FindingKind.NOT_OFFERED:
            what_is_not = observed.what if isinstance(observed, NotOffered) else ""
            return say("finding.not offered", observed=what_is_not or str(found.quantity))
    return say(f"finding.{kind.value}{withheld}", **values)


def quantity(asked: Quantity) -> str:
    return say(f"quantity.{asked.aspect.value}", name=asked.of)


def ratio(value: float | None) -> str:
    """`half of it`, `twice as much`: a ratio that says something, in words; otherwise nothing."""
    if value is None or value == 0:
        return ""
    for whole in range(2, 21):
        if abs(value - whole) < 1e-6 * whole:
            return say("ratio.twice") if whole == 2 else say("ratio.times", times=whole)
        if abs(value * whole - 1) < 1e-6:
            return say({2: "ratio.half", 3: "ratio.third"}.get(whole, "ratio.part"), part=whole)
    return say("ratio.opposite") if abs(value + 1) < 1e-6 else ""


def place(file: str, line: int, cell: str = "") -> str:
    """A line of the submission as its owner finds it."""
    if not line:
        return file
    if cell:
        return say("place.cell", file=file, cell=cell, line=line)
    return say("place.line", file=file, line=line)


def _value(found: Finding, observed: Array, expected: Array) -> str:
    entries = differing(observed, expected, found.tolerance)
    if not entries:  # a literal and its tolerance may leave no element to point at
        entries = (Entry((), observed.values[0], expected.values[0]),)
    common = ratio(common_ratio(entries))
    yours, due = numbers.apart(entries[0].observed, entries[0].expected)
    key = "finding.value.entries" if observed.shape else "finding.value"
    return say(
        f"{key}.ratio" if common else key,
        what=quantity(found.quantity),
        observed=yours,
        expected=due,
        ratio=common,
        count=len(entries),
        size=observed.size,
        index=entries[0].place,
    )


def _findings(report: CaseReport) -> tuple[str, ...]:
    """The first wrong variable speaks; the others are counted, since they may follow from it."""
    every = report.verdict.findings
    if not every:
        return ()
    firsts = [one for one in every if one.quantity.of in report.verdict.first_divergent]
    chosen = firsts[:2] or every[:1]
    rest = len(every) - len(chosen)
    sentences = tuple(map(finding, chosen))
    gradients = any(one.quantity.aspect is Aspect.GRADIENT for one in every)
    if report.side == "forward only" and gradients:
        return (*sentences, say("side.forward only"))
    return (*sentences, say_count("finding.more", rest)) if rest else sentences


def _ending(report: CaseReport) -> str:
    statements = report.case.program.statements
    match report.observed.ending:
        case Crashed(error, text, step):
            if step < 0:
                return say("case.crashed.inputs", error=error, message=text)
            if step >= len(statements):
                return say("case.crashed.answers", error=error, message=text)
            key = "case.crashed" if text else "case.crashed.bare"
            return say(key, error=error, message=text, statement=_statement(statements[step]))
        case NotRaised(error, step):
            if not 0 <= step < len(statements):
                return say("case.bad_answer", how=f"statement {step} of {len(statements)}")
            asked = statements[step]
            inner = asked.statement if isinstance(asked, Raises) else asked
            return say("case.not_raised", error=error, statement=_statement(inner))
        case NotAttempted(what):
            return say("case.not_attempted", what=what) if what else say("case.not_loaded")
        case TimedOut(seconds):
            return say("case.timed_out", seconds=numbers.number(seconds))
        case GivenUp():
            return say("case.given_up")
        case OutOfMemory(limit):
            if limit < 1024**2:
                return say("case.out_of_memory")
            return say("case.out_of_memory.limit", limit=limit // 1024**2)
        case NoResult(how):
            return say("case.no_result", how=how)
        case BadAnswer(how):
            return say("case.bad_answer", how=how)
        case Faulted(how):
            return say("case.fault", how=how)
        case Completed():
            return ""


def _statement(statement: Statement) -> str:
    return " ".join(line.strip() for line in Spelling().lines(statement))
