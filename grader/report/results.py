"""`results.json`: the neutral document that everything else is a projection of.

Versioned; fields are added, never renamed. `results.schema.json` beside this file documents it.
"""

from __future__ import annotations

import json
import math
from typing import Any

from grader.domain import codec
from grader.domain.array import Array, Nested
from grader.domain.diagnosis import Diagnosis
from grader.domain.transcript import Count, Crashed, Flag, NotANumber, Observation
from grader.domain.verdict import Finding, Outcome
from grader.report import words
from grader.report.model import SCHEMA_VERSION, CaseReport, Report
from grader.report.safe_text import safe, safe_line


def to_json(report: Report) -> str:
    """The document as text, keys in a fixed order."""
    return json.dumps(results(report), ensure_ascii=False, indent=1, allow_nan=False)


def results(report: Report) -> dict[str, Any]:
    """The document as plain dictionaries and lists."""
    loading = report.submission.loading
    return {
        "schema_version": SCHEMA_VERSION,
        "grader": {"version": report.grader_version},
        "assignment": {"id": report.assignment.id, "title": report.assignment.title},
        "seed": report.seed,
        "status": report.status.value,
        "message": words.verdict(report),
        "score": _rounded(report.score),
        "max_score": _rounded(report.max_score),
        "submission": {
            "id": safe_line(report.submission.id),
            "kind": report.submission.kind,
            "entry": safe_line(loading.entry),
            "files": [safe_line(path) for path, _ in report.submission.files],
            "loading": {
                "error": safe(loading.error),
                "error_file": safe_line(loading.error_file),
                "error_line": loading.error_line,
                "error_cell": loading.error_cell,
                "skipped": [
                    {
                        "file": safe_line(skipped.file),
                        "line": skipped.line,
                        "cell": skipped.cell,
                        "text": safe_line(skipped.text),
                        "why": safe_line(skipped.why),
                    }
                    for skipped in loading.skipped
                ],
                "bound": [
                    {
                        "name": bound.name,
                        "found_as": safe_line(bound.found_as),
                        "file": safe_line(bound.file),
                        "line": bound.line,
                    }
                    for bound in loading.bound
                ],
                "absent": list(loading.absent),
                "notes": [safe_line(note) for note in loading.notes],
            },
        },
        "sandbox": codec_free(report.sandbox),
        "cases": [_case(case) for case in report.cases],
        "concepts": [{"id": id, "state": state} for id, state in concepts(report)],
        "diagnoses": [_diagnosis(diagnosis) for diagnosis in report.diagnoses],
        "flags": [{"kind": flag.kind, "reason": safe_line(flag.reason)} for flag in report.flags],
    }


def concepts(report: Report) -> list[tuple[str, str]]:
    """What the submission masters: `shown` where every judged case of a concept passed."""
    outcomes: dict[str, list[Outcome]] = {}
    for case in report.cases:
        outcomes.setdefault(case.case.concept, []).append(case.verdict.outcome)
    return [(concept, _state(found)) for concept, found in outcomes.items()]


def _state(outcomes: list[Outcome]) -> str:
    judged = [outcome for outcome in outcomes if outcome is not Outcome.NOT_ATTEMPTED]
    if not judged:
        return "not attempted"
    return "shown" if all(outcome is Outcome.PASSED for outcome in judged) else "not shown"


def _case(report: CaseReport) -> dict[str, Any]:
    case, verdict = report.case, report.verdict
    crash = report.observed.ending
    return {
        "id": case.id,
        "title": case.title,
        "concept": case.concept,
        "outcome": verdict.outcome.value,
        "points": _rounded(verdict.points),
        "max_points": _rounded(verdict.max_points),
        "hidden": case.hidden,
        "message": words.message(report),
        "convention": verdict.convention,
        "waits_for": list(verdict.waits_for),
        "findings": [_finding(finding) for finding in verdict.findings],
        "first_divergent": list(verdict.first_divergent),
        "line": crash.frames[-1].line if isinstance(crash, Crashed) and crash.frames else None,
        "output": safe(report.observed.output),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "quantity": str(finding.quantity),
        "kind": finding.kind.value,
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
        "message": diagnosis.message,
        "line": place.line if place else None,
        "file": safe_line(place.file) if place else "",
        "cell": place.cell if place else "",
        "explains": list(diagnosis.explains),
        "alternatives": list(diagnosis.alternatives),
        "confidence": diagnosis.confidence.value,
        "smallest_graph": diagnosis.smallest_graph,
        "counterfactual_score": diagnosis.counterfactual_score,
    }


def plain(found: Observation) -> Any:
    """An observation as JSON has it. NaN and infinities, which JSON has not, become their names."""
    match found:
        case Array():
            return _plain_number(found.nested())
        case Flag(value) | Count(value):
            return value
        case NotANumber(kind, text):
            return {"type": safe_line(kind), "text": safe_line(text)}
        case _:
            return None


def codec_free(value: object) -> dict[str, Any]:
    """A frozen record as a dictionary, without the codec's tag."""
    encoded: dict[str, Any] = codec.encode(value)
    return {name: item for name, item in encoded.items() if name != "is"}


def _plain_number(value: Nested) -> Any:
    if isinstance(value, float | int):
        return value if math.isfinite(value) else str(float(value))
    return [_plain_number(item) for item in value]


def _rounded(points: float) -> float:
    return round(points, 6)
