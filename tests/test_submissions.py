"""The corpus: every folder of `tests/submissions/` holds a submission and what must be said of it.

`expect.yaml`, in which everything but the first two is optional:

    assignment: backprop            a folder of `assignments/`
    status: graded                  or ungradable
    score: 46
    passed: all                     every case, or a list: these, whatever the others
    rest: passed                    what is true of every case that is not named below
    outcomes: {x-plus-x: failed}    an outcome, or a list of allowed ones
    not_attempted: [exp-alone]
    findings: {x-plus-x: {x.grad: 1}}             the submission's own wrong values
    message_contains: {exp-alone: AttributeError}
    loading: {skipped_lines: [107], notes_contain: [Function], error_contains: core, error_line: 1}
    diagnosis: overwrite            the one misconception it has; `none` where it has none
    unknown: why                    it may go unnamed, and for what reason; else it has to be named
    line: 63                        where the diagnosis says it happens, if it is named; also
    cell: In [13]                   the cell of a notebook, and how the line begins
    line_text: x.grad = gx
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from math import isclose
from pathlib import Path
from typing import Any

import pytest
import yaml

import grader
from grader.domain.array import Array
from grader.domain.transcript import Crashed, Missing, Observation
from grader.domain.verdict import Outcome, Status
from grader.report.model import CaseReport, Report
from grader.sandbox import Guest

HERE = Path(__file__).parent / "submissions"
ASSIGNMENTS = Path(__file__).parents[1] / "assignments"
LEARNERS_EXPORT = "86a46a3fa32f31338702922097092dcf6fc824dea897f6f7fa449ee8b429be69"
FOLDERS = sorted(path.parent for path in HERE.glob("*/expect.yaml"))
KEYS = {
    "assignment", "status", "score", "passed", "rest", "outcomes", "not_attempted", "findings",
    "message_contains", "loading", "diagnosis", "unknown", "line", "cell", "line_text",
}  # fmt: skip


@pytest.fixture(scope="module")
def guest() -> Iterator[Guest]:
    with Guest() as guest:
        yield guest


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_submission_is_judged_as_its_folder_says(folder: Path, guest: Guest) -> None:
    expected = yaml.safe_load((folder / "expect.yaml").read_text(encoding="utf-8"))
    assert not expected.keys() - KEYS, "unknown keys in expect.yaml"
    assignment = ASSIGNMENTS / expected["assignment"]
    report = grader.grade(folder / "submission", assignment, guest=guest)
    assert report.flags == (), "an honest submission, right or wrong, is suspected of nothing"
    found = list(differences(report, expected))
    if found:
        pytest.fail(
            "\n".join([f"{folder.name}: not judged as expect.yaml says", *found]), pytrace=False
        )


def test_every_submission_has_its_expectation() -> None:
    assert {folder.name for folder in HERE.iterdir()} == {folder.name for folder in FOLDERS}
    assert len(FOLDERS) >= 50


def test_expectations_name_cases_that_are_there() -> None:
    known = {
        name: {case.id for case in grader.load_assignment(ASSIGNMENTS / name).cases}
        for name in ("backprop", "broadcasting", "micrograd")
    }
    for folder in FOLDERS:
        expected = yaml.safe_load((folder / "expect.yaml").read_text(encoding="utf-8"))
        named = {*expected.get("outcomes", ()), *expected.get("not_attempted", ())}
        named |= {*expected.get("findings", ()), *expected.get("message_contains", ())}
        assert not named - known[expected["assignment"]], folder.name


def test_the_learners_export_is_unchanged() -> None:
    data = (HERE / "learner_export" / "submission" / "notebook-export.txt").read_bytes()
    assert sha256(data).hexdigest() == LEARNERS_EXPORT


def test_the_starter_loads_and_scores_nothing() -> None:
    report = grader.grade(ASSIGNMENTS / "backprop" / "starter", ASSIGNMENTS / "backprop")
    assert report.status is Status.GRADED
    assert report.score == 0
    assert not report.submission.loading.skipped


def test_the_solution_passes_every_case() -> None:
    report = grader.grade(ASSIGNMENTS / "backprop" / "solution", ASSIGNMENTS / "backprop")
    assert [
        case.case.id for case in report.cases if case.verdict.outcome is not Outcome.PASSED
    ] == []


def differences(report: Report, expected: dict[str, Any]) -> Iterator[str]:
    """One line for everything in which the report departs from what was expected."""
    loading = report.submission.loading
    if report.status is not Status(expected["status"]):
        yield f"status: {report.status}, due {expected['status']} {loading.error!r}"
        return
    yield from _loading(report, expected.get("loading") or {})
    if report.status is Status.GRADED:
        yield from _outcomes(report, expected)
        yield from _values(report, expected.get("findings") or {})
        for name, text in (expected.get("message_contains") or {}).items():
            yield from _lacking(f"the message of {name}", _message(_case(report, name)), text)
        yield from _diagnosis(report, expected.get("diagnosis", ""), "unknown" in expected)
        yield from _place(report, expected)


def _outcomes(report: Report, expected: dict[str, Any]) -> Iterator[str]:
    due: dict[str, Any] = {}
    if expected.get("passed") == "all" or "rest" in expected:
        due = {case.case.id: expected.get("rest", "passed") for case in report.cases}
    elif "passed" in expected:
        due = dict.fromkeys(expected["passed"], "passed")
    due |= expected.get("outcomes") or {}
    due |= dict.fromkeys(expected.get("not_attempted") or (), "not attempted")
    for name, outcome in due.items():
        case = _case(report, name)
        allowed = [Outcome(word) for word in ([outcome] if isinstance(outcome, str) else outcome)]
        if case.verdict.outcome not in allowed:
            wanted = " or ".join(allowed)
            yield f"{name}: {case.verdict.outcome}, due {wanted}   {_message(case)}"
    if "score" in expected and not isclose(report.score, expected["score"]):
        yield f"score: {report.score:g}, due {expected['score']:g}"


def _values(report: Report, findings: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name, values in findings.items():
        observed = {str(f.quantity): f.observed for f in _case(report, name).verdict.findings}
        for quantity, value in values.items():
            if quantity not in observed:
                yield f"{name}: no finding for {quantity}, due {value}; findings: {list(observed)}"
            elif not _is(observed[quantity], value):
                yield f"{name}: {quantity} was {_shown(observed[quantity])}, due {value}"


def _diagnosis(report: Report, due: str, may_be_unknown: bool) -> Iterator[str]:
    """A wrong name is never right; to name none only where the folder says why."""
    named = [diagnosis.id for diagnosis in report.diagnoses]
    others = {name for diagnosis in report.diagnoses for name in diagnosis.alternatives}
    if due == "none" and named:
        yield f"diagnosed as {named}, due nothing"
    if due in ("", "none") or (may_be_unknown and not named):
        return
    if due not in (*named, *others):
        yield f"diagnosed as {named} or {sorted(others)}, due {due}"


def _place(report: Report, expected: dict[str, Any]) -> Iterator[str]:
    """Where the first diagnosis is placed, if one is named and its place is expected."""
    if not report.diagnoses or not expected.keys() & {"line", "cell", "line_text"}:
        return
    place = report.diagnoses[0].place
    if place is None:
        yield f"the diagnosis has no line, due {expected.get('line')}"
        return
    if place.line != expected.get("line", place.line):
        yield f"diagnosed on line {place.line}, due {expected['line']}"
    if place.cell != expected.get("cell", ""):
        yield f"diagnosed in cell {place.cell!r}, due {expected.get('cell', '')!r}"
    if not place.text.startswith(expected.get("line_text", "")):
        yield f"diagnosed at {place.text!r}, due {expected['line_text']!r}"


def _loading(report: Report, expected: dict[str, Any]) -> Iterator[str]:
    loading = report.submission.loading
    if "skipped_lines" in expected:
        lines = [skipped.line for skipped in loading.skipped]
        if lines != expected["skipped_lines"]:
            yield f"skipped lines: {lines}, due {expected['skipped_lines']}"
    notes = "\n".join(loading.notes)
    for text in expected.get("notes_contain", ()):
        yield from _lacking("the notes", notes, text)
    yield from _lacking("the error", loading.error, expected.get("error_contains"))
    if expected.get("error_line", loading.error_line) != loading.error_line:
        yield f"error line: {loading.error_line}, due {expected['error_line']}"


def _lacking(what: str, text: str, wanted: str | None) -> Iterator[str]:
    if wanted is not None and wanted not in text:
        yield f"{what} does not say {wanted!r}: {text!r}"


def _case(report: Report, name: str) -> CaseReport:
    return next(case for case in report.cases if case.case.id == name)


def _message(case: CaseReport) -> str:
    match case.observed.ending:
        case Crashed(type, message):
            return f"{type}: {message}"
        case ending:
            findings = case.verdict.findings
            said = ", ".join(f"{f.quantity} {f.kind} {_shown(f.observed)}" for f in findings)
            return said or str(ending)


def _shown(observation: Observation) -> object:
    return observation.nested() if isinstance(observation, Array) else observation


def _is(observation: Observation, value: Any) -> bool:
    if value is None:
        return isinstance(observation, Missing)
    if not isinstance(observation, Array):
        return False
    due = Array.of(value)
    return observation.shape == due.shape and all(
        isclose(a, b, rel_tol=1e-6, abs_tol=1e-9)
        for a, b in zip(observation.values, due.values, strict=True)
    )
