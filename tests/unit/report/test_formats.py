"""Every format says the same thing, safely, and the same bytes each time."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader.report import FORMATS, github, html, junit, results, terminal
from grader.report.projection import for_student
from tests.unit.report.samples import SAMPLES, every_state, hidden, hostile, overwritten, right

CSS = Path(html.__file__).parent / "templates" / "report.css"


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
        assert "secret-1" in text
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
            "observed": 32.0,
            "expected": 64.0,
            "tolerance": {"relative": 1e-07, "absolute": 1e-09},
        }
    ]
    assert diamond["first_divergent"] == ["a"]
    assert document["cases"][2]["outcome"] == "skipped"
    assert document["diagnoses"][0]["line"] == 43
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
    assert "with this one mistake mended: 4 of 5" in text


def test_signs_become_words_where_the_terminal_cannot_show_them():
    text = terminal.full(overwritten(), path="report.html", encoding="ascii")
    assert "FAIL failed" in text
    text.encode("ascii")


def test_quiet_keeps_problems_and_verbose_shows_every_case():
    assert "chain" not in terminal.full(overwritten(), quiet=1, encoding="utf-8")
    assert "passed        chain" in terminal.full(overwritten(), verbose=1, encoding="utf-8")


def test_colour_is_by_sign():
    assert "\x1b[1;31m✗" in terminal.full(overwritten(), color=True, encoding="utf-8")


def test_github_annotations_place_a_crash():
    text = github.render(every_state())
    assert "::error file=autodiff.py,line=34,title=chain-7%3A crashed::AttributeError" in text
    assert text.splitlines()[-1].startswith("::notice")


def test_a_right_submission_is_told_so():
    assert "<h1>Everything is right: 3 cases passed.</h1>" in html.render(right())


def test_the_page_stays_small():
    empty = len(html.render(SAMPLES["ungradable"]()).encode())
    assert empty < 12_000
    per_case = (len(html.render(every_state()).encode()) - empty) / 13
    assert per_case < 6_000


def luminance(colour):
    colour = colour.lstrip("#")
    if len(colour) == 3:
        colour = "".join(c * 2 for c in colour)
    channels = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_pair_of_colours_can_be_told_apart(scheme):
    palettes = re.findall(r":root\{([^}]*)\}", CSS.read_text())
    colours = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]+)", palettes[scheme]))
    for surface in ("page", "card", "quote", "bad-fill"):
        for text in ("ink", "soft", "bad", "accent"):
            assert contrast(colours[text], colours[surface]) >= 4.5, (text, surface)
    for text in ("good", "wait"):
        assert contrast(colours[text], colours["card"]) >= 4.5, text
    assert contrast(colours["pill-ink"], colours["pill"]) >= 4.5
    assert contrast(colours["ink"], colours["mark"]) >= 4.5
    for line in ("edge", "bad"):
        assert contrast(colours[line], colours["card"]) >= 3, line
