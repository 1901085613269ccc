"""The report as one HTML file that opens from disk: no network, no script needed.

Everything is decided here; the template prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined

from grader.domain.array import Array
from grader.domain.diagnosis import Diagnosis
from grader.domain.transcript import Crashed, Frame
from grader.domain.verdict import Finding, Status
from grader.report import numbers, words
from grader.report.drawing import Drawing, draw
from grader.report.model import CaseReport, Report
from grader.report.paste import paste_lines
from grader.report.results import concepts
from grader.report.safe_text import safe, safe_line

MAX_ENTRIES = 12
CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One differing element of an array."""

    index: str
    observed: str
    expected: str
    difference: str
    ratio: str


@dataclass(frozen=True, slots=True)
class FindingView:
    message: str
    tolerance: str
    entries: tuple[Entry, ...]
    more: int


@dataclass(frozen=True, slots=True)
class SourceLine:
    number: int
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class FrameView:
    place: str
    function: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as the page shows it."""

    id: str
    title: str
    concept: str
    outcome: str
    css: str
    sign: str
    points: str
    message: str
    graph: str
    drawing: Drawing | None
    findings: tuple[FindingView, ...]
    first: str
    frames: tuple[FrameView, ...]
    hints: tuple[str, ...]
    paste: str
    command: str
    output: str
    open: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class DiagnosisView:
    """A diagnosis as the page shows it."""

    code: str
    title: str
    message: str
    place: str
    source: tuple[SourceLine, ...]
    hints: tuple[str, ...]
    explains: str
    alternatives: str
    smallest_graph: str
    counterfactual: str


def render(report: Report, *, cache: Path | None = None) -> str:
    """The page. `cache` is a folder in which the compiled template is kept from run to run."""
    template = _environment(cache).get_template("report.html")
    loading = report.submission.loading
    return template.render(
        title=safe_line(f"{report.assignment.title}: {report.submission.id}"),
        report=report,
        ungradable=report.status is Status.UNGRADABLE,
        verdict=words.verdict(report),
        score=words.score(report),
        summary=words.summary(report),
        error=safe(loading.error),
        error_place=_place(loading.error_file, loading.error_line, loading.error_cell),
        error_text=safe(loading.error_text),
        notes=[safe_line(note) for note in loading.notes],
        skipped=[
            (_place(s.file, s.line, s.cell), safe_line(s.text, 120), safe_line(s.why, 200))
            for s in loading.skipped
        ],
        bound=[(b.name, safe_line(b.found_as), _place(b.file, b.line, "")) for b in loading.bound],
        concepts=concepts(report),
        diagnoses=[_diagnosis(report, diagnosis) for diagnosis in report.diagnoses],
        cases=[_case(report, case) for case in report.cases],
        output=safe(report.output),
        submission=safe_line(report.submission.id),
        sandbox=report.sandbox,
    )


@cache
def _environment(folder: Path | None) -> Environment:
    kept = None
    if folder is not None and folder.is_dir():
        kept = FileSystemBytecodeCache(str(folder))
    environment = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=kept,
        auto_reload=True,
    )
    environment.globals["path"] = _path
    return environment


def _case(report: Report, case: CaseReport) -> CaseView:
    outcome = case.verdict.outcome
    ending = case.observed.ending
    frames = ending.frames if isinstance(ending, Crashed) else ()
    return CaseView(
        id=case.case.id,
        title=case.case.title,
        concept=case.case.concept,
        outcome=outcome.value,
        css=outcome.value.replace(" ", "-"),
        sign=words.SIGNS[outcome],
        points=f"{numbers.number(case.verdict.points)} of {numbers.number(case.verdict.max_points)}",
        message=words.message(case),
        graph=case.case.graph.strip(),
        drawing=draw(case) if case.observed.primals else None,
        findings=tuple(map(_finding, case.verdict.findings)),
        first=", ".join(case.verdict.first_divergent),
        frames=tuple(map(_frame, frames)),
        hints=case.case.hints if words.is_wrong(outcome) else (),
        paste=_paste(report, case),
        command=safe_line(f"grader run {report.submission.id} --case {case.case.id}"),
        output=safe(case.observed.output),
        open=words.is_wrong(outcome),
        hidden=case.case.hidden,
    )


def _paste(report: Report, case: CaseReport) -> str:
    if not case.case.graph:
        return ""
    return safe(paste_lines(case.case, report.submission.loading, report.assignment.dialect))


def _finding(finding: Finding) -> FindingView:
    tolerance = finding.tolerance
    entries = tuple(_entries(finding))
    return FindingView(
        words.finding_message(finding),
        f"± {tolerance.relative:g} relative, {tolerance.absolute:g} absolute",
        entries[:MAX_ENTRIES],
        max(0, len(entries) - MAX_ENTRIES),
    )


def _entries(finding: Finding) -> Iterator[Entry]:
    """The elements that differ, where both are arrays of one shape with at least one axis."""
    left, right = finding.observed, finding.expected
    if not (isinstance(left, Array) and isinstance(right, Array)):
        return
    if left.shape != right.shape or not left.shape:
        return
    tolerance = finding.tolerance
    for position, (got, due) in enumerate(zip(left.values, right.values, strict=True)):
        if not abs(got - due) <= tolerance.absolute + tolerance.relative * abs(due):
            ratio = numbers.number(got / due) if due else ""
            yield Entry(
                _index(position, left.shape),
                numbers.number(got),
                numbers.number(due),
                numbers.number(got - due),
                ratio,
            )


def _index(position: int, shape: tuple[int, ...]) -> str:
    index: list[str] = []
    for length in reversed(shape):
        position, place = divmod(position, length)
        index.append(str(place))
    return f"[{', '.join(reversed(index))}]"


def _frame(frame: Frame) -> FrameView:
    return FrameView(
        _place(frame.file, frame.line, frame.cell), safe_line(frame.function), safe_line(frame.text)
    )


def _diagnosis(report: Report, diagnosis: Diagnosis) -> DiagnosisView:
    place, mended = diagnosis.place, diagnosis.counterfactual_score
    return DiagnosisView(
        code=diagnosis.code,
        title=diagnosis.title,
        message=diagnosis.message,
        place=_place(place.file, place.line, place.cell) if place else "",
        source=tuple(_source(report, place.file, place.line)) if place and not place.cell else (),
        hints=diagnosis.hints,
        explains=", ".join(diagnosis.explains),
        alternatives=", ".join(diagnosis.alternatives),
        smallest_graph=diagnosis.smallest_graph,
        counterfactual=""
        if mended is None
        else "With this one mistake mended: "
        f"{numbers.number(mended)} of {numbers.number(report.max_score)} points.",
    )


def _source(report: Report, file: str, line: int) -> Iterator[SourceLine]:
    text = next((text for path, text in report.submission.files if path == file), "")
    lines = text.split("\n")
    for number in range(max(1, line - CONTEXT), min(len(lines), line + CONTEXT) + 1):
        yield SourceLine(number, safe_line(lines[number - 1].rstrip(), 200), number == line)


def _place(file: str, line: int, cell: str) -> str:
    if not line:
        return safe_line(file)
    return f"{safe_line(file)}, {cell}, line {line}" if cell else f"{safe_line(file)}, line {line}"


def _path(points: tuple[tuple[float, float], ...]) -> str:
    """SVG path data: vertical S-curves through the points of a route."""
    (x, y), *rest = points
    commands: list[Any] = [f"M{x:g} {y:g}"]
    for next_x, next_y in rest:
        middle = (y + next_y) / 2
        commands.append(
            f"L{next_x:g} {next_y:g}"
            if next_x == x
            else f"C{x:g} {middle:g} {next_x:g} {middle:g} {next_x:g} {next_y:g}"
        )
        x, y = next_x, next_y
    return "".join(commands)
