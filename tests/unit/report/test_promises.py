"""What the page promises to whoever reads it, sentence by sentence."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.records import replace
from grader.report import html, svg
from grader.report.projection import for_student
from tests.unit.report.samples import SAMPLES, every_state, filmed, overwritten

ROOT = Path(__file__).parents[3]
PRINTED = """
import hashlib
from grader.report import html
from tests.unit.report.samples import SAMPLES
pages = "".join(html.render(sample()) for sample in SAMPLES.values())
print(hashlib.sha256(pages.encode()).hexdigest())
"""


def test_a_page_begins_with_what_helps_most():
    """Verdict, diagnosis with its line and what mending it brings, and per case from verdict to command."""
    body = html.render(for_student(filmed())).partition("<body")[2]
    case = body.index('class="case bad"')
    expected = [
        "1 of 3 cases is not right yet.",  # the verdict
        "The gradient is overwritten",  # the diagnosis
        "Where: autodiff.py, line 20",
        "With this one mistake mended: 4 of",
        'class="case bad"',
        "Gradient of x: yours 32, expected 64 (half of it).",
        "First wrong, walking backward from the output: a.",
        "a = square(x)",
        '<svg role="img"',
        '<th scope="col">variable</th>',  # the same graph as a table
        "Where the gradient of a comes from",
        "The backward pass, step by step",
        "Run this case yourself",
        "grader run anna.py -a",
    ]
    at = 0
    for text in expected:
        found = body.find(text, at)
        assert found >= 0, f"{text!r} does not follow what stands before it"
        at = found
    assert case < body.index('id="sources"') < body.index('id="loading"')


def test_hints_stand_in_as_many_steps_as_the_case_has():
    known = overwritten()
    case = known.cases[1]
    for count in (1, 2, 3):
        hints = tuple(f"step {number}" for number in range(count))
        one = replace(case, case=replace(case.case, hints=hints))
        page = html.render(replace(known, diagnoses=(), cases=(one,)))
        assert page.count('<details class="hint">') == count


def test_what_was_not_checked_leads_to_what_it_waits_for():
    page = html.render(overwritten())
    link = r'Not checked until diamond passes\.</p>\s*<p><a href="#(case-\d+)">Both branches meet again<'
    waiting = re.search(link, page)
    assert waiting
    assert f'id="{waiting[1]}"' in page


def test_arrays_show_only_what_differs_with_index_difference_ratio_and_tolerance():
    page = html.render(every_state())
    (row,) = re.findall(r"<tr><th scope=\"row\">\[2\]</th>(.*?)</tr>", page, re.S)
    assert re.findall(r">([^<>\s][^<>]*)<", row) == ["10", "-10", "20", "-1"]
    assert '<th scope="row">[0]</th>' not in page
    assert "Compared with tolerance" in page


def test_the_same_reports_are_the_same_bytes_under_any_hash_seed():
    def digest(seed):
        done = subprocess.run(
            [sys.executable, "-c", PRINTED],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    here = "".join(html.render(sample()) for sample in SAMPLES.values())
    assert digest("1") == digest("77") == hashlib.sha256(here.encode()).hexdigest()


def test_the_instructor_sees_flags_output_protection_timings_and_seed():
    report = replace(
        overwritten(), output="printed while loading\n", laps=(("observe", 1.37),), seed=7
    )
    whole = html.render(report, instructor=True)
    for text in (
        "shared engine", "two submissions share a file", "printed while loading", "1.37", "seed 7",
    ):  # fmt: skip
        assert text in whole, text
    assert f"level {report.sandbox.level}" in whole
    student = html.render(for_student(report))
    for text in ("shared engine", "two submissions share a file", "1.37"):
        assert text not in student, text


@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_is_one_file_with_a_policy_and_nothing_to_fetch(name):
    page = html.render(for_student(SAMPLES[name]()))
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'")
    assert "connect-src" not in policy
    assert not re.search(r"<(?:link|iframe|object|embed|base|img|script src)\b", page)
    assert not re.search(r"(?:src|href|action)=\"(?!#)", page)
    assert not re.search(r"url\(|@import", page)


def test_which_zero_was_drawn_first_makes_no_difference():
    svg._n.cache_clear()
    assert [svg._n(-0.0), svg._n(0.0), svg._n(0), svg._n(-1.5)] == ["0", "0", "0", "-1.5"]
