"""Changes in words: a line per case, and one for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from grader.domain.safe_text import safe_line
from grader.report import numbers
from grader.report.changes import Change, Changes, Kind
from grader.report.drawing import cells
from grader.report.language import say
from grader.report.terminal import written

SIGNS: Final[dict[Kind, str]] = {
    Kind.FIXED: "✓",
    **dict.fromkeys((Kind.BROKEN, Kind.SAME, Kind.ANOTHER, Kind.STILL, Kind.FOUND), "✗"),
    **dict.fromkeys((Kind.UNJUDGED, Kind.ADDED, Kind.REMOVED, Kind.UNCHANGED), "○"),
}
# The first thing to know comes first.
ORDER: Final = (Kind.BROKEN, Kind.FIXED, Kind.FOUND, Kind.ANOTHER, Kind.SAME, Kind.STILL)
MAX_MESSAGE: Final = 300


def render(
    found: Changes, *, verbose: int = 0, color: bool = False, encoding: str | None = None
) -> str:
    """What `grader diff` prints: a line per case that is wrong or has changed, and the totals."""
    lines = []
    if found.assignment != found.assignment_before:
        lines.append(say("changes.assignments", old=found.assignment_before, new=found.assignment))
    if found.error_before:
        lines.append("○ " + say("changes.not_loaded.before", error=safe_line(found.error_before)))
    if found.error:
        lines.append("✗ " + say("changes.not_loaded", error=safe_line(found.error)))
    if not found.error and not found.error_before:
        lines += cause_lines(found)
        lines += case_lines(found.cases, verbose=verbose, before=True)
    lines += ["", *total_lines(found)] if lines else total_lines(found)
    return written(lines, color=color, encoding=encoding)


def as_data(found: Changes) -> dict[str, Any]:
    """The changes as a JSON document."""
    counts = {kind.value: found.count(kind) for kind in Kind}
    return {"counts": counts, **asdict(found), "worse": found.worse}


def cause_lines(found: Changes) -> Iterator[str]:
    """What explains the wrong numbers, and whether it did so before."""
    for cause in found.causes:
        yield say(f"cause.{cause.since.value}", code=cause.code, title=safe_line(cause.title))


def case_lines(cases: Sequence[Change], *, verbose: int = 0, before: bool = False) -> Iterator[str]:
    """A line per case; with `before`, what was said of a changed mistake too."""
    shown = [case for case in cases if verbose or case.kind is not Kind.UNCHANGED]
    width = min(40, max((cells(case.case) for case in shown), default=0))
    for case in shown:
        name = case.case + " " * (width - cells(case.case))
        wrong = SIGNS[case.kind] == "✗"
        said = f": {safe_line(case.message, MAX_MESSAGE)}" if wrong else ""
        sign = "✓" if case.kind is Kind.UNCHANGED and case.outcome == "passed" else SIGNS[case.kind]
        yield f"{sign} {name}  {say(f'change.{case.kind.value}')}{said}"
        if before and case.kind is Kind.ANOTHER and case.before != case.message:
            yield f"    {say('changes.before', message=safe_line(case.before, MAX_MESSAGE))}"


def total_lines(found: Changes) -> Iterator[str]:
    """`2 fixed, 1 broken   80 of 130 points (before: 64 of 130)`."""
    yield f"{tally(found)}   {points(found)}"


def tally(found: Changes) -> str:
    """How many cases became what; nothing is said of those that did not change."""
    kinds = [*ORDER, *(kind for kind in Kind if kind not in ORDER and kind is not Kind.UNCHANGED)]
    counted = [
        say("changes.count", count=found.count(kind), kind=say(f"change.{kind.value}"))
        for kind in kinds
        if found.count(kind)
    ]
    return ", ".join(counted) if counted else say("changes.nothing")


def points(found: Changes) -> str:
    values = {
        "score": numbers.number(found.score),
        "max_score": numbers.number(found.max_score),
        "before": numbers.number(found.score_before),
        "max_before": numbers.number(found.max_score_before),
    }
    same = found.max_score == found.max_score_before
    if found.score == found.score_before and same:
        return say("score", score=values["score"], max_score=values["max_score"])
    return say("changes.points" if same else "changes.points.of", **values)
