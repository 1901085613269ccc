"""Annotations for a GitHub workflow log: one command a line, placed in the student's file."""

from __future__ import annotations

from collections.abc import Iterator

from grader.domain.transcript import Frame
from grader.domain.verdict import Outcome, Status
from grader.report import words
from grader.report.localised import renderer
from grader.report.model import CaseReport, Report
from grader.report.results import last_frame


@renderer
def render(report: Report) -> str:
    """`::error` for what is wrong, `::warning` for the grader's own faults, the totals last."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    loading = report.submission.loading
    if report.status is Status.UNGRADABLE:
        place = {"file": loading.error_file, "line": str(loading.error_line or 1)}
        yield _command(
            "error", words.verdict(report), loading.error, place if loading.error_file else {}
        )
    for diagnosis in report.diagnoses:
        place = {}
        if diagnosis.place and not diagnosis.place.cell:
            place = {"file": diagnosis.place.file, "line": str(diagnosis.place.line)}
        yield _command("error", f"{diagnosis.code} {diagnosis.title}", diagnosis.message, place)
    for case in report.cases:
        if case.verdict.outcome in words.WRONG:
            yield _command("error", _title(case), words.message(case), _place(last_frame(case)))
        elif case.verdict.outcome is Outcome.GRADER_FAULT:
            yield _command("warning", _title(case), words.message(case), {})
    yield _command(
        "notice", report.assignment.title, f"{words.tally(report)}, {words.score(report)}", {}
    )


def _title(report: CaseReport) -> str:
    return f"{report.case.id}: {words.word(report.verdict.outcome)}"


def _place(frame: Frame | None) -> dict[str, str]:
    """A line of a notebook's cell is no line of its file: such annotations go without a place."""
    if frame is None or frame.cell:
        return {}
    return {"file": frame.file, "line": str(frame.line)}


def _command(level: str, title: str, message: str, place: dict[str, str]) -> str:
    fields = {**place, "title": title}
    written = ",".join(f"{name}={_property(value)}" for name, value in fields.items())
    return f"::{level} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
