"""What a student may see: everything else is taken out of the data, before any renderer sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from grader.domain.assignment import Assignment, Case, Reveal, Translation
from grader.domain.diagnosis import Diagnosis
from grader.domain.program import Program
from grader.domain.transcript import Completed, Transcript
from grader.domain.verdict import Verdict
from grader.records import replace
from grader.remembered import Remembered
from grader.report.model import WITHHELD, CaseReport, Report

_TOLD: Remembered[tuple[Translation, ...]] = Remembered(most=8)
_CASES: Remembered[Case] = Remembered()
_VERDICTS: Remembered[Verdict] = Remembered()
NO_PROGRAM: Final = Program((), (), ())
NOTHING: Final = Transcript(Completed())


def for_student(report: Report) -> Report:
    """The report without what `hidden` and `reveal` forbid.

    A hidden case keeps its verdict word and its points, and loses even its name. `reveal: none`
    leaves a case out altogether; `verdict` keeps its name and verdict; `actual` everything but the
    expected answers; `full` all. Ladders of hints end where the assignment says. Doing it twice changes nothing.
    """
    kept = [one for one in report.cases if one.case.reveal is not Reveal.NONE]
    names = _names(report)
    cases = tuple(_shown(one, names) for one in kept)
    secret = frozenset(one.case.id for one in report.cases if one.case.is_secret)
    diagnoses = (_diagnosis(one, report.assignment, secret) for one in report.diagnoses)
    steps = report.assignment.hint_steps
    return replace(
        report,
        assignment=_assignment(report.assignment, names),
        cases=tuple(_with_case(one, _up_to(one.case, steps)) for one in cases),
        diagnoses=tuple(replace(one, hints=one.hints[:steps]) for one in diagnoses if one),
        flags=(),
        laps=(),
        output="" if secret else report.output,
        withheld=report.withheld + len(report.cases) - len(kept),
    )


def _up_to(case: Case, steps: int | None) -> Case:
    """The case with a shorter ladder; the same where it is not shortened, since much is kept by identity."""
    if case.hints[:steps] == case.hints:
        return case
    return _CASES.get((case,), lambda: replace(case, hints=case.hints[:steps]), steps)


def _with_case(one: CaseReport, case: Case) -> CaseReport:
    return one if case is one.case else replace(one, case=case)


def _names(report: Report) -> Mapping[str, str]:
    """The name under which each case is shown: that of a hidden one would tell what it asks."""
    hidden = [case.id for case in _all_cases(report) if case.hidden]
    numbered = {id: f"hidden-{number}" for number, id in enumerate(hidden, 1)}
    return {case.id: numbered.get(case.id, case.id) for case in _all_cases(report)}


def _all_cases(report: Report) -> tuple[Case, ...]:
    every = {case.id: case for case in report.assignment.cases}
    return tuple((every | {one.case.id: one.case for one in report.cases}).values())


def _assignment(assignment: Assignment, names: Mapping[str, str]) -> Assignment:
    kept = (case for case in assignment.cases if case.reveal is not Reveal.NONE)
    return replace(
        assignment,
        cases=tuple(_up_to(_case(case, names), assignment.hint_steps) for case in kept),
        translations=_told(assignment),
    )


def _told(assignment: Assignment) -> tuple[Translation, ...]:
    """The translations of what is shown: those of a hidden case's texts would tell it in another language.

    They are the same object for all of a class.
    """
    return _TOLD.get((assignment,), lambda: _told_of(assignment))


def _told_of(assignment: Assignment) -> tuple[Translation, ...]:
    shown = {assignment.title, assignment.summary}
    for case in assignment.cases:
        if case.reveal is not Reveal.NONE and not case.hidden:
            shown.add(case.title)
            if case.reveal in (Reveal.FULL, Reveal.ACTUAL):
                shown.update(case.hints[: assignment.hint_steps])
                shown.update(one.title for one in case.conventions)
    return tuple(one for one in assignment.translations if one.text in shown)


def _case(case: Case, names: Mapping[str, str]) -> Case:
    name, needs = names.get(case.id, case.id), _renamed(case.needs, names)
    return _CASES.get((case,), lambda: _case_anew(case, name, needs), name, needs)


def _case_anew(case: Case, name: str, needs: tuple[str, ...]) -> Case:
    if case.hidden:
        return Case(
            name,
            "",
            "",
            "",
            NO_PROGRAM,
            points=case.points,
            hidden=True,
            reveal=Reveal.VERDICT,
        )
    if case.reveal is Reveal.VERDICT:
        return Case(
            case.id,
            case.title,
            case.concept,
            "",
            NO_PROGRAM,
            points=case.points,
            reveal=case.reveal,
            needs=needs,
        )
    if case.reveal is Reveal.ACTUAL:
        return replace(case, literals=(), conventions=(), needs=needs)
    return case if needs == case.needs else replace(case, needs=needs)


def _shown(one: CaseReport, names: Mapping[str, str]) -> CaseReport:
    case, verdict = _case(one.case, names), one.verdict
    waits_for = _renamed(verdict.waits_for, names)
    if one.case.is_secret:
        told = () if case.hidden else waits_for
        bare = _VERDICTS.get((verdict,), lambda: _bare(case.id, verdict, told), case.id, told)
        return CaseReport(case, bare, NOTHING, NOTHING)
    if waits_for != verdict.waits_for:
        verdict = _VERDICTS.get(
            (verdict,), lambda: replace(one.verdict, waits_for=waits_for), waits_for
        )
    if one.case.reveal is Reveal.ACTUAL:
        findings = tuple(replace(finding, expected=WITHHELD) for finding in verdict.findings)
        verdict = replace(verdict, findings=findings)
        return CaseReport(case, verdict, one.observed, NOTHING, film=one.film, side=one.side)
    if case is one.case and verdict is one.verdict:
        return one  # much is kept by identity
    return replace(one, case=case, verdict=verdict)


def _bare(id: str, verdict: Verdict, waits_for: tuple[str, ...]) -> Verdict:
    return Verdict(id, verdict.outcome, verdict.points, verdict.max_points, waits_for=waits_for)


def _renamed(ids: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names.get(id, id) for id in ids)


def _diagnosis(
    diagnosis: Diagnosis, assignment: Assignment, secret: frozenset[str]
) -> Diagnosis | None:
    """A diagnosis rests on cases: one that rests on secret ones alone would tell what they ask."""
    explains = tuple(id for id in diagnosis.explains if id not in secret)
    if diagnosis.explains and not explains:
        return None
    hidden = [case for case in assignment.cases if case.id in secret]
    smallest = diagnosis.smallest
    tells = diagnosis.smallest_graph.strip() in {case.graph.strip() for case in hidden} or (
        smallest is not None
        and smallest.case.program.statements in {case.program.statements for case in hidden}
    )
    return replace(
        diagnosis,
        explains=explains,
        smallest_graph="" if tells else diagnosis.smallest_graph,
        smallest=None if tells else smallest,
        shown_by="" if diagnosis.shown_by in secret else diagnosis.shown_by,
    )
