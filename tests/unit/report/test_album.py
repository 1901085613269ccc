"""Right answers are printed from what an earlier run printed, and look the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.answers import Store
from grader.domain.array import Array
from grader.domain.language import LANGUAGES
from grader.domain.program import Program
from grader.domain.transcript import Reading
from grader.printing import print_page
from grader.records import replace
from grader.report import html, page_case
from grader.report.album import Printed, name_of
from grader.report.model import CaseReport, Report
from grader.report.projection import for_student
from tests.unit.report import samples

SAMPLES = ("right", "overwritten", "filmed", "every_state", "hidden", "convention", "hostile")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_page_from_an_album_is_the_page(sample: str, language: str) -> None:
    album: dict[str, Printed] = {}
    report = for_student(replace(getattr(samples, sample)(), language=language))
    plain = html.render(report)
    assert html.render(report, album=album) == plain
    before = dict(album)
    assert html.render(report, album=album) == plain
    assert album == before


def test_what_was_printed_is_not_drawn_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = samples.right()
    first = print_page(report, Store(tmp_path))
    monkeypatch.setattr(page_case, "_part", None)
    another = replace(report, submission=replace(report.submission, id="bert.py"))
    second = print_page(another, Store(tmp_path))
    assert first != second
    assert first.replace("anna.py", "bert.py") == second


def one() -> CaseReport:
    return samples.right().cases[0]


def moved(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    first, *others = readings
    assert isinstance(first.found, Array)
    return (replace(first, found=Array.of(first.found.values[0] + 1e-15)), *others)


@pytest.mark.parametrize(
    "other",
    [
        lambda: replace(one(), case=replace(one().case, title="Another")),
        lambda: replace(one(), case=replace(one().case, program=Program((), (), ()))),
        lambda: replace(one(), verdict=replace(one().verdict, points=0.5)),
        lambda: replace(one(), observed=replace(one().observed, output="printed")),
        lambda: replace(one(), observed=replace(one().observed, readings=())),
        lambda: replace(one(), observed=replace(one().observed, primals=())),
        lambda: replace(
            one(), observed=replace(one().observed, readings=moved(one().observed.readings))
        ),
        lambda: replace(
            one(), expected=replace(one().expected, primals=moved(one().expected.primals))
        ),
    ],
)
def test_whatever_is_shown_is_in_the_name(other: object) -> None:
    assert name_of(one(), ("case-1",)) == name_of(one(), ("case-1",))
    assert name_of(other(), ("case-1",)) != name_of(one(), ("case-1",))  # type: ignore[operator]


def test_so_is_the_place() -> None:
    assert name_of(one(), ("case-1",)) != name_of(one(), ("case-2",))


def test_an_album_forgets_the_oldest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.printing.MOST", 1)
    report: Report = samples.right()
    for points in (1.0, 2.0, 3.0):
        cases = tuple(
            replace(case, verdict=replace(case.verdict, points=points)) for case in report.cases
        )
        print_page(replace(report, cases=cases), Store(tmp_path))
    (kept,) = tmp_path.glob("*.json")
    assert kept.read_text().count('"is":"Printed"') == len(report.assignment.cases)
