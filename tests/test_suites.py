"""Students as testers: a YAML of cases is graded by the mistakes that it notices."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.answers import Store
from grader.domain.verdict import Outcome, Status
from grader.errors import UsageError
from grader.grading import compiled_of_code, grade
from grader.report import html
from grader.report.heard import heard
from grader.report.language import speaking
from grader.report.projection import for_student
from grader.sandbox import Guest
from grader.suites import _said

ASSIGNMENT = """\
title: Find the mistakes
mode: cases
cases:
  - {case: sum, concept: accumulate, hidden: true, inputs: {x: 3, w: 5}, graph: "y = (x + w) + x"}
  - {case: product, concept: rule, hidden: true, inputs: {x: 3, w: 5}, graph: "y = square(x * w)"}
"""
GOOD = (
    "- {case: twice, concept: accumulate, inputs: {x: 3}, graph: y = x + x, expect: {x.grad: 2}}\n"
)
FACTORS = "- {case: factors, concept: rule, inputs: {a: 3, b: 5}, graph: y = a * b}\n"
WRONG = (
    "- {case: wrong, concept: rule, inputs: {x: 3}, graph: y = square(x), expect: {x.grad: 9}}\n"
)


@pytest.fixture(scope="module")
def guest():
    with Guest(accept_level=0) as guest:
        yield guest


@pytest.fixture
def graded(tmp_path: Path, guest):
    """Grades the text of a suite."""
    (tmp_path / "assignment.yaml").write_text(ASSIGNMENT)

    def graded(text: str | bytes, name: str = "cases.yaml"):
        file = tmp_path / name
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return grade(file, tmp_path, guest=guest)

    return graded


def noticed(report) -> set[str]:
    return {c.case.id for c in report.cases if c.verdict.outcome is Outcome.PASSED}


def test_each_mistake_that_a_case_notices_is_worth_a_point(graded) -> None:
    one, two = graded(GOOD), graded(GOOD + FACTORS)
    assert {"overwrite", "first_wins", "mean_of_paths"} <= noticed(one)
    assert "mul_swapped" not in noticed(one)
    assert "mul_swapped" in noticed(two)
    assert two.score == len(noticed(two)) > one.score > 0
    assert two.max_score == one.max_score == len(one.cases)


def test_what_a_suite_leads_to_is_not_kept(tmp_path: Path, guest) -> None:
    """Its author decides how large the answers are: of a class, that would fill memory and disk."""
    (tmp_path / "assignment.yaml").write_text(ASSIGNMENT)
    store = Store(tmp_path / "kept")
    kept = []
    for text in (GOOD, GOOD + FACTORS, FACTORS):
        (tmp_path / "cases.yaml").write_text(text)
        assert grade(tmp_path / "cases.yaml", tmp_path, guest=guest, store=store).score > 0
        kept.append(({file.name for file in store.folder.iterdir()}, set(store._at_hand)))
    assert kept[0][0]
    assert kept[1:] == kept[:1] * 2


def test_what_each_case_notices_is_told_and_how_large_the_suite_is(graded) -> None:
    notes = graded(GOOD + FACTORS).submission.loading.notes
    assert any(note.startswith("case `twice` notices") for note in notes)
    assert "cases: 2; functions in them: 2" in notes[-1]


def test_a_case_that_the_right_implementation_fails_counts_for_nothing(graded) -> None:
    report = graded(WRONG)
    assert report.score == 0
    (note,) = report.submission.loading.notes
    assert note == (
        "case `wrong` does not count: what it expects of `x.grad` is not what the right "
        "implementation answers"
    )


def test_more_digits_do_not_notice_more(graded) -> None:
    exact = GOOD.replace("graph:", "tolerance: 0, graph:")
    assert noticed(graded(exact)) == noticed(graded(GOOD))


def test_what_is_not_noticed_is_not_named_to_students(graded) -> None:
    shown = for_student(graded(FACTORS))
    page = html.render(shown)
    assert "mul_swapped" in page or "swapped" in page or "own value as slope" in page
    for text in ("overwrite", "The path that comes last replaces the others", "y = (x + w) + x"):
        assert text not in page
    hidden = [c for c in shown.cases if c.verdict.outcome is not Outcome.PASSED]
    assert all(c.case.id.startswith("hidden-") for c in hidden)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {case: c, concept: rule, inputs: {x: 3}, graph: y = sqare(x)}", "YS103: no function"),
        ("extends: ../backprop\ncases: []", "YS201: a suite has no key `extends`"),
        ("title: T", "YS202: a suite has no `cases`"),
        ("- [1, 2", "YS002: "),
        (
            "- {case: c, concept: rule, inputs: {x: {normal: [1000, 1000]}}, graph: y = exp(x)}",
            "YS513: `x` has more than 100 elements",
        ),
        (
            "".join(GOOD.replace("twice", f"c{n}") for n in range(41)),
            "YS513: a suite has at most 40 cases",
        ),
        (
            "- {case: c, concept: rule, inputs: {x: 1}, graph: y = "
            + " + ".join(["x"] * 300)
            + "}",
            "YS115: the graph is nested too deeply",
        ),
        ("- {case: c, random: {count: 1000}, concept: rule}", "a case of a suite has no `random`"),
        (b"#" * 70_000, "YS005: a suite has at most 65,536 bytes"),
        (b"\xff\xfe\x00", "YS001: the file is not UTF-8"),
        ("a: &a [1]\nb: *a", "YS201: a suite has no key `a`"),
    ],
)
def test_what_is_no_suite_is_told_with_its_line(graded, text, said: str) -> None:
    report = graded(text)
    assert report.status is Status.UNGRADABLE
    assert said in report.submission.loading.error
    assert report.submission.loading.error_file == "cases.yaml"
    html.render(for_student(report))


def test_no_yaml_or_several_is_told(graded, tmp_path: Path) -> None:
    assert "no YAML file of cases" in graded("x = 1", "code.py").submission.loading.error


def test_the_command_grades_a_suite(tmp_path: Path) -> None:
    (tmp_path / "assignment.yaml").write_text(ASSIGNMENT)
    (tmp_path / "mine.yaml").write_text(GOOD + FACTORS)
    done = subprocess.run(
        [
            sys.executable, "-m", "grader", "run", str(tmp_path / "mine.yaml"),
            "-a", str(tmp_path), "--report", str(tmp_path / "r.html"),
            "--results", str(tmp_path / "r.json"), "--accept-level", "1",
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
        check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    results = json.loads((tmp_path / "r.json").read_text())
    assert results["status"] == "graded"
    assert 0 < results["score"] < results["max_score"]
    assert any("`twice` notices" in note for note in results["submission"]["loading"]["notes"])
    assert f"{results['score']:g} of {results['max_score']:g} points" in done.stdout


def test_where_code_is_graded_cases_are_refused_and_nobody_has_a_zero(tmp_path: Path) -> None:
    (tmp_path / "assignment.yaml").write_text(ASSIGNMENT)
    with pytest.raises(UsageError, match="`grader run` and `grader class` grade them"):
        compiled_of_code(tmp_path, Store(None), 0)


@pytest.mark.parametrize("language", ["zh-Hans", "ja", "ko"])
def test_what_is_said_of_a_suite_is_said_in_every_language(graded, language: str) -> None:
    useless = (
        "- {case: useless, concept: rule, inputs: {x: 3}, graph: y = neg(x), backward: false}\n"
    )
    notes = graded(GOOD + WRONG + useless).submission.loading.notes
    errors = [
        graded("x = 1", "code.py").submission.loading.error,
        _said("several", files="a.yaml, b.yaml"),
        _said("uncounted", case="c", why=_said("why.impossible")),
        _said("uncounted", case="c", why=_said("why.unanswered", quantity="x.grad")),
    ]
    assert len(notes) == 4
    with speaking(language):
        for note in (*notes, *errors):
            told = heard(note)
            assert told != note
            for english in ("case", "noticed", "implementation", "nobody", "handed in"):
                assert english not in told.replace("cases.yaml", "")


@pytest.mark.parametrize("command", ["watch", "serve"])
def test_commands_that_follow_code_say_which_ones_grade_cases(command: str, tmp_path: Path) -> None:
    (tmp_path / "assignment.yaml").write_text(ASSIGNMENT)
    (tmp_path / "mine.yaml").write_text(GOOD)
    done = subprocess.run(
        [
            sys.executable, "-m", "grader", command, str(tmp_path / "mine.yaml"),
            "-a", str(tmp_path), "--accept-level", "1",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "`grader run` and `grader class` grade them" in done.stderr
