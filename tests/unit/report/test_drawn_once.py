"""What is the same on every page of a class is made once: in each language, translated or not."""

from __future__ import annotations

import pytest

from grader.domain.assignment import Translation
from grader.domain.language import LANGUAGES
from grader.records import replace
from grader.report import html, page_case
from grader.report.model import Report
from grader.report.projection import for_student
from tests.unit.report.samples import right

TITLE = "Two functions in a row"


def pages(report: Report, language: str) -> list[str]:
    """The pages of two submissions with the same answers, as a class makes them."""
    return [
        html.render(for_student(replace(report, language=language, submission=submission)))
        for submission in (report.submission, replace(report.submission, id="bert.py"))
    ]


@pytest.fixture
def translated() -> Report:
    """A report that nobody has rendered yet, of an assignment with translations."""
    known = right()
    given = tuple(
        Translation(language, known.assignment.title, f"{language} title")
        for language in LANGUAGES
        if language != "en"
    )
    cases = tuple(replace(one, case=replace(one.case, title=TITLE)) for one in known.cases)
    return replace(known, cases=cases, assignment=replace(known.assignment, translations=given))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_right_answer_is_drawn_once_for_a_class(
    translated: Report, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw, part = page_case.figure, page_case._part

    def figure(one, *arguments, **options):
        drawn.append(f"figure of {one.case.id}")
        return draw(one, *arguments, **options)

    def made(report, one, *arguments, **options):
        drawn.append(f"part of {one.case.id}")
        return part(report, one, *arguments, **options)

    monkeypatch.setattr(page_case, "figure", figure)
    monkeypatch.setattr(page_case, "_part", made)
    first, second = pages(translated, language)
    assert first != second
    assert drawn
    assert sorted(drawn) == sorted(set(drawn))
    assert (f"{language} title" in first) is (language != "en")
