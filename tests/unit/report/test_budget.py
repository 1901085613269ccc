"""Every output is below 5 MB, however much a submission says, and whoever says little keeps it all."""

import json
from dataclasses import replace

import pytest

from grader.domain.film import Film, Step, Write
from grader.domain.transcript import Crashed, Frame, NotANumber, Transcript
from grader.report import html, junit, results
from grader.report.border import made_safe
from grader.report.budget import PRINTED, RAISED, share
from tests.unit.report.samples import CHAIN, CHAIN_ANSWER, completed, readings, report

MOST = 5_000_000
SOURCE = "\n".join(["0" + "&0" * 70] * 400)
CUT = "the rest is left out: all cases together print or raise more than a report holds"


def crashing(count, letter, *, frames=()):
    """A report of so many cases, each of which prints and raises as much as a transcript holds."""
    crash = Crashed(letter * 80, letter * 5_000, 1, frames)
    observed = Transcript(crash, *readings(x=1.0), output=letter * 60_000)
    return of_cases(count, lambda number: observed)


def of_cases(count, observed):
    cases = (replace(CHAIN, id=f"chain-{number}") for number in range(count))
    made = report(*((case, observed(n), CHAIN_ANSWER) for n, case in enumerate(cases)))
    files = (("autodiff.py", SOURCE),)
    return replace(made, submission=replace(made.submission, files=files))


def outputs(shown):
    return html.render(shown), results.to_json(shown), junit.render(shown)


@pytest.mark.parametrize("letter", ["&", "\U00020000"])
def test_what_is_printed_and_raised_is_cut_and_says_so(letter):
    shown = crashing(150, letter)
    for text in outputs(shown):
        assert len(text.encode()) < MOST
        assert CUT in text
    safe = made_safe(shown)
    assert made_safe(safe) == safe
    assert sum(len(case.observed.output) for case in safe.cases) <= PRINTED
    assert sum(len(case.observed.ending.message) for case in safe.cases) <= RAISED


def test_what_one_case_prints_is_not_cut_because_of_the_others():
    quiet = Transcript(CHAIN_ANSWER.ending, *readings(x=3.0), output="quiet")
    loud = replace(quiet, output="&" * 60_000)
    safe = made_safe(of_cases(150, lambda number: loud if number == 7 else quiet))
    assert [len(case.observed.output) for case in safe.cases][6:9] == [5, 8_000, 5]


def test_lines_of_the_submission_are_left_out_where_they_fill_the_page():
    def observed(number):
        lines = range(number * 20 + 1, number * 20 + 21)
        frames = tuple(Frame("autodiff.py", line, "f", "0&0") for line in lines)
        return Transcript(Crashed("E", "it broke", 1, frames), *readings(x=1.0))

    page = html.render(of_cases(20, observed))
    assert len(page.encode()) < MOST
    assert "lines of code and the steps of backward passes are left out" in page
    assert "it broke" in page


def test_long_films_are_left_out_where_they_fill_the_document():
    text = NotANumber("&" * 80, "&" * 80)
    write = Write("x", text, text)
    film = Film((Step("&" * 80, ("y",), (text,) * 4, writes=(write,) * 4),) * 60, agrees=True)
    shown = of_cases(150, lambda number: completed(x=3.0, a=9.0, y=81.0, x__grad=1.0))
    shown = replace(shown, cases=tuple(replace(case, film=film) for case in shown.cases))
    assert max(len(text.encode()) for text in outputs(shown)) < MOST
    document = json.loads(results.to_json(shown, shown))
    assert [case["outcome"] for case in document["cases"]] == ["failed"] * 150
    assert "are left out" in document["submission"]["loading"]["notes"][0]


def test_short_texts_leave_more_to_the_others():
    assert share([10, 10, 10], 30) == 10
    assert share([1, 2, 90, 80], 30) == 13
    assert share([90, 90, 90], 30) == 10
    assert share([], 30) == 0
