"""Running and scoring are apart: what was observed once is scored again without the submission."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.answers import Store, answers_for
from grader.domain import codec
from grader.domain.assignment import Assignment, Tolerance
from grader.domain.observed import Observed
from grader.domain.submission import SourceFile, Submission
from grader.domain.verdict import Outcome, Status
from grader.grading import catalogue, compiled, select
from grader.observing import observe
from grader.predictions import Oracle
from grader.report.model import Report
from grader.report.results import to_json
from grader.sandbox import Guest, read_submission
from grader.scoring import score
from grader.shipped import assignments_folder

OVERWRITES = Path(__file__).parents[1] / "submissions" / "overwrite_closures" / "submission"
CASES = ("add-alone", "square-alone", "x-plus-x", "diamond")


@pytest.fixture(scope="module")
def guest() -> Iterator[Guest]:
    with Guest() as guest:
        yield guest


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def assignment(store: Store) -> Assignment:
    return select(compiled(assignments_folder() / "backprop", store, 0), CASES)


@pytest.fixture(scope="module")
def observed(assignment: Assignment, guest: Guest, store: Store) -> Observed:
    return observe(
        read_submission(OVERWRITES), assignment, answers_for(assignment, guest, store), guest
    )


def scored(observed: Observed, assignment: Assignment, guest: Guest, store: Store) -> Report:
    answers = answers_for(assignment, guest, store)
    return score(
        observed,
        assignment,
        answers,
        lambda: Oracle(assignment, answers, catalogue(store)[:3], guest, store),
    )


def test_observations_survive_being_stored(observed: Observed) -> None:
    assert codec.loads(Observed, codec.dumps(observed)) == observed


def test_only_what_did_not_pass_was_performed_alone(observed: Observed) -> None:
    alone = {one.case for one in observed.performed if one.alone}
    assert alone
    assert alone < {one.case for one in observed.performed}


def test_stored_observations_give_the_same_report(
    observed: Observed, assignment: Assignment, guest: Guest, store: Store
) -> None:
    again = codec.loads(Observed, codec.dumps(observed))
    first = to_json(scored(observed, assignment, guest, store))
    assert to_json(scored(again, assignment, guest, store)) == first


def test_points_tolerance_and_visibility_change_without_another_run(
    observed: Observed, assignment: Assignment, guest: Guest, store: Store
) -> None:
    before = scored(observed, assignment, guest, store)
    wrong = {one.case.id for one in before.cases if one.verdict.outcome is Outcome.FAILED}
    assert wrong
    changed = replace(
        assignment,
        cases=tuple(
            replace(case, points=10.0, hidden=True, tolerance=Tolerance(1e9, 1e9), needs=())
            for case in assignment.cases
        ),
    )
    after = scored(observed, changed, guest, store)
    assert after.score == after.max_score == 10.0 * len(assignment.cases)
    assert before.score < before.max_score


def test_what_cannot_be_loaded_is_stored_too(
    assignment: Assignment, guest: Guest, store: Store
) -> None:
    broken = Submission("broken", "file", (SourceFile("autodiff.py", b"def ("),))
    observed = observe(broken, assignment, answers_for(assignment, guest, store), guest)
    again = codec.loads(Observed, codec.dumps(observed))
    assert again == observed
    assert scored(again, assignment, guest, store).status is Status.UNGRADABLE
