"""What a submission is asked once its cases are judged: graphs that decide, and the smallest that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import grader
from grader.domain.array import Array
from grader.domain.diagnosis import Confidence, Smallest
from grader.report.model import Report
from grader.report.results import results
from grader.sandbox import Guest

HERE = Path(__file__).parent / "submissions"
BACKPROP = Path(__file__).parents[1] / "assignments" / "backprop"


@pytest.fixture(scope="module")
def guest() -> Iterator[Guest]:
    with Guest() as guest:
        yield guest


def graded(name: str, guest: Guest) -> Report:
    return grader.grade(HERE / name / "submission", BACKPROP, guest=guest)


def gradients(smallest: Smallest | None) -> list[tuple[object, object]]:
    """(the submission's, the right one) of each gradient that the graph asks for."""
    assert smallest is not None
    pairs = []
    for quantity in smallest.case.program.quantities:
        observed, expected = (
            smallest.observed.reading(quantity),
            smallest.expected.reading(quantity),
        )
        if str(quantity).endswith(".grad"):
            assert isinstance(observed, Array)
            assert isinstance(expected, Array)
            pairs.append((observed.nested(), expected.nested()))
    return pairs


def test_a_mistake_is_shown_on_the_smallest_graph_on_which_the_submission_makes_it(guest: Guest):
    (diagnosis,) = graded("overwrite_book", guest).diagnoses
    assert diagnosis.smallest_graph == "y = x + x\n"
    assert gradients(diagnosis.smallest) == [(1.0, 2.0)]
    assert diagnosis.observations > len(diagnosis.explains)


def test_of_two_mistakes_each_has_a_graph_of_its_own(guest: Guest):
    found = {d.id: d.smallest_graph for d in graded("two_mistakes", guest).diagnoses}
    assert found == {"overwrite": "y = x + x\n", "sub_swapped": "y = a - b\n"}


def test_what_nothing_known_explains_is_shown_on_the_smallest_graph_that_fails_alike(guest: Guest):
    report = graded("overwrite_in_add_only", guest)
    assert report.diagnoses == ()
    assert gradients(report.smallest) == [(1.0, 2.0)]
    document = results(report)["smallest"]
    assert document["case"] == "x-plus-x"
    assert document["functions"] == 1


@pytest.mark.parametrize(
    ("name", "named", "ruled_out"),
    [
        ("generation_not_incremented_loop", "generation_not_incremented", ("stack_seen",)),
        ("stack_seen_loop", "stack_seen", ("generation_not_incremented",)),
    ],
)
def test_where_two_explanations_are_left_a_graph_decides(
    name: str, named: str, ruled_out: tuple[str, ...], guest: Guest
):
    (diagnosis,) = graded(name, guest).diagnoses
    assert diagnosis.id == named
    assert diagnosis.ruled_out == ruled_out
    assert diagnosis.alternatives == ()
    assert diagnosis.confidence is Confidence.CERTAIN
    assert diagnosis.decided_by is not None
    assert "y.generation" in map(str, diagnosis.decided_by.case.program.quantities)


def test_a_right_submission_is_asked_nothing(guest: Guest):
    report = graded("right_closures", guest)
    assert report.diagnoses == ()
    assert report.smallest is None
