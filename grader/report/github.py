"""Annotations for GitHub's workflow log: one command a line."""

from __future__ import annotations

from grader.domain.transcript import Crashed
from grader.report import words
from grader.report.model import CaseReport, Report
from grader.report.safe_text import safe


def render(report: Report) -> str:
    """`::error` for each case that is not right, `::notice` with the totals."""
    lines = [_annotation(case) for case in report.cases if words.is_wrong(case.verdict.outcome)]
    if error := report.submission.loading.error:
        lines.append(f"::error title=not loaded::{_data(error)}")
    lines.append(
        f"::notice title={_property(report.assignment.title)}::{_data(words.score(report))}"
    )
    return "\n".join(lines)


def _annotation(report: CaseReport) -> str:
    properties = {"title": f"{report.case.id}: {report.verdict.outcome.value}"}
    ending = report.observed.ending
    if isinstance(ending, Crashed) and ending.frames:
        properties = {
            "file": ending.frames[-1].file,
            "line": str(ending.frames[-1].line),
            **properties,
        }
    fields = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::error {fields}::{_data(words.message(report))}"


def _data(text: str) -> str:
    return safe(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
