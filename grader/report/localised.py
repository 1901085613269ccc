"""Where a report enters a renderer: its language is spoken, and its texts are in that language and safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from grader.domain.assignment import Assignment, Case
from grader.domain.diagnosis import Diagnosis
from grader.domain.language import ENGLISH
from grader.records import replace
from grader.remembered import Remembered
from grader.report.border import made_safe
from grader.report.heard import heard
from grader.report.language import known_texts, speaking
from grader.report.model import CaseReport, Report

P = ParamSpec("P")
T = TypeVar("T")

_TEXTS: Remembered[Mapping[str, str]] = Remembered()
_CASES: Remembered[Case] = Remembered()
# A report is rendered more than once, and then comes the next.
_READY: Remembered[Report] = Remembered(most=2)


def renderer(
    render: Callable[Concatenate[Report, P], T],
) -> Callable[Concatenate[Report, P], T]:
    """A renderer that is given a report in the report's own language, with safe texts."""

    @wraps(render)
    def rendered(report: Report, /, *arguments: P.args, **options: P.kwargs) -> T:
        with speaking(report.language):
            ready = _READY.get((report,), lambda: made_safe(localised(report)))
            return render(ready, *arguments, **options)

    return rendered


def localised(report: Report) -> Report:
    """The report with the teacher's texts, and the catalogue's, in its language where they are given."""
    told_in = {one.language for one in report.assignment.translations}
    if report.language == ENGLISH and ENGLISH not in told_in:
        return report  # the very same: much is kept by identity
    texts, loading = _texts(report), report.submission.loading
    return replace(
        report,
        submission=replace(
            report.submission,
            loading=replace(
                loading, error=heard(loading.error), notes=tuple(map(heard, loading.notes))
            ),
        ),
        assignment=_assignment(report.assignment, texts),
        cases=tuple(_case_report(one, texts) for one in report.cases),
        diagnoses=tuple(_diagnosis(one, texts) for one in report.diagnoses),
    )


def _texts(report: Report) -> Mapping[str, str]:
    translations, language = report.assignment.translations, report.language

    def texts() -> Mapping[str, str]:
        own = {one.text: one.translation for one in translations if one.language == language}
        return {**known_texts(language), **own}

    return _TEXTS.get((translations,), texts, language)


def _assignment(assignment: Assignment, texts: Mapping[str, str]) -> Assignment:
    return replace(
        assignment,
        title=texts.get(assignment.title, assignment.title),
        summary=texts.get(assignment.summary, assignment.summary),
        cases=tuple(_case(case, texts) for case in assignment.cases),
    )


def _case_report(one: CaseReport, texts: Mapping[str, str]) -> CaseReport:
    case, verdict = _case(one.case, texts), one.verdict
    convention = texts.get(verdict.convention, verdict.convention)
    if convention != verdict.convention:
        verdict = replace(verdict, convention=convention)
    return replace(one, case=case, verdict=verdict)


def _case(case: Case, texts: Mapping[str, str]) -> Case:
    return _CASES.get((case, texts), lambda: _translated(case, texts))


def _translated(case: Case, texts: Mapping[str, str]) -> Case:
    return replace(
        case,
        title=texts.get(case.title, case.title),
        hints=tuple(texts.get(hint, hint) for hint in case.hints),
        conventions=tuple(
            replace(one, title=texts.get(one.title, one.title)) for one in case.conventions
        ),
    )


def _diagnosis(diagnosis: Diagnosis, texts: Mapping[str, str]) -> Diagnosis:
    return replace(
        diagnosis,
        title=texts.get(diagnosis.title, diagnosis.title),
        message=texts.get(diagnosis.message, diagnosis.message),
        hints=tuple(texts.get(hint, hint) for hint in diagnosis.hints),
    )
