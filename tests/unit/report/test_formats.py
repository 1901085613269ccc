"""Every format says the same thing, safely, and the same bytes each time."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader.domain.array import Array
from grader.domain.language import LANGUAGES
from grader.domain.program import Backward, Input, Program
from grader.domain.verdict import Outcome
from grader.report import FORMATS, github, html, junit, results, terminal
from grader.report.projection import for_student
from tests.benchmarks.report import many
from tests.unit.report.samples import (
    CHAIN,
    SAMPLES,
    completed,
    every_state,
    gradient,
    hidden,
    hostile,
    node,
    overwritten,
    report,
    right,
)

ROOT = Path(__file__).resolve().parents[3]


def printed(report, name):
    return FORMATS[name](report, path="report.html", quiet=0, verbose=1, color=False)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_format_renders_every_report_and_twice_the_same(name):
    report = SAMPLES[name]()
    assert html.render(report) == html.render(report)
    for format in FORMATS:
        assert printed(report, format) == printed(report, format)


def test_the_page_asks_nothing_of_the_network():
    page = html.render(every_state())
    assert "Content-Security-Policy" in page
    assert not re.search(r"https?:|url\(|<script|<link|src=", page)


def test_hostile_text_never_becomes_markup():
    page = html.render(hostile())
    assert "<img" not in page
    assert "&lt;img" in page
    for text in (page, *(printed(hostile(), name) for name in FORMATS)):
        assert "\u202e" not in text
        assert "\x1b" not in text
    ElementTree.fromstring(junit.render(hostile()))


def test_hidden_cases_leave_no_byte_but_the_verdict():
    shown = for_student(hidden())
    for text in (html.render(shown), *(printed(shown, name) for name in FORMATS)):
        assert "SECRET" not in text
        assert "123.456" not in text
        assert "secret-1" not in text
        assert "hidden-1" in text or "Hidden case 1" in text or "1 of 4 points" in text
    document = results.results(shown)
    assert document["cases"][1]["outcome"] == "failed"
    assert document["cases"][1]["findings"] == []


def test_the_instructor_sees_hidden_cases():
    assert "SECRET-TITLE" in html.render(hidden())


def test_the_document_has_the_spine_that_scripts_read():
    document = results.results(overwritten())
    assert document["schema_version"] == 1
    assert (document["score"], document["max_score"]) == (1, 5)
    assert document["status"] == "graded"
    diamond = document["cases"][1]
    assert diamond["outcome"] == "failed"
    assert diamond["findings"] == [
        {
            "quantity": "x.grad",
            "kind": "value",
            "message": "Gradient of x: yours 32, expected 64 (half of it).",
            "observed": 32.0,
            "expected": 64.0,
            "tolerance": {"relative": 1e-07, "absolute": 1e-09},
        }
    ]
    assert diamond["first_divergent"] == ["a"]
    assert document["cases"][2]["outcome"] == "skipped"
    assert document["diagnoses"][0]["line"] == 20
    assert document["sandbox"]["level"] == 2


@pytest.mark.parametrize("name", SAMPLES)
def test_the_document_meets_its_schema(name):
    from jsonschema import Draft202012Validator

    schema = json.loads(Path(results.__file__).with_name("results.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(results.to_json(SAMPLES[name]())))


def test_junit_is_read_back_by_an_independent_reader():
    from junitparser import JUnitXml

    suites = JUnitXml.fromstring(junit.render(every_state()).encode())
    assert (suites.tests, suites.failures, suites.errors, suites.skipped) == (13, 7, 4, 1)


def test_the_terminal_says_what_to_do_next():
    text = terminal.full(overwritten(), path="report.html", encoding="utf-8")
    assert text.splitlines()[-1] == "open report: report.html"
    assert "Gradient of x: yours 32, expected 64 (half of it)." in text
    assert "AD401 Each path to x replaces what the path before it brought." in text
    assert "With this one mistake mended: 4 of 5" in text


def test_signs_become_words_where_the_terminal_cannot_show_them():
    text = terminal.full(overwritten(), path="report.html", encoding="ascii")
    assert "FAIL diamond  >> a" in text
    text.encode("ascii")


def test_quiet_keeps_problems_and_verbose_shows_every_case():
    assert "chain" not in terminal.full(overwritten(), quiet=1, encoding="utf-8")
    assert "✓ chain    passed" in terminal.full(overwritten(), verbose=1, encoding="utf-8")


def test_colour_is_by_sign():
    assert "\x1b[1;31m✗" in terminal.full(overwritten(), color=True, encoding="utf-8")


def test_github_annotations_place_a_crash():
    text = github.render(every_state())
    assert "::error title=chain-7%3A crashed::AttributeError" in text  # a line of a cell: no place
    assert text.splitlines()[-1].startswith("::notice")
    assert "::error file=autodiff.py,line=20,title=AD401 The" in github.render(overwritten())
    hostile_lines = github.render(hostile()).splitlines()
    assert all(line.startswith("::") for line in hostile_lines)


def test_a_right_submission_is_told_so():
    assert "Everything is right: all 3 cases passed.</h1>" in html.render(right())


def test_the_page_stays_small():
    empty = len(html.render(SAMPLES["ungradable"]()).encode())
    assert empty < 14_000
    per_case = (len(html.render(every_state()).encode()) - empty) / 13
    assert per_case < 6_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_twenty_five_cases_with_all_that_can_be_said_are_below_300_kb(language):
    assert len(html.render(replace(many(25), language=language)).encode()) < 300_000


def test_thirty_nodes_are_a_small_part_of_a_page():
    before, after = long_chain(1), long_chain(15)
    size = len(html.render(after).encode()) - len(html.render(before).encode())
    assert size < 16_000


def long_chain(length):
    names = ["x", *(f"v{number}" for number in range(length))]
    steps = tuple(node(name, "square", before) for before, name in pairwise(names))
    found = dict.fromkeys(names, 1.0) | {f"{name}__grad": 2.0 for name in names}
    program = Program((Input("x", Array.of(1.0)),), (*steps, Backward(names[-1])), (gradient("x"),))
    case = replace(CHAIN, program=program)
    return report((case, completed(**found | {"x__grad": 3.0}), completed(**found)))


def test_rendering_needs_neither_numpy_nor_rich():
    code = (
        "import sys; from grader.report import html, results, terminal, junit, github;"
        "print([m for m in ('numpy', 'rich', 'pygments', 'yaml', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "[]\n"


def test_compiled_templates_are_kept_in_the_given_folder(tmp_path):
    page = html.render(right(), cache=tmp_path)
    assert page == html.render(right())
    assert any(tmp_path.iterdir())


def test_hints_are_folded_on_paper_unless_asked_for():
    assert 'print-hints"' not in html.render(overwritten())
    assert '<body class="print-hints">' in html.render(overwritten(), print_hints=True)


def test_quiet_twice_prints_nothing():
    assert terminal.full(overwritten(), quiet=2) == terminal.concise(overwritten(), quiet=2) == ""


def test_concise_is_one_line_a_case():
    text = terminal.concise(overwritten(), encoding="utf-8").splitlines()
    assert text == [
        "✗ diamond: Gradient of x: yours 32, expected 64 (half of it).",
        "… later: Not checked until diamond passes.",
        "1 passed, 1 failed, 1 not checked   1 of 5 points",
    ]


def test_an_ungradable_submission_is_told_why_and_where():
    text = terminal.full(SAMPLES["ungradable"](), encoding="utf-8")
    assert text.startswith("✗ Your class Variable could not be made, because line 12 failed")
    assert "autodiff.py, line 12" in text
    suite = ElementTree.fromstring(junit.render(SAMPLES["ungradable"]()))
    assert suite.get("errors") == "1"
    page = html.render(SAMPLES["ungradable"]())
    assert 'class="marked"' in page
    assert '<details class="case' not in page


def test_a_diagnosis_of_many_cases_names_a_few():
    few = overwritten()
    many = replace(few.diagnoses[0], explains=tuple(f"case-{n}" for n in range(9)))
    page = html.render(replace(few, diagnoses=(many,)))
    assert "case-4, …" in page
    assert "case-5, " not in page


def test_many_cases_of_what_is_not_written_yet_share_a_line():
    known = every_state()
    one = next(c for c in known.cases if c.verdict.outcome is Outcome.NOT_ATTEMPTED)
    many = tuple(
        replace(
            one,
            case=replace(one.case, id=f"later-{number}"),
            verdict=replace(one.verdict, case=f"later-{number}"),
        )
        for number in range(5)
    )
    report = replace(known, cases=many)
    assert "○ 5 cases: Your code does not define square yet." in terminal.full(report).splitlines()
    assert "later-3" not in terminal.full(report)
    assert "later-3" in terminal.full(report, verbose=1)
    few = terminal.full(replace(known, cases=many[:4]))
    assert "later-3" in few
