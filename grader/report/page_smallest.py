"""The smallest graph on which a mistake shows, as the page shows it."""

from __future__ import annotations

from collections.abc import Iterator

from grader.domain.array import Array
from grader.domain.diagnosis import Smallest
from grader.domain.program import Aspect, Quantity
from grader.domain.transcript import Missing
from grader.domain.verdict import Finding, FindingKind, Outcome, Verdict
from grader.records import dataclass, replace
from grader.report import numbers, words
from grader.report.differences import agree
from grader.report.model import CaseReport
from grader.report.page_case import Figure, figure
from grader.report.states import conditions
from grader.report.walk import variables


@dataclass(frozen=True, slots=True)
class SmallestPart:
    """The graph as text, what is wrong with its answer, and its picture."""

    graph: str
    inputs: str
    message: str
    figure: Figure | None


def smallest_part(smallest: Smallest | None, anchor: str) -> SmallestPart | None:
    """`anchor` names the picture on the page."""
    if smallest is None:
        return None
    named = replace(smallest.case, title="; ".join(smallest.case.graph.strip().splitlines()))
    report = CaseReport(named, _verdict(smallest), smallest.observed, smallest.expected)
    given = (
        f"{one.name} = {numbers.observation(one.value)}" for one in smallest.case.program.inputs
    )
    return SmallestPart(
        smallest.case.graph.strip(),
        words.listed(given),
        words.message(report),
        figure(report, anchor, conditions(report), explained=False),
    )


def _verdict(smallest: Smallest) -> Verdict:
    """What is wrong with the answer. Nothing is scored by it: the judge has judged the cases."""
    findings = tuple(_findings(smallest))
    outcome = Outcome.CRASHED if smallest.observed.readings == () else Outcome.FAILED
    return Verdict(
        smallest.case.id, outcome, 0.0, 0.0, findings=findings, first_divergent=_first(smallest)
    )


def _findings(smallest: Smallest) -> Iterator[Finding]:
    case = smallest.case
    for quantity in case.program.quantities:
        observed = smallest.observed.reading(quantity)
        expected = smallest.expected.reading(quantity)
        if observed is None or expected is None or agree(observed, expected, case.tolerance):
            continue
        kind = FindingKind.VALUE
        if isinstance(observed, Missing):
            kind = FindingKind.MISSING
        elif isinstance(expected, Missing):
            kind = FindingKind.UNEXPECTED
        elif not (isinstance(observed, Array) and isinstance(expected, Array)):
            kind = FindingKind.STATE
        elif observed.shape != expected.shape:
            kind = FindingKind.SHAPE
        yield Finding(quantity, kind, observed, expected, case.tolerance)


def _first(smallest: Smallest) -> tuple[str, ...]:
    """The first wrong value in the order of computation, else the wrong gradient nearest the output."""
    tolerance, names = smallest.case.tolerance, variables(smallest.case.program)
    for name in names:
        value, due = smallest.observed.primal(name), smallest.expected.primal(name)
        if value is not None and due is not None and not agree(value, due, tolerance):
            return (name,)
    for name in reversed(names):
        asked = Quantity(Aspect.GRADIENT, name)
        found, due = smallest.observed.reading(asked), smallest.expected.reading(asked)
        if asked not in smallest.case.program.quantities and not isinstance(found, Array):
            continue
        if found is not None and due is not None and not agree(found, due, tolerance):
            return (name,)
    return ()
