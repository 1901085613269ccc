"""`grader new`: what it writes passes `grader check` at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.answers import Store
from grader.checking import check
from grader.checking.closing import shows
from grader.checking.drafting import (
    case_from,
    case_from_bug,
    entry_of,
    new_assignment,
    new_submission,
)
from grader.checking.writing import case_text
from grader.errors import AuthoringError, UsageError
from grader.grading import catalogue
from grader.performing import perform_changed
from grader.predictions import mutant
from grader.sandbox import Guest
from grader.shipped import assignments_folder
from tests.unit.authoring.writing import load


@pytest.fixture(scope="module")
def guest():
    with Guest(accept_level=0) as guest:
        yield guest


def test_a_new_assignment_is_right_fair_and_sees_everything(tmp_path: Path, guest) -> None:
    written = new_assignment(tmp_path / "sums-of-squares", [], guest, Store.default())
    assert {path.name for path in written} == {
        "assignment.yaml",
        "README.md",
        "autodiff.py",
        "expect.yaml",
    }
    checked = check(tmp_path / "sums-of-squares", guest=guest)
    assert not checked.faults
    assert checked.power is not None
    assert checked.power.gaps == ()
    assert [(t.kind, t.score == t.max_score) for t in checked.trials] == [
        ("starter", False),
        ("solution", True),
        ("wrong", False),
    ]
    with pytest.raises(UsageError, match="is there already"):
        new_assignment(tmp_path / "sums-of-squares", [], guest, Store.default())


@pytest.mark.parametrize(
    ("graph", "concept"),
    [
        ("y = add(square(a), square(a))", "accumulate"),
        ("a = square(x); y = a + a", "order"),
        ("y = exp(exp(x))", "rule"),
        ("y = log(a - b)", "rule"),
        ("y = matmul(x, w)", "shape"),
        ("y = sum(x, axis=1)", "shape"),
        ("a, b = split(x)\ny = a * b", "shape"),
        ("y = square(x)\ny.backward()\ny.backward()", "rule"),
    ],
)
def test_a_graph_becomes_a_case_that_is_right(graph: str, concept: str, tmp_path, guest) -> None:
    case, answer = case_from(graph, "new", guest)
    assert case.concept == concept
    file = tmp_path / "assignment.yaml"
    file.write_text("title: T\ncases:\n" + case_text(case, answer))
    assert load(tmp_path, file.read_bytes()).cases[0].program == case.program


@pytest.mark.parametrize("id", [entry.id for entry in catalogue(Store(None))])
def test_the_case_for_a_bug_notices_it(id: str, tmp_path: Path, guest) -> None:
    store = Store.default()
    case, answer = case_from_bug(id, "new", None, guest, store)
    (read,) = load(tmp_path, "title: T\ncases:\n" + case_text(case, answer)).cases
    assert read.program == case.program
    changed = mutant((entry_of(id, store),))
    assert changed is not None
    (found,) = perform_changed(changed, [case.program], guest)
    if id not in ("recursive_paths",):
        assert shows(case.program, found, answer)


def test_a_graph_that_is_none_is_told(guest) -> None:
    with pytest.raises(UsageError, match="not Python"):
        case_from("y = (", "new", guest)
    with pytest.raises(UsageError, match="no inputs were found"):
        case_from("y = log(-exp(x))", "new", guest)
    with pytest.raises(UsageError, match="Did you mean 'overwrite'"):
        case_from_bug("overwrit", "new", None, guest, Store.default())


def test_a_fault_of_a_graph_is_placed_where_it_stands(guest) -> None:
    with pytest.raises(AuthoringError) as refused:
        case_from("é = exp(x); y = add(é, sqare(x))", "new", guest)
    assert [(fault.place, fault.text, fault.width) for fault in refused.value.faults] == [
        ("the graph:2:12", "y = add(é, sqare(x))", 5),
    ]


def test_a_submission_is_the_starter(tmp_path: Path) -> None:
    (file,) = new_submission(tmp_path / "mine", assignments_folder() / "backprop")
    starter = assignments_folder() / "backprop" / "starter" / "autodiff.py"
    assert file.read_text() == starter.read_text()


def test_the_command_prints_a_case(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "grader", "new", "case", "twice", "--from", "y = add(a, a)"],
        capture_output=True,
        text=True,
        env={**os.environ},
        check=True,
    )
    assert done.stdout.startswith("  - case: twice\n")
    assert "expect: {y: 6, a.grad: 2}" in done.stdout
