"""JUnit XML, as most continuous-integration servers read it: a suite for each submission."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

from grader.export.model import Document, Results, for_student

FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ERRORS: Final = ("crashed", "timed out", "out of memory", "no result", "grader fault")
SKIPPED: Final = ("skipped", "not attempted")


def render(results: Results) -> str:
    """One `testsuite` a submission with a `testcase` a case.

    A wrong answer is a failure, a case that did not end an error, one that waits for another or is
    not attempted skipped. A submission that could not be loaded is one error. Students read what a
    server shows: of hidden cases there is no more than in their report.
    """
    suites = ElementTree.Element("testsuites", {"name": _xml(results.assignment)})
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for document in map(for_student, results.documents()):
        for name, count in _suite(suites, document).items():
            totals[name] += count
    suites.attrib |= {name: str(count) for name, count in totals.items()}
    ElementTree.indent(suites)
    text: str = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'


def _suite(suites: ElementTree.Element, document: Document) -> dict[str, int]:
    outcomes = [case["outcome"] for case in document["cases"]]
    ungradable = document["status"] == "ungradable"
    counts = {
        "tests": len(outcomes) + ungradable,
        "failures": outcomes.count("failed"),
        "errors": sum(outcome in ERRORS for outcome in outcomes) + ungradable,
        "skipped": sum(outcome in SKIPPED for outcome in outcomes),
    }
    id = document["submission"]["id"]
    attributes = {"name": _xml(id), **{name: str(count) for name, count in counts.items()}}
    suite = ElementTree.SubElement(suites, "testsuite", attributes)
    properties = ElementTree.SubElement(suite, "properties")
    for name in ("score", "max_score"):
        ElementTree.SubElement(
            properties, "property", {"name": name, "value": f"{document[name]:g}"}
        )
    if ungradable:
        case = _testcase(suite, "loading", id)
        _add(case, "error", document["submission"]["loading"]["error"], document["status"])
    for one in document["cases"]:
        outcome = one["outcome"]
        case = _testcase(suite, one["concept"] or "hidden", one["id"])
        if outcome != "passed":
            tag = "skipped" if outcome in SKIPPED else "error" if outcome in ERRORS else "failure"
            _add(case, tag, one["message"], outcome)
    return counts


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
