"""One case as text: its graph as a table, where gradients come from, the order of the backward pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from grader.domain.film import Film
from grader.report import numbers, words
from grader.report.drawing import cells
from grader.report.language import say
from grader.report.model import CaseReport
from grader.report.page_paths import paths_of
from grader.report.paths import Origin, origin
from grader.report.results import last_frame
from grader.report.states import conditions
from grader.report.tables import Row, row

NOTHING: Final = ("", numbers.NOTHING)


def verdict_lines(report: CaseReport) -> Iterator[str]:
    """What became of a case: its message, its graph, and every variable with what is expected of it."""
    outcome = report.verdict.outcome
    yield f"{words.SIGNS[outcome]} {words.word(outcome)}: {words.message(report)}"
    frame = last_frame(report)
    if frame:
        yield f"    {words.place(frame.file, frame.line, frame.cell)}: {frame.text}"
    yield from (f"    {line}" for line in report.case.graph.strip().splitlines())
    told = conditions(report)
    if told and report.observed.primals:
        yield ""
        yield from table(tuple(map(row, told)))


def answer_lines(report: CaseReport) -> Iterator[str]:
    """A case as its author wrote it, what is expected, where each gradient comes from, and in which order."""
    case = report.case
    about = say("show.about", concept=case.concept, points=numbers.number(case.points))
    yield f"{case.id}   {case.title}   {about}"
    yield from (f"    {one.name} = {numbers.observation(one.value)}" for one in case.program.inputs)
    yield from (f"    {line}" for line in case.graph.strip().splitlines())
    told = conditions(report)
    if told and report.observed.primals:
        yield ""
        yield from table(tuple(map(row, told)), states=False)
    for given in case.program.inputs:
        found = origin(report, given.name)
        if found is not None and found.rows:
            yield ""
            yield from origin_lines(found)
    if report.right_film:
        yield ""
        yield say("show.backward")
        yield from film_lines(report.right_film)


def table(rows: Sequence[Row], *, states: bool = True) -> Iterator[str]:
    """The variables of a graph, one a line. Columns that say nothing are left out."""
    head = [say(f"table.{key}") for key in ("variable", "state", "value", "gradient", "expected")]
    body = [
        [
            one.name,
            f"{one.sign} {one.word}" if states else "",
            one.value.text,
            one.gradient.text,
            one.expected_gradient.text if one.expected_gradient else "",
        ]
        for one in rows
    ]
    kept = [n for n in range(len(head)) if any(line[n] not in NOTHING for line in body)]
    lines = [[line[n] for n in kept] for line in (head, *body)]
    yield from aligned(lines)


def aligned(lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of cells, one under another on a terminal."""
    widths = [max(map(cells, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (
            text + " " * (width - cells(text)) for text, width in zip(line, widths, strict=True)
        )
        yield "  ".join(padded).rstrip()


def origin_lines(found: Origin) -> Iterator[str]:
    """Where one gradient comes from: a line per path, and the sum."""
    part = paths_of(found)
    yield part.title
    yield f"    {part.intro}"
    rows = [
        [f"    {one.number}", _stations(one.stations), one.factors, f"= {one.brings}"]
        for one in part.rows
    ]
    yield from aligned(rows) if rows else ()
    if len(rows) > 1:
        yield f"    {part.total}"


def film_lines(film: Film) -> Iterator[str]:
    """The backward pass of the reference, function by function, with the gradients that each hands on."""
    number = 0
    for step in film.steps:
        writes = ", ".join(
            f"{write.variable}.grad {numbers.observation(write.before)} → "
            f"{numbers.observation(write.after)}"
            for write in step.writes
            if write.variable
        )
        if step.function:
            number += 1
            made = ", ".join(step.targets)
            yield f"    {number:2}  {step.function} ({made})   {writes}".rstrip()
        elif writes and not number:
            yield f"        {writes}"


def _stations(stations: Sequence[tuple[str, str]]) -> str:
    return " ".join(filter(None, (word for station in stations for word in station)))
