"""In which order a submission is asked: when it hears of secret cases, all has been said that is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.answers import Store, answers_for
from grader.domain.assignment import Assignment, Case, Reveal
from grader.domain.program import Program
from grader.domain.twin import twins
from grader.grading import catalogue, compiled
from grader.observing import observe
from grader.predictions import Oracle
from grader.records import replace
from grader.sandbox import Guest, Performance, read_submission
from grader.shipped import assignments_folder

BACKPROP = assignments_folder() / "backprop"
SOLUTION = (BACKPROP / "solution" / "autodiff.py").read_text(encoding="utf-8")
SECRET = ("diamond", "square-alone", "hidden-shared")


class Recording(Guest):
    """Notes which programs a submission is asked, job by job; not what the reference and its variants are."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[Program]] = []

    def perform(self, submission: Any, tasks: Sequence[Any], **options: Any) -> Performance:
        if submission.id == "watched":
            self.asked.append([program for program, _ in tasks])
        return super().perform(submission, tasks, **options)


@pytest.fixture(scope="module")
def guest() -> Iterator[Recording]:
    with Recording() as started:
        yield started


@pytest.fixture
def assignment() -> Assignment:
    """Some of its cases are secret: first ones, failing ones, hidden ones, and their twins."""
    asked = compiled(BACKPROP, Store.default(), 0)

    def changed(case: Case) -> Case:
        return replace(case, reveal=Reveal.VERDICT) if case.id in SECRET else case

    return replace(asked, cases=tuple(map(changed, asked.cases)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("return (2 * self", "return (3 * self"),
        ("return (2 * self", "return (self.missing * self"),
        ("return (2 * self", "return (float(id(self)) * self"),
    ],
    ids=["right", "wrong", "crashing", "never the same"],
)
def test_nothing_that_may_be_shown_is_asked_after_a_secret(
    tmp_path: Path, guest: Recording, assignment: Assignment, old: str, new: str
) -> None:
    (tmp_path / "autodiff.py").write_text(SOLUTION.replace(old, new), encoding="utf-8")
    store = Store.default()
    answers = answers_for(assignment, guest, store)
    cases = (*assignment.cases, *twins(assignment))
    secret = {case.program for case in cases if case.is_secret}
    shown = {case.program for case in cases if not case.is_secret}
    assert len(secret) > len(SECRET)
    guest.asked.clear()

    def oracle() -> Oracle:
        return Oracle(assignment, answers, catalogue(store), guest, store)

    observed = observe(
        read_submission(tmp_path, id="watched"), assignment, answers, guest, oracle=oracle
    )
    heard = [not secret.isdisjoint(programs) for programs in guest.asked]
    assert heard == sorted(heard)
    assert heard[-1]
    assert not heard[0]
    for programs, tells in zip(guest.asked, heard, strict=True):
        assert not tells or shown.isdisjoint(programs)
    assert [one.case for one in observed.performed] == [case.id for case in assignment.cases]
    assert bool(observed.experiments) is bool(old)
