"""`results.json`: the neutral document of which every other format is a projection.

Versioned; fields are added, never renamed. `results.schema.json` beside this file documents them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from grader.domain.array import Array, Nested
from grader.domain.diagnosis import Diagnosis, Place, Smallest
from grader.domain.submission import Loading
from grader.domain.transcript import (
    BROKEN_OFF,
    Count,
    Flag,
    Frame,
    Missing,
    NotANumber,
    Observation,
)
from grader.domain.verdict import Finding, Outcome
from grader.export.model import what_differs
from grader.remembered import Remembered
from grader.report import words
from grader.report.budget import fits, lean
from grader.report.closer import closer, where
from grader.report.language import spoken
from grader.report.localised import renderer
from grader.report.model import SCHEMA_VERSION, CaseReport, Report, SubmissionReport

MAX_ELEMENTS: Final = 2_000
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

_PASSED: Remembered[dict[str, Any]] = Remembered()


def to_json(
    report: Report,
    shown: Report | None = None,
    *,
    besides: Mapping[str, Any] = NOTHING,
    indent: int | None = 1,
) -> str:
    """The document as text, with what is said `besides`; the same report gives the same bytes, less than 5 MB.

    An instructor's comes with what is `shown` to the student, since some formats are made for both from it.
    """

    def text(report: Report, shown: Report | None) -> str:
        document = results(report) if shown is None else results_for_both(report, shown)
        separators = None if indent else (",", ":")
        return json.dumps(
            {**document, **besides},
            ensure_ascii=False,
            indent=indent,
            separators=separators,
            allow_nan=False,
        )

    made = text(report, shown)
    return made if fits(made) else text(_lean(report), shown and _lean(shown))


def results_for_both(report: Report, shown: Report) -> dict[str, Any]:
    """The instructor's document, with what is otherwise in the student's, whose report is `shown`."""
    known: Remembered[dict[str, Any]] = Remembered()
    document = results(report, known)
    document["for_student"] = what_differs(document, results(shown, known))
    return document


@renderer
def _lean(report: Report) -> Report:
    return lean(report)


@renderer
def results(report: Report, known: Remembered[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The document as dictionaries, lists, strings, numbers, booleans and None.

    What is `known` of cases, by identity, is not said again.
    """
    known = known or Remembered()
    return {
        "schema_version": SCHEMA_VERSION,
        "grader": {"version": report.grader_version},
        "assignment": {"id": report.assignment.id, "title": report.assignment.title},
        "seed": report.seed,
        "status": report.status.value,
        "message": words.verdict(report),
        "score": _points(report.score),
        "max_score": _points(report.max_score),
        "withheld": report.withheld,
        "submission": _submission(report.submission),
        "sandbox": {
            "level": report.sandbox.level,
            "layers": list(report.sandbox.layers),
            "missing": list(report.sandbox.missing),
        },
        "cases": [_case(case, known) for case in report.cases],
        "concepts": [{"id": id, "state": state} for id, state in concepts(report)],
        "diagnoses": [_diagnosis(diagnosis) for diagnosis in report.diagnoses],
        "smallest": _smallest(report.smallest),
        "flags": [{"kind": flag.kind, "reason": flag.reason} for flag in report.flags],
        "output": report.output,
    }


def concepts(report: Report) -> tuple[tuple[str, str], ...]:
    """What the submission masters, in the order of the cases.

    `shown` if every judged case of a concept passed, `not attempted` if none was judged.
    """
    outcomes: dict[str, list[Outcome]] = {}
    for case in report.cases:
        if case.case.concept:
            outcomes.setdefault(case.case.concept, []).append(case.verdict.outcome)
    return tuple((concept, _state(found)) for concept, found in outcomes.items())


def plain(found: Observation) -> Any:
    """An observation as JSON: numbers nested like the array, None for a missing one.

    NaN and infinities, which JSON has not, are the strings `nan`, `inf`, `-inf`; a large array is
    an object with its shape and first elements, something else one with its type and short text.
    """
    match found:
        case Array() if found.size > MAX_ELEMENTS:
            first = [_number(value) for value in found.values[:MAX_ELEMENTS]]
            return {"shape": list(found.shape), "dtype": found.dtype, "first": first}
        case Array():
            return _numbers(found.nested())
        case Flag(value) | Count(value):
            return value
        case NotANumber(type, text):
            return {"type": type, "text": text}
        case _:
            return None


def _state(outcomes: list[Outcome]) -> str:
    judged = [one for one in outcomes if one not in (Outcome.NOT_ATTEMPTED, Outcome.GRADER_FAULT)]
    if not judged:
        return "not attempted"
    return "shown" if all(outcome is Outcome.PASSED for outcome in judged) else "not shown"


def _submission(submission: SubmissionReport) -> dict[str, Any]:
    return {
        "id": submission.id,
        "kind": submission.kind,
        "entry": submission.loading.entry,
        "files": [path for path, _ in submission.files],
        "loading": _loading(submission.loading),
    }


def _loading(loading: Loading) -> dict[str, Any]:
    return {
        "error": loading.error,
        "error_file": loading.error_file,
        "error_line": loading.error_line,
        "error_cell": loading.error_cell,
        "error_text": loading.error_text,
        "skipped": [
            {"file": one.file, "line": one.line, "cell": one.cell, "text": one.text, "why": one.why}
            for one in loading.skipped
        ],
        "bound": [
            {"name": one.name, "found_as": one.found_as, "file": one.file, "line": one.line}
            for one in loading.bound
        ],
        "absent": list(loading.absent),
        "kind": loading.kind,
        "notes": list(loading.notes),
    }


def _case(report: CaseReport, known: Remembered[dict[str, Any]]) -> dict[str, Any]:
    """A case. What is said of a right answer is said once, whoever gave it; nobody changes it."""
    verdict = report.verdict
    if verdict.outcome is not Outcome.PASSED:
        return known.get((report,), lambda: _said(report), spoken())
    said_of = (report.case, report.observed)
    told = (verdict.points, verdict.max_points, verdict.convention, spoken())
    return _PASSED.get(said_of, lambda: _said(report), *told)


def _said(report: CaseReport) -> dict[str, Any]:
    case, verdict = report.case, report.verdict
    last = last_line(report)
    return {
        "id": case.id,
        "title": case.title,
        "concept": case.concept,
        "outcome": verdict.outcome.value,
        "points": _points(verdict.points),
        "max_points": _points(verdict.max_points),
        "hidden": case.hidden,
        "reveal": case.reveal.value,
        "message": words.message(report),
        "convention": verdict.convention,
        "waits_for": list(verdict.waits_for),
        "findings": [_finding(finding) for finding in verdict.findings],
        "first_divergent": list(verdict.first_divergent),
        "file": last.file if last else "",
        "line": last.line if last else None,
        "cell": last.cell if last else "",
        "output": report.observed.output,
        **closer(report, plain),
    }


def last_line(report: CaseReport) -> Place | None:
    """The line of the submission where a case crashed, or where its backward pass first went wrong."""
    if frame := last_frame(report):
        return Place(frame.file, frame.line, frame.text, frame.cell)
    return report.divergence.place if report.divergence else None


def last_frame(report: CaseReport) -> Frame | None:
    """The line of the submission where a case crashed, or was when its process was ended."""
    ending = report.observed.ending
    return ending.frames[-1] if isinstance(ending, BROKEN_OFF) and ending.frames else None


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "quantity": str(finding.quantity),
        "kind": finding.kind.value,
        "message": words.finding(finding),
        "observed": plain(finding.observed),
        "expected": plain(finding.expected),
        "tolerance": {
            "relative": finding.tolerance.relative,
            "absolute": finding.tolerance.absolute,
        },
    }


def _diagnosis(diagnosis: Diagnosis) -> dict[str, Any]:
    place = diagnosis.place
    return {
        "id": diagnosis.id,
        "code": diagnosis.code,
        "concept": diagnosis.concept,
        "title": diagnosis.title,
        "message": diagnosis.message,
        **where(place),
        "shown_by": diagnosis.shown_by,
        "explains": list(diagnosis.explains),
        "alternatives": list(diagnosis.alternatives),
        "confidence": diagnosis.confidence.value,
        "observations": diagnosis.observations,
        "smallest_graph": diagnosis.smallest_graph,
        "smallest": _smallest(diagnosis.smallest),
        "decided_by": _smallest(diagnosis.decided_by),
        "ruled_out": list(diagnosis.ruled_out),
        "counterfactual_score": diagnosis.counterfactual_score,
    }


def _smallest(smallest: Smallest | None) -> dict[str, Any] | None:
    """A graph that no teacher wrote, with its inputs and what was answered to each of its questions."""
    if smallest is None:
        return None
    program = smallest.case.program
    return {
        "case": smallest.case.id,
        "graph": smallest.case.graph,
        "inputs": {given.name: plain(given.value) for given in program.inputs},
        "answers": [
            {
                "quantity": str(quantity),
                "observed": plain(smallest.observed.reading(quantity) or Missing()),
                "expected": plain(smallest.expected.reading(quantity) or Missing()),
            }
            for quantity in program.quantities
        ],
        "functions": len(list(program.applications())),
    }


def _numbers(value: Nested) -> Any:
    if isinstance(value, float | int):
        return _number(value)
    return [_numbers(item) for item in value]


def _number(value: float) -> float | str:
    return value + 0.0 if math.isfinite(value) else str(float(value))


def _points(points: float) -> float:
    rounded = round(points, 6)
    return int(rounded) if rounded == int(rounded) else rounded
