"""What the terminal shows: problems first, the summary and the next step last."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from grader.domain.verdict import Outcome, Status
from grader.report import words
from grader.report.model import CaseReport, Report
from grader.report.safe_text import safe_line

STYLES = {"✓": "green", "✗": "red", "○": "yellow", "…": "yellow", "!": "magenta"}
PLAIN_SIGNS = {"✓": "ok  ", "✗": "FAIL", "○": "none", "…": "wait", "!": "BUG "}


def full(
    report: Report,
    *,
    path: str = "",
    quiet: int = 0,
    verbose: int = 0,
    color: bool = False,
    encoding: str | None = None,
) -> str:
    """Loading, diagnoses, a line per case (passing ones with `verbose`), the summary, the next step."""
    lines = [*_loading(report, verbose), *_diagnoses(report)]
    lines += [line for case in report.cases for line in _case(case, quiet, verbose)]
    if not quiet:
        lines += ["", words.verdict(report), _totals(report)]
        if path:
            lines.append(f"open report: {path}")
    return _finish(lines, color, encoding or sys.stdout.encoding or "ascii")


def concise(report: Report, *, color: bool = False, encoding: str | None = None) -> str:
    """One line per case that is not right, and the totals."""
    lines = [
        f"{words.SIGNS[case.verdict.outcome]} {case.case.id}: {words.message(case) or case.verdict.outcome.value}"
        for case in report.cases
        if case.verdict.outcome is not Outcome.PASSED
    ]
    return _finish([*lines, _totals(report)], color, encoding or sys.stdout.encoding or "ascii")


def _loading(report: Report, verbose: int) -> Iterable[str]:
    loading = report.submission.loading
    if report.status is Status.UNGRADABLE:
        where = f" ({_place(loading.error_file, loading.error_line, loading.error_cell)})"
        yield f"✗ {safe_line(loading.error)}{where if loading.error_line else ''}"
        if loading.error_text:
            yield f"    {safe_line(loading.error_text)}"
    for note in loading.notes if verbose else ():
        yield f"note: {safe_line(note)}"
    for skipped in loading.skipped if verbose or report.status is Status.UNGRADABLE else ():
        place = _place(skipped.file, skipped.line, skipped.cell)
        yield f"passed over {place}: {safe_line(skipped.text, 60)} ({safe_line(skipped.why, 120)})"
    if verbose:
        for bound in loading.bound:
            yield f"{bound.name}: {safe_line(bound.found_as)} ({bound.file}:{bound.line})"


def _diagnoses(report: Report) -> Iterable[str]:
    for diagnosis in report.diagnoses:
        place = diagnosis.place
        where = f"  {_place(place.file, place.line, place.cell)}" if place else ""
        yield f"{diagnosis.code} {diagnosis.message}{where}"
        if diagnosis.counterfactual_score is not None:
            yield f"    with this one mistake mended: {diagnosis.counterfactual_score:g} of {report.max_score:g}"


def _case(report: CaseReport, quiet: int, verbose: int) -> Iterable[str]:
    outcome = report.verdict.outcome
    if outcome is Outcome.PASSED and not verbose:
        return
    if outcome in (Outcome.NOT_ATTEMPTED, Outcome.SKIPPED) and quiet:
        return
    first = report.verdict.first_divergent
    where = f"  first wrong: {', '.join(first)}" if first else ""
    yield f"{words.SIGNS[outcome]} {outcome.value:<13} {report.case.id}{where}"
    if text := words.message(report):
        yield f"    {text}"


def _totals(report: Report) -> str:
    return f"{words.summary(report)}   {words.score(report)}"


def _place(file: str, line: int, cell: str) -> str:
    return f"{safe_line(file)}, {cell}, line {line}" if cell else f"{safe_line(file)}:{line}"


def _finish(lines: Iterable[str], color: bool, encoding: str) -> str:
    text = "\n".join(lines)
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        for sign, plain in PLAIN_SIGNS.items():
            text = text.replace(sign, plain)
        text = text.encode("ascii", "backslashreplace").decode("ascii")
    return _colored(text) if color else text


def _colored(text: str) -> str:
    """Signs and codes in colour, by rich: loaded only where colour is wanted."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    console = Console(
        file=StringIO(),
        force_terminal=True,
        color_system="standard",
        soft_wrap=True,
        no_color=False,
    )
    for line in text.split("\n"):
        styled = Text(line)
        if line[:1] in STYLES:
            styled.stylize(f"bold {STYLES[line[0]]}", 0, 1)
        elif line.startswith("AD"):
            styled.stylize("bold", 0, 5)
        console.print(styled)
    output = console.file
    assert isinstance(output, StringIO)
    return output.getvalue().rstrip("\n")
