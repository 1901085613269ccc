"""A case as its author sees it: what the reference answers, where gradients come from, in which order."""

from __future__ import annotations

from pathlib import Path

from grader.answers import Store, answers_for
from grader.course import names
from grader.domain.assignment import Assignment, Case
from grader.errors import NoCaseSelected, did_you_mean
from grader.filming import right_films
from grader.grading import compiled, select
from grader.judging.verdicts import judge
from grader.records import replace
from grader.report.model import CaseReport
from grader.sandbox import Guest


def cases_named(
    pattern: str, places: tuple[Path, ...], store: Store, *, seed: int = 0, hidden: bool = False
) -> tuple[Assignment, tuple[Case, ...]]:
    """The first of some assignments that has cases of that name, and these cases.

    Raises NoCaseSelected where none has; hidden cases are known only where `hidden` asks for them.
    """
    known: list[str] = []
    for place in places:
        assignment = compiled(place, store, seed)
        if hidden and (found := [case for case in assignment.cases if case.id == pattern]):
            return assignment, tuple(found)
        try:
            return assignment, select(assignment, (pattern,)).cases
        except NoCaseSelected:
            known += [case.id for case in assignment.cases if hidden or not case.hidden]
    where = f"{places[0].name!r}" if len(places) == 1 else "the course"
    raise NoCaseSelected(
        f"no case of {where} matches {pattern!r}{did_you_mean(pattern, dict.fromkeys(known))}"
    )


def course_places(folder: Path, store: Store) -> tuple[Path, ...]:
    """The assignments of a course, in its order."""
    return tuple(folder / name for name in names(folder, store))


def answered(
    assignment: Assignment, cases: tuple[Case, ...], guest: Guest, store: Store
) -> tuple[CaseReport, ...]:
    """Each case as the reference answers it, with its backward pass."""
    asked = replace(assignment, cases=cases)
    answers = answers_for(asked, guest, store)
    films = right_films(cases, guest, store, assignment.functions)
    return tuple(
        CaseReport(
            case,
            judge(case, answers[case.id], answers[case.id]),
            answers[case.id],
            answers[case.id],
            right_film=films.get(case.id),
        )
        for case in cases
    )
