"""What `grader watch` prints for each save: what changed, a line per case, and the totals."""

from __future__ import annotations

from collections.abc import Iterator

from grader.report import changes_text, words
from grader.report.changes import Changes
from grader.report.language import say
from grader.report.localised import renderer
from grader.report.model import Report
from grader.report.terminal import diagnosis_lines, full, written


def opening(report: Report, *, verbose: int, color: bool) -> str:
    """The first round: what is not right yet."""
    return full(report, verbose=verbose, color=color).strip("\n")


@renderer
def saved(
    report: Report, found: Changes | None, *, number: int, time: str, verbose: int, color: bool
) -> str:
    """A later round. Without `found`, the submission cannot be loaded, or could not until now."""
    heading = say("live.save", time=time, number=number)
    if report.submission.loading.error:
        return written([heading, *_not_loaded(report)], color=color)
    if found is None:
        return written([heading, opening(report, verbose=verbose, color=False)], color=color)
    lines = [heading, *changes_text.case_lines(found.cases, verbose=verbose)]
    lines += diagnosis_lines(report)
    lines += changes_text.total_lines(found)
    if report.all_passed:
        lines.append(words.headline(report))
    return written(lines, color=color)


@renderer
def line(report: Report, found: Changes | None, *, number: int, time: str) -> str:
    """A later round in one line."""
    heading = say("live.save", time=time, number=number)
    if report.submission.loading.error:
        return written([f"{heading}: {words.headline(report)}"], color=False)
    told = (
        f"{words.tally(report)}   {words.score(report)}"
        if found is None
        else f"{changes_text.tally(found)}   {changes_text.points(found)}"
    )
    return written([f"{heading}: {told}"], color=False)


@renderer
def causes(report: Report, *, color: bool) -> str:
    """What explains the wrong numbers, if anything known does."""
    return written(list(diagnosis_lines(report)), color=color).strip("\n")


def _not_loaded(report: Report) -> Iterator[str]:
    loading = report.submission.loading
    where = words.place(loading.error_file, loading.error_line, loading.error_cell)
    yield f"✗ {loading.error}" + (f"   {where}" if where else "")
    for line in loading.error_text.splitlines():
        yield f"    {line}"
    yield say("live.goes_on")
