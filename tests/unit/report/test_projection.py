"""What a student may see."""

import pytest

from grader.domain.assignment import Reveal
from grader.domain.verdict import Outcome
from grader.records import replace
from grader.report import html
from grader.report.model import WITHHELD
from grader.report.projection import for_student
from tests.unit.report.samples import SAMPLES, hidden, overwritten, reveals


@pytest.mark.parametrize("name", SAMPLES)
def test_projecting_twice_changes_nothing(name):
    shown = for_student(SAMPLES[name]())
    assert for_student(shown) == shown


def test_a_case_without_secrets_stays_as_it_is():
    report = overwritten()
    assert for_student(report).cases == report.cases
    assert for_student(report).flags == ()


def test_a_hidden_case_keeps_its_verdict_and_points_and_nothing_else():
    report = for_student(hidden())
    case, verdict = report.cases[1].case, report.cases[1].verdict
    assert (verdict.outcome, verdict.points, verdict.max_points) == (Outcome.FAILED, 0.0, 3.0)
    assert (case.id, case.title, case.graph, case.concept, case.hints) == (
        "hidden-1",
        "",
        "",
        "",
        (),
    )
    assert report.output == ""
    assert "SECRET" not in repr(report)
    assert "secret" not in repr(report)


def test_each_level_reveals_what_it_says():
    report = reveals()
    shown = {case.case.reveal: case for case in for_student(report).cases}
    assert Reveal.NONE not in shown
    assert for_student(report).withheld == 1
    assert shown[Reveal.VERDICT].case.title
    assert shown[Reveal.VERDICT].verdict.findings == ()
    assert shown[Reveal.VERDICT].case.graph == ""
    actual = shown[Reveal.ACTUAL]
    assert actual.observed == report.cases[2].observed
    assert actual.verdict.findings[0].expected == WITHHELD
    assert actual.expected.readings == actual.expected.primals == ()
    assert shown[Reveal.FULL] == report.cases[3]


def test_a_diagnosis_that_rests_on_hidden_cases_alone_is_left_out():
    report = overwritten()
    secret = hidden()
    both = SAMPLES["overwritten"]()
    assert for_student(both).diagnoses == both.diagnoses
    from dataclasses import replace

    only = replace(report.diagnoses[0], explains=("secret-1",), smallest_graph="SECRET-GRAPH")
    mixed = replace(only, explains=("secret-1", "chain"))
    shown = for_student(replace(secret, diagnoses=(only, mixed))).diagnoses
    assert [one.explains for one in shown] == [("chain",)]
    assert shown[0].smallest_graph == ""


def test_hidden_cases_are_not_counted_among_those_that_might_be_explained():
    known = overwritten()
    wrong = next(one for one in known.cases if one.verdict.outcome is Outcome.FAILED)
    copies = tuple(
        replace(
            wrong,
            case=replace(wrong.case, id=f"copy-{n}"),
            verdict=replace(wrong.verdict, case=f"copy-{n}"),
        )
        for n in range(8)
    )
    secret = replace(
        wrong,
        case=replace(wrong.case, id="secret", hidden=True),
        verdict=replace(wrong.verdict, case="secret"),
    )
    every = (*copies, secret)
    explained = replace(known.diagnoses[0], explains=tuple(one.case.id for one in every))
    report = replace(
        known,
        cases=every,
        diagnoses=(explained,),
        assignment=replace(known.assignment, cases=tuple(one.case for one in every)),
    )
    assert "of 9 of 9 wrong cases" in html.render(report)
    assert "of 8 of 8 wrong cases" in html.render(for_student(report))
