"""The course: every assignment is complete, its texts are true, and its cases see what they are meant to see.

What an assignment targets is what the table of `assignments/README.md` says of it.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import yaml

import grader
from grader.answers import Store, answers_for
from grader.authoring.catalogue import load_catalogue
from grader.domain.array import Array
from grader.domain.assignment import Assignment
from grader.domain.misconception import Misconception
from grader.domain.verdict import Outcome, Status
from grader.predictions import Oracle
from grader.report.model import Report
from grader.sandbox import Guest

ASSIGNMENTS = Path(__file__).parents[1] / "assignments"
COURSE: list[str] = yaml.safe_load((ASSIGNMENTS / "course.yaml").read_text(encoding="utf-8"))
WRONG = sorted(path.parent for path in ASSIGNMENTS.glob("*/solutions/wrong/*/expect.yaml"))
ROW = re.compile(r"^\| [\d–]+ \| \[(\w[\w-]*)\]\(\1/README\.md\) \| (.+?) \| (.+?) \|$", re.M)
LARGEST_PICTURE = 20_000
ORDERS = 3  # by generation, last found first, mirrored: in later ones some mistakes are none
IN_CHINESE = 6

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@pytest.fixture(scope="module")
def guest() -> Iterator[Guest]:
    with Guest() as guest:
        yield guest


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """What mistakes do to an assignment is learnt once a session, or once a machine where a cache is named."""
    return Store(Store.default().folder or tmp_path_factory.mktemp("predictions"))


@cache
def assignment(name: str) -> Assignment:
    return grader.load_assignment(ASSIGNMENTS / name)


@cache
def catalogue() -> dict[str, Misconception]:
    return {entry.id: entry for entry in load_catalogue(ASSIGNMENTS / "misconceptions")}


@cache
def table() -> dict[str, tuple[str, ...]]:
    """What each assignment targets, by the table of the README."""
    text = (ASSIGNMENTS / "README.md").read_text(encoding="utf-8")
    return {name: tuple(re.findall(r"`(\w+)`", cell)) for name, _, cell in ROW.findall(text)}


# What is there


def test_the_table_lists_the_course_in_order() -> None:
    assert list(table()) == COURSE


def test_the_course_holds_every_assignment() -> None:
    assert set(COURSE) == {file.parent.name for file in ASSIGNMENTS.glob("*/assignment.yaml")}


def test_every_misconception_is_the_target_of_an_assignment() -> None:
    targeted = {id for targets in table().values() for id in targets}
    assert targeted - catalogue().keys() == set()
    untaught = {id for id, entry in catalogue().items() if not entry.convention} - targeted
    assert untaught == set()


def test_the_first_assignments_are_told_in_chinese_too() -> None:
    told = [name for name in COURSE if (ASSIGNMENTS / name / "README.zh.md").exists()]
    assert len(told) >= IN_CHINESE


@pytest.mark.parametrize("name", COURSE)
def test_an_assignment_is_complete(name: str) -> None:
    folder = ASSIGNMENTS / name
    asked = assignment(name)
    assert len(list((folder / "solutions" / "wrong").iterdir())) >= 3
    assert asked.max_score % 10 == 0
    assert [case.id for case in asked.cases if len(case.hints) != 3] == []
    assert any(case.hidden for case in asked.cases)
    assert all(case.reveal == "verdict" for case in asked.cases if case.hidden)


@pytest.mark.parametrize("name", COURSE)
def test_its_picture_is_small_and_stands_alone(name: str) -> None:
    picture = ASSIGNMENTS / name / "graph.svg"
    assert picture.stat().st_size < LARGEST_PICTURE
    root = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    for text in _texts(name):
        assert "](graph.svg)" in text


@pytest.mark.parametrize("name", [n for n in COURSE if (ASSIGNMENTS / n / "README.zh.md").exists()])
def test_the_chinese_text_shows_the_same_code(name: str) -> None:
    english, chinese = _texts(name)
    assert _code(chinese) == _code(english)
    assert set(re.findall(r"\d+\.\d+", english)) == set(re.findall(r"\d+\.\d+", chinese))


# Whether it is true


@pytest.mark.parametrize("name", COURSE)
def test_the_examples_of_the_readme_are_true(name: str) -> None:
    """Each `print` with a comment prints what the comment says, on the solution."""
    promised, printed = [], []
    for block in _code(_texts(name)[0]):
        promised += re.findall(r"print\(.*\)\s*# (.+)$", block, re.M)
        printed += _printed(name, block)
    assert promised
    assert printed == promised


@pytest.mark.parametrize("name", COURSE)
def test_the_starter_loads_and_scores_nothing(name: str, guest: Guest, store: Store) -> None:
    report = _grade(name, "starter", guest, store)
    assert report.status is Status.GRADED
    assert not report.submission.loading.skipped
    assert report.score == 0


@pytest.mark.parametrize("name", COURSE)
def test_the_solution_passes_every_case(name: str, guest: Guest, store: Store) -> None:
    report = _grade(name, "solution", guest, store)
    wrong = [(c.case.id, c.observed.ending) for c in report.cases if not _passed(c.verdict.outcome)]
    assert wrong == []


@pytest.mark.parametrize("folder", WRONG, ids=lambda f: f"{f.parents[2].name}-{f.name}")
def test_a_wrong_solution_fails_and_is_named(folder: Path, guest: Guest, store: Store) -> None:
    expected: dict[str, Any] = yaml.safe_load((folder / "expect.yaml").read_text(encoding="utf-8"))
    assert expected.keys() == {"fails", "diagnosis"}
    report = _grade(folder.parents[2].name, f"solutions/wrong/{folder.name}", guest, store)
    failed = {c.case.id for c in report.cases if not _passed(c.verdict.outcome)}
    assert expected["fails"]
    assert set(expected["fails"]) - failed == set()
    named = {found.id for found in report.diagnoses}
    assert expected["diagnosis"] in named.union(*(one.alternatives for one in report.diagnoses))


@pytest.mark.parametrize("name", COURSE)
def test_the_cases_see_every_misconception_that_they_target(
    name: str, guest: Guest, store: Store
) -> None:
    """In whatever legal order the engine that has it walks."""
    asked = assignment(name)
    oracle = Oracle(asked, answers_for(asked, guest, store), catalogue().values(), guest, store)
    unseen = []
    for id in table()[name]:
        orders = ORDERS if catalogue()[id].concept in ("order", "accumulate") else 1
        found = [oracle.predict((id,), order) for order in range(orders)]
        seen_by = [len(prediction.departures) for prediction in found if prediction]
        print(f"{name:14} {id:26} caught by {min(seen_by)} of {len(asked.cases)} cases")
        if not all(seen_by):
            unseen.append(id)
    assert unseen == []


def test_the_loss_falls_while_a_network_is_trained(guest: Guest) -> None:
    asked = assignment("training")
    answers = answers_for(asked, guest, Store(None))
    runs = [case for case in asked.cases if "l3.backward()" in case.graph]
    assert len(runs) >= 4
    for case in runs:
        losses = [answers[case.id].primal(f"l{step}") for step in (1, 2, 3)]
        first, second, third = (one.nested() for one in losses if isinstance(one, Array))
        assert first > second > third, case.id


def _grade(name: str, submission: str, guest: Guest, store: Store) -> Report:
    folder = ASSIGNMENTS / name
    return grader.grade(folder / submission, folder, guest=guest, store=store)


def _passed(outcome: Outcome) -> bool:
    return outcome is Outcome.PASSED


def _texts(name: str) -> list[str]:
    """The README in English, then in Chinese where there is one."""
    files = (ASSIGNMENTS / name / "README.md", ASSIGNMENTS / name / "README.zh.md")
    return [file.read_text(encoding="utf-8") for file in files if file.exists()]


def _code(text: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)


def _printed(name: str, block: str) -> list[str]:
    (solution,) = (ASSIGNMENTS / name / "solution").glob("*.py")
    names: dict[str, Any] = {"np": np}
    exec(compile(solution.read_text(encoding="utf-8"), str(solution), "exec"), names)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(block, f"README of {name}", "exec"), names)
    return out.getvalue().splitlines()
