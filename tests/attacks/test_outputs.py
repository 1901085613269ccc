"""Every output stays what it is, whatever a submission writes into it, and hidden cases tell one word."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

import grader
from grader.domain.verdict import Outcome, Status
from grader.report import html, render
from grader.report.model import Report
from grader.report.projection import for_student
from grader.report.results import to_json
from grader.sandbox import Guest
from grader.shipped import assignments_folder
from tests.attacks import injections, words
from tests.attacks.arena import Arena

MAX_OUTPUT = 5_000_000
CASES = ("square-forward", "square-alone", "add-alone")

HIDING = """
title: Hiding
dialect: variable-function
requires: [Variable]
cases:
  - case: seen
    title: Seen
    concept: rule
    inputs: {x: 3}
    graph: y = square(x)
    expect: {x.grad: 6}
  - case: unseen
    title: A title that tells too much, 31337
    concept: rule
    hidden: true
    inputs: {x: 4242.5}
    graph: y = square(x)
    hint: ["A hint that tells too much, 31337"]
    expect: {x.grad: 8485}
"""

TELLTALE = """
from handed_in import *
_seen = []
_square = square
def square(x):
    _seen.append(float(x.data))
    print("printed", _seen)
    import sys, warnings
    print("complained", _seen, file=sys.stderr)
    warnings.warn(f"warned {_seen}")
    HOW
    return _square(x)
"""

HOWS = {
    "by printing": "pass",
    "by an exception": "if _seen[-1] > 100: raise ValueError(f'raised {_seen}')",
    "by the exception's name": "if _seen[-1] > 100: raise type(f'N{_seen[-1]}', (Exception,), {})",
    "by leaving": "if _seen[-1] > 100: raise SystemExit(f'left {_seen}')",
    "by a value's text": "if _seen[-1] > 100: return type('V', (), "
    "{'__repr__': lambda s: f'V{_seen}'})()",
    "by a wrong number": "if _seen[-1] > 100: return _square(_square(x))",
    "by a missing function": "if _seen[-1] > 100: raise NotImplementedError(str(_seen))",
    "by its exit status": "if _seen[-1] > 100: import os; os._exit(42)",
}


@pytest.fixture(scope="module")
def level_two(arena_without: Callable[[tuple[str, ...]], Arena]) -> Arena:
    return arena_without(("namespaces",))


def _outputs(report: grader.Report) -> dict[str, str]:
    texts = {"html": html.render(report), "json": to_json(report)}
    for name in ("full", "concise", "junit", "github"):
        texts[name] = render(report, name, path="report.html", quiet=0, verbose=2, color=False)
    return texts


@pytest.mark.parametrize("text", injections.TEXTS)
@pytest.mark.parametrize("place", injections.PLACES)
def test_text_of_a_submission_stays_text(
    place: str, text: str, level_two: Arena, tmp_path: Path
) -> None:
    file = tmp_path / "submission.py"
    file.write_bytes(injections.submission(place, injections.TEXTS[text]))
    backprop = assignments_folder() / "backprop"
    report = grader.grade(file, backprop, cases=CASES, guest=level_two.guest)
    outputs = _outputs(for_student(report)) | {"instructor": html.render(report)}
    for output in outputs.values():
        assert len(output.encode("utf-8")) < MAX_OUTPUT
        assert "\x1b" not in output
        assert "\0" not in output
        assert "\u202e" not in output
        assert "\u200b" not in output
    assert json.loads(outputs["json"])["schema_version"]
    ElementTree.fromstring(outputs["junit"])
    page = outputs["html"] + outputs["instructor"]
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert '" onmouseover="' not in page
    assert "Content-Security-Policy" in page
    assert "\n::set-output" not in outputs["github"]
    assert "\nscore: 100/100" not in outputs["concise"]


def _graded(main: str, place: Path, guest: Guest) -> Report:
    """An engine that `main` changes, graded by the assignment that lies at the place."""
    folder = place / "handed-in"
    folder.mkdir()
    (folder / "handed_in.py").write_text(injections.ENGINE)
    (folder / "main.py").write_text(main)
    return grader.grade(folder, place / "assignment.yaml", entry="main.py", guest=guest)


@pytest.mark.parametrize("how", HOWS)
def test_a_hidden_case_tells_one_word(how: str, level_two: Arena, tmp_path: Path) -> None:
    (tmp_path / "assignment.yaml").write_text(HIDING)
    report = _graded(TELLTALE.replace("HOW", HOWS[how]), tmp_path, level_two.guest)
    assert "3.0" in repr(report)
    for name, output in _outputs(for_student(report)).items():
        assert "4242" not in output, name
        assert "8485" not in output, name
        assert "31337" not in output, name


def test_what_is_learned_from_a_hidden_case_is_not_told_in_a_visible_one(
    level_two: Arena, tmp_path: Path
) -> None:
    """The hidden case comes first in the file; the visible one tells all that was seen so far."""
    text = HIDING.replace("- case: seen", "- case: later").replace("- case: unseen", "- case: seen")
    text = text.replace("    hidden: true\n", "", 1).replace(
        "title: Seen", "title: S\n    hidden: true"
    )
    text = text.replace("x: 3}", "x: 4242.5}").replace("{x.grad: 6}", "{x.grad: 8485}", 1)
    text = text.replace(
        "x: 4242.5}\n    graph: y = square(x)\n    hint",
        "x: 3}\n    graph: y = square(x)\n    hint",
    )
    text = text.replace("expect: {x.grad: 8485}\n", "expect: {x.grad: 6}\n").replace(
        "expect: {x.grad: 6}", "expect: {x.grad: 8485}", 1
    )
    (tmp_path / "assignment.yaml").write_text(text)
    report = _graded(
        TELLTALE.replace("HOW", "raise ValueError(f'raised {_seen}')"), tmp_path, level_two.guest
    )
    assert [case.case.hidden for case in report.cases] == [True, False]
    for name, output in _outputs(for_student(report)).items():
        assert "4242" not in output, name


@pytest.mark.parametrize("reveal", ["full", "actual"])
@pytest.mark.parametrize("secret", ["hidden: true", "reveal: verdict", "reveal: none"])
def test_what_is_learned_from_a_secret_case_is_not_printed_in_one_that_passes(
    secret: str, reveal: str, level_two: Arena, tmp_path: Path
) -> None:
    """The secret case comes first in the file; both pass, so that neither is performed again alone."""
    head, *cases = HIDING.split("  - case: ")
    seen, unseen = cases[0] + f"    reveal: {reveal}\n", cases[1].replace("hidden: true", secret)
    (tmp_path / "assignment.yaml").write_text(f"{head}  - case: {unseen}  - case: {seen}")
    report = _graded(TELLTALE.replace("HOW", "pass"), tmp_path, level_two.guest)
    assert report.all_passed
    outputs = _outputs(for_student(report))
    assert "printed [3.0]" in outputs["html"]
    for name, output in outputs.items():
        assert "4242" not in output, name


LOUD = """
def _boom(*_):
    print("&" * 60_000)
    raise ValueError("&" * 60_000)
for _name in ("square", "add"):
    globals()[_name] = _boom
"""
LOUD_CASES = 150


def test_a_page_stays_small_however_much_every_case_says(level_two: Arena, tmp_path: Path) -> None:
    head, seen = HIDING.split("  - case: ")[:2]
    cases = (f"  - case: {seen.replace('seen', f'seen-{n}', 1)}" for n in range(LOUD_CASES))
    (tmp_path / "assignment.yaml").write_text(head + "".join(cases))
    file = tmp_path / "submission.py"
    file.write_text(injections.ENGINE + LOUD)
    report = grader.grade(file, tmp_path / "assignment.yaml", guest=level_two.guest)
    assert [case.verdict.outcome for case in report.cases] == [Outcome.CRASHED] * LOUD_CASES
    for output in _outputs(report).values():
        assert len(output.encode("utf-8")) < MAX_OUTPUT
    assert "the rest is left out" in _outputs(report)["html"]


REMEMBERS = """
import numpy as np
import handed_in
from handed_in import *
_seen = [3.0]
_made = handed_in.Variable.__init__
def _remember(self, data):
    _made(self, data)
    if 100 < float(np.ravel(self.data)[0]) < 1e5:
        _seen[0] = float(np.ravel(self.data)[0])
def _tell(self):
    variable = self
    while variable.creator:
        variable = variable.creator.inputs[0]
    variable.grad = np.full_like(variable.data, _seen[0])
    variable.grad = np.full_like(variable.data, 5.0)
handed_in.Variable.__init__ = _remember
handed_in.Variable.backward = _tell
"""


def test_what_is_learned_from_a_hidden_case_is_not_told_by_a_film_of_another(
    level_two: Arena, tmp_path: Path
) -> None:
    """Both cases fail; the hidden one comes first in the file, so that it would be looked at first."""
    head, seen, unseen = HIDING.partition("  - case: seen")[0], *HIDING.split("  - case: ")[1:]
    text = f"{head}  - case: {unseen}  - case: {seen}"
    (tmp_path / "assignment.yaml").write_text(text)
    report = _graded(REMEMBERS, tmp_path, level_two.guest)
    assert [case.case.hidden for case in report.cases] == [True, False]
    assert [case.verdict.points for case in report.cases] == [0, 0]
    for name, output in _outputs(for_student(report)).items():
        assert "4242" not in output, name


@pytest.mark.parametrize("what", words.WORDS)
def test_words_that_no_guest_would_say_earn_nothing_and_break_nothing(
    what: str, level_two: Arena, tmp_path: Path
) -> None:
    file = tmp_path / "submission.py"
    file.write_bytes(words.submission(*words.WORDS[what]))
    report = grader.grade(
        file, assignments_folder() / "backprop", cases=CASES, guest=level_two.guest
    )
    assert report.status in (Status.GRADED, Status.UNGRADABLE)
    assert report.score == 0
    for output in (*_outputs(report).values(), *_outputs(for_student(report)).values()):
        assert len(output) < 1_000_000
