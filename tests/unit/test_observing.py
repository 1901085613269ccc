"""In which order a submission is asked: when it hears of secret cases, all has been said that is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import grader
from grader.answers import Store, answers_for
from grader.domain.assignment import Assignment, Case, Reveal
from grader.domain.program import Program
from grader.domain.twin import twins
from grader.domain.verdict import Outcome
from grader.errors import GraderFault
from grader.grading import catalogue, compiled
from grader.judging.verdicts import judge
from grader.observing import Begun, observe, perform
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


def broken(guest: Guest) -> None:
    guest.kill()
    guest._started.process.wait()


@pytest.mark.parametrize("when", ["before secret cases", "while they are performed again"])
def test_a_guest_that_breaks_at_secret_cases_costs_nothing_that_was_judged_before(
    tmp_path: Path, assignment: Assignment, when: str
) -> None:
    (tmp_path / "autodiff.py").write_text(
        SOLUTION.replace("return (2 * self", "return (3 * self"), encoding="utf-8"
    )
    store = Store.default()
    secret = {case.program for case in assignment.cases if case.is_secret}

    class Breaking(Recording):
        def perform(self, submission: Any, tasks: Sequence[Any], **options: Any) -> Performance:
            told = submission.id == "watched" and any(program in secret for program, _ in tasks)
            if told and (when == "before secret cases" or options.get("alone")):
                broken(self)
            return super().perform(submission, tasks, **options)

    with Breaking() as guest:
        answers = answers_for(assignment, guest, store)
        observed = observe(read_submission(tmp_path, id="watched"), assignment, answers, guest)
    outcomes = {
        one.case: judge(assignment.case(one.case), one.decisive, answers[one.case]).outcome
        for one in observed.performed
    }
    assert list(outcomes) == [case.id for case in assignment.cases]
    for case in assignment.cases:
        assert (outcomes[case.id] is Outcome.GRADER_FAULT) is case.is_secret
    assert {Outcome.PASSED, Outcome.FAILED} <= set(outcomes.values())
    assert len(observed.faults) == 1


def test_what_cannot_be_asked_about_mistakes_costs_no_verdict(
    tmp_path: Path, guest: Recording, assignment: Assignment
) -> None:
    (tmp_path / "autodiff.py").write_text(
        SOLUTION.replace("return (2 * self", "return (3 * self"), encoding="utf-8"
    )
    answers = answers_for(assignment, guest, Store.default())

    def oracle() -> Oracle:
        raise GraderFault("there is none")

    observed = observe(
        read_submission(tmp_path, id="watched"), assignment, answers, guest, oracle=oracle
    )
    assert not observed.experiments
    assert not observed.faults
    assert len(observed.performed) == len(assignment.cases)


def test_a_report_tells_what_was_judged_before_a_guest_broke(
    tmp_path: Path, assignment: Assignment
) -> None:
    (tmp_path / "autodiff.py").write_text(
        SOLUTION.replace("return (2 * self", "return (3 * self"), encoding="utf-8"
    )
    hidden = {case.program for case in compiled(BACKPROP, Store(None), 0).cases if case.is_secret}

    class Breaking(Guest):
        def perform(self, submission: Any, tasks: Sequence[Any], **options: Any) -> Performance:
            if submission.id == tmp_path.name and any(program in hidden for program, _ in tasks):
                broken(self)
            return super().perform(submission, tasks, **options)

    with Breaking() as guest:
        report = grader.grade(tmp_path, BACKPROP, guest=guest)
    outcomes = {case.verdict.outcome for case in report.cases if not case.case.is_secret}
    assert {Outcome.PASSED, Outcome.FAILED} <= outcomes


@pytest.mark.parametrize("changed", [False, True])
def test_what_is_begun_goes_on_in_its_process_unless_the_submission_has_changed(
    tmp_path: Path, assignment: Assignment, changed: bool
) -> None:
    said: list[str] = []

    class Listening(Guest):
        def perform(self, submission: Any, tasks: Sequence[Any], **options: Any) -> Performance:
            done = super().perform(submission, tasks, **options)
            if submission.id == "watched":
                said.append(done.output)
            return done

    file = tmp_path / "autodiff.py"
    with Listening() as guest:
        answers = answers_for(assignment, guest, Store.default())
        file.write_text(f"{SOLUTION}\nprint('as it was')\n", encoding="utf-8")
        handed_in = read_submission(tmp_path, id="watched")
        begun = Begun(assignment, handed_in, perform(handed_in, assignment, guest))
        if changed:
            file.write_text(f"{SOLUTION}\nprint('as it is')\n", encoding="utf-8")
        handed_in = read_submission(tmp_path, id="watched")
        observed = observe(handed_in, assignment, answers, guest, begun=begun)
    assert said == ["as it was\n", *(["as it is\n"] if changed else []), ""]
    assert observed.output == said[-2]
