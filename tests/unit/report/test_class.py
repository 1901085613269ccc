"""The class page: causes ranked, riddles grouped, cases counted; whatever students wrote stays text."""

import re
from dataclasses import replace

import pytest
import yaml

from grader.domain.language import LANGUAGES
from grader.report import class_findings as findings
from grader.report.class_html import render_class
from grader.report.class_model import ClassReport, Column, Named, Student, columns, student
from grader.report.language import sentences
from grader.report.results import results
from tests.unit.report.classes import class_of
from tests.unit.report.samples import SAMPLES

COLUMNS = (
    Column("chain", "A chain", "rule", False),
    Column("diamond", "A diamond", "order", False),
)
OVERWRITE = Named("overwrite", "AD401", "The last path wins")
STACK = Named("stack_seen", "AD201", "Undone too early")


def one(id, outcomes=("passed", "passed"), **more):
    score = float(outcomes.count("passed"))
    return Student(id, "", "", "graded", "", score, 2.0, 3, outcomes, **more)


def class_with(*students):
    return ClassReport("A class", COLUMNS, students)


def test_misconceptions_are_ranked_by_the_number_of_students():
    report = class_with(
        one("ada", diagnoses=(STACK,)),
        one("bob", diagnoses=(OVERWRITE,)),
        one("eve", diagnoses=(OVERWRITE, STACK)),
        one("kim", diagnoses=(OVERWRITE,)),
    )
    found = [(cause.named.id, [s.id for s in cause.students]) for cause in findings.causes(report)]
    assert found == [("overwrite", ["bob", "eve", "kim"]), ("stack_seen", ["ada", "eve"])]


def test_equal_unknown_behaviour_is_one_riddle():
    same = ("diamond: x.grad value 7.0",)
    report = class_with(
        one("ada", unexplained=same),
        one("bob", unexplained=("diamond: x.grad value 9.0",)),
        one("eve", unexplained=same),
        one("kim"),
    )
    found = [[s.id for s in riddle.students] for riddle in findings.riddles(report)]
    assert found == [["ada", "eve"], ["bob"]]


def test_the_stub_of_a_riddle_is_the_beginning_of_a_catalogue_file():
    riddle = findings.Riddle(("diamond: x.grad value 7.0",), (one("ada"), one("eve")))
    stub = findings.stub(riddle, 3)
    assert yaml.safe_load(stub).keys() >= {"id", "code", "concept", "title", "hints", "edit"}
    assert "# diamond: x.grad value 7.0" in stub
    assert "ada" in stub


def test_cases_that_tell_nothing_are_remarked_on():
    html = render_class(
        class_with(one("ada", ("passed", "failed")), one("bob", ("passed", "crashed")))
    )
    rows = re.findall(r'<tr><th scope="row" title="A (\w+)">.*?</tr>', html)
    assert rows == ["chain", "diamond"]
    chain, diamond = re.findall(r'title="A \w+">(.*?)</tr>', html)
    assert "Everybody passes" in chain
    assert "Nobody passes" in diamond


def test_points_fall_into_tenths_and_full_marks_into_the_last():
    report = class_with(
        one("ada"), one("bob", ("passed", "failed")), one("eve", ("failed", "failed"))
    )
    counts = [bin.count for bin in findings.distribution(report)]
    assert counts == [1, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert findings.middle_share(report) == 0.5


def test_crashes_and_endings_stand_apart_from_wrong_gradients():
    report = class_with(one("ada", ("failed", "timed out")), one("bob", ("failed", "failed")))
    assert [(s.id, cases) for s, cases in findings.ended(report)] == [
        ("ada", ("diamond (timed out)",))
    ]


def test_wrong_answers_that_a_diagnosis_explains_are_no_riddle():
    document = results(SAMPLES["overwritten"]())
    explained = student(document, columns(document), id="ada")
    assert explained.diagnoses
    assert not explained.unexplained
    unexplained = student(document | {"diagnoses": []}, columns(document), id="ada")
    assert any("x.grad value" in line for line in unexplained.unexplained)


def test_results_of_another_version_of_the_cases_still_have_a_place():
    document = results(SAMPLES["overwritten"]())
    head = (*columns(document), Column("new", "A new case", "order", False))
    assert student(document, head, id="ada").outcomes[-1] == ""


@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_page_of_any_size_is_written_and_the_same_twice(count):
    report = class_of(count)
    html = render_class(report)
    assert html == render_class(report)
    assert html.count("<tr data-words=") == count


def test_what_students_wrote_stays_text():
    nasty = "</script><img src=x onerror=alert(1)>"
    report = class_of(3)
    students = (
        replace(report.students[0], id=nasty, name=nasty, message=nasty),
        *report.students[1:],
    )
    html = render_class(replace(report, students=students))
    assert "<img" not in html
    assert html.count("</script>") == 1


def test_two_thousand_students_are_a_page_of_bounded_size():
    assert len(render_class(class_of(2000)).encode()) < 3_000_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_class_page_speaks_every_language(language):
    html = render_class(replace(class_of(4), language=language))
    assert f'<html lang="{language}">' in html
    assert sentences(language)["class.causes"] in html
