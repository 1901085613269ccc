"""JUnit XML, as most continuous-integration servers read it."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

from grader.domain.verdict import Outcome, Status
from grader.report import words
from grader.report.localised import renderer
from grader.report.model import CaseReport, Report

FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ERRORS: Final = (
    Outcome.CRASHED,
    Outcome.TIMED_OUT,
    Outcome.OUT_OF_MEMORY,
    Outcome.NO_RESULT,
    Outcome.GRADER_FAULT,
)
SKIPPED: Final = (Outcome.SKIPPED, Outcome.NOT_ATTEMPTED)


@renderer
def render(report: Report) -> str:
    """One `testsuite` with a `testcase` per case.

    A wrong answer is a failure, a case that did not end an error, one that waits for another or is
    not attempted skipped. A submission that could not be loaded is one error.
    """
    outcomes = [case.verdict.outcome for case in report.cases]
    ungradable = report.status is Status.UNGRADABLE
    counts = {
        "tests": str(len(outcomes) + ungradable),
        "failures": str(outcomes.count(Outcome.FAILED)),
        "errors": str(sum(outcome in ERRORS for outcome in outcomes) + ungradable),
        "skipped": str(sum(outcome in SKIPPED for outcome in outcomes)),
    }
    suites = ElementTree.Element("testsuites", {"name": _xml(report.assignment.id), **counts})
    suite = ElementTree.SubElement(
        suites, "testsuite", {"name": _xml(report.submission.id), **counts}
    )
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in (("score", report.score), ("max_score", report.max_score)):
        ElementTree.SubElement(properties, "property", {"name": name, "value": f"{value:g}"})
    if ungradable:
        case = _testcase(suite, "loading", report.submission.id)
        _add(case, "error", report.submission.loading.error, report.status.value)
    for one in report.cases:
        _case(suite, one)
    ElementTree.indent(suites)
    text: str = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'


def _case(suite: ElementTree.Element, report: CaseReport) -> None:
    outcome = report.verdict.outcome
    case = _testcase(suite, report.case.concept or "hidden", report.case.id)
    if outcome is Outcome.PASSED:
        return
    tag = "skipped" if outcome in SKIPPED else "error" if outcome in ERRORS else "failure"
    _add(case, tag, words.message(report), outcome.value)


def _testcase(suite: ElementTree.Element, topic: str, name: str) -> ElementTree.Element:
    attributes = {"classname": _xml(topic), "name": _xml(name), "time": "0"}
    return ElementTree.SubElement(suite, "testcase", attributes)


def _add(case: ElementTree.Element, tag: str, message: str, kind: str) -> None:
    text = _xml(message)
    if tag == "skipped":
        ElementTree.SubElement(case, tag, {"message": text})
        return
    ElementTree.SubElement(case, tag, {"message": text, "type": kind}).text = text


def _xml(text: str) -> str:
    return FORBIDDEN.sub("\ufffd", text)
