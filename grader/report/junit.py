"""JUnit XML, as most continuous-integration servers read it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from grader.domain.verdict import Outcome
from grader.report import words
from grader.report.model import CaseReport, Report
from grader.report.safe_text import safe

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ERRORS = (
    Outcome.CRASHED,
    Outcome.TIMED_OUT,
    Outcome.OUT_OF_MEMORY,
    Outcome.NO_RESULT,
    Outcome.GRADER_FAULT,
)
_SKIPPED = (Outcome.SKIPPED, Outcome.NOT_ATTEMPTED)


def render(report: Report) -> str:
    """One `testsuite`, a `testcase` per case: wrong is a failure, not ended an error, waiting skipped."""
    outcomes = [case.verdict.outcome for case in report.cases]
    counts = {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count(Outcome.FAILED)),
        "errors": str(sum(outcome in _ERRORS for outcome in outcomes)),
        "skipped": str(sum(outcome in _SKIPPED for outcome in outcomes)),
    }
    suites = ElementTree.Element("testsuites", {"name": _xml(report.assignment.id), **counts})
    suite = ElementTree.SubElement(
        suites, "testsuite", {"name": _xml(report.submission.id), **counts}
    )
    for case in report.cases:
        _add(suite, case)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=False)


def _add(suite: ElementTree.Element, report: CaseReport) -> None:
    outcome = report.verdict.outcome
    attributes = {"classname": _xml(report.case.concept), "name": _xml(report.case.id)}
    case = ElementTree.SubElement(suite, "testcase", attributes)
    if outcome is Outcome.PASSED:
        return
    text = _xml(words.message(report))
    if outcome in _SKIPPED:
        ElementTree.SubElement(case, "skipped", {"message": text})
        return
    tag = "error" if outcome in _ERRORS else "failure"
    ElementTree.SubElement(case, tag, {"message": text, "type": outcome.value}).text = text


def _xml(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", safe(text))
