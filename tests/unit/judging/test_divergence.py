"""Where a backward pass first goes wrong, what is said of it, and on which line, in every style."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.answers import (
    Store,
    answers_for,
)
from grader.authoring import load_assignment
from grader.domain.assignment import Assignment
from grader.domain.contribution import ContributionWord
from grader.domain.divergence import Deed, Divergence, Seam
from grader.domain.submission import Submission
from grader.filming import Closer, look_closer, right_films
from grader.judging.divergence import Located, locate
from grader.judging.slopes import side
from grader.judging.verdicts import judge
from grader.records import replace
from grader.report import deeds
from grader.sandbox import Guest, Performance, fitted, read_submission
from grader.scoring import DIAGNOSED

ASSIGNMENTS = Path(__file__).parents[3] / "assignments"
CORPUS = Path(__file__).parents[2] / "submissions"


@cache
def _assignment(name: str) -> Assignment:
    return load_assignment(ASSIGNMENTS / name)


@pytest.fixture(scope="module")
def guest() -> Iterator[Guest]:
    with Guest() as guest:
        yield guest


class Bench:
    """Locates what is wrong in some cases of one submission."""

    def __init__(self, guest: Guest) -> None:
        self.guest, self.store = guest, Store(None)

    def __call__(
        self, submission: Submission, assignment: Assignment
    ) -> tuple[Mapping[str, Located], Mapping[str, str]]:
        answers = answers_for(assignment, self.guest, self.store)
        right = right_films(assignment.cases, self.guest, self.store)
        done = self.guest.perform(
            submission,
            [(case.program, 1.0) for case in assignment.cases],
            dialect=assignment.dialect,
            requires=assignment.requires,
        )
        assert not done.loading.error
        pairs = zip(assignment.cases, done.transcripts, strict=True)
        observed = {case.id: fitted(found, answers[case.id]) for case, found in pairs}
        verdicts = [judge(c, observed[c.id], answers[c.id]) for c in assignment.cases]
        closer = look_closer(submission, assignment, verdicts, observed, self.guest)
        located, sides = {}, {}
        for case, verdict in zip(assignment.cases, verdicts, strict=True):
            if verdict.outcome not in DIAGNOSED:
                continue
            seen = closer.get(case.id, Closer(None))
            found, due = observed[case.id], answers[case.id]
            located[case.id] = locate(case, found, due, seen.film, right.get(case.id))
            sides[case.id] = side(case, found, due, seen.slopes)
        return located, sides


@pytest.fixture(scope="module")
def bench(guest: Guest) -> Bench:
    return Bench(guest)


def _corpus(bench: Bench, name: str, *cases: str, assignment: str = "backprop") -> Any:
    asked = _assignment(assignment)
    some = tuple(asked.case(id) for id in cases)
    selected = Assignment(asked.id, asked.title, asked.dialect, asked.requires, some)
    return bench(read_submission(CORPUS / name / "submission"), selected)


def _divergence(bench: Bench, name: str, case: str, assignment: str = "backprop") -> Divergence:
    located, _ = _corpus(bench, name, case, assignment=assignment)
    found = located[case].divergence
    assert found is not None
    return found


# What is said, in the learner's own words and lines.


def test_the_first_draft_overwrites_on_line_63_of_its_cell(bench: Bench) -> None:
    found = _divergence(bench, "overwrite_learner_draft", "diamond")
    assert (found.seam, found.deed) == (Seam.ACCUMULATE, Deed.OVERWRITTEN)
    assert found.place is not None
    assert (found.place.cell, found.place.line) == ("In [13]", 63)
    assert deeds.deed_at(found) == (
        "notebook-export.txt, In [13], line 63: The gradient of a was 8, and was overwritten "
        "with 8; the sum is 16."
    )


def test_the_second_draft_asks_square_before_its_other_user_has_reported(bench: Bench) -> None:
    found = _divergence(bench, "stack_learner_draft", "diamond")
    assert (found.seam, found.deed) == (Seam.ORDER, Deed.TOO_EARLY)
    assert found.place is not None
    assert (found.place.cell, found.place.line) == ("In [13]", 55)
    assert deeds.deed(found) == (
        "The backward of square (for a) was called before y2 had reported: it got 8, and is "
        "owed 16."
    )


def test_a_function_that_is_called_twice_is_told_with_what_was_missing(bench: Bench) -> None:
    found = _divergence(bench, "no_seen_set", "diamond")
    assert (found.deed, found.times) == (Deed.TOO_OFTEN, 2)
    assert "was called 2 times; once would do." in deeds.deed(found)
    early = Divergence(Seam.ORDER, Deed.TOO_OFTEN, "square", "a", times=3, waits_for=("b",))
    assert deeds.deed(early).endswith("The first call came before b had reported.")


@pytest.mark.parametrize(
    ("name", "case", "seam", "deed", "line"),
    [
        ("seed_zero", "square-alone", Seam.SEED, Deed.WRONG_SEED, 29),
        ("no_gy_square", "square-upstream", Seam.RULE, Deed.WRONG_SHARE, 99),
        ("square_at_output", "square-alone", Seam.RULE, Deed.WRONG_SHARE, 47),
        ("wrong_shape_gradient", "square-alone", Seam.SHAPE, Deed.WRONG_SHAPE, 99),
        ("forgets_return", "square-alone", Seam.RULE, Deed.GAVE_NOTHING, 99),
        ("zip_reversed", "mul-alone", Seam.ACCUMULATE, Deed.EXCHANGED, 51),
        ("inplace_alias_book", "x-thrice", Seam.ACCUMULATE, Deed.SHARED, 53),
        ("inplace_alias_book", "a-neighbour-of-x", Seam.ACCUMULATE, Deed.SHARED, 53),
        ("first_wins_slots", "square-plus-x", Seam.ACCUMULATE, Deed.NOT_ADDED, 35),
        ("first_input_only", "add-alone", Seam.ACCUMULATE, Deed.LOST, 51),
        ("mean_of_paths", "square-plus-x", Seam.ACCUMULATE, Deed.MISADDED, 53),
        ("last_input_only_followed", "two-squares", Seam.ACCUMULATE, Deed.NEVER_ASKED, 45),
        ("forward_order_closures", "chain-two", Seam.ORDER, Deed.TOO_EARLY, 30),
        ("mul_swapped", "mul-alone", Seam.RULE, Deed.WRONG_SHARE, 22),
        ("exp_on_the_old_api", "exp-alone", Seam.RULE, Deed.CRASHED, 111),
        ("cleargrad_noop", "clear-and-reuse", Seam.STATE, Deed.LEFT_OVER, 53),
    ],
)
def test_a_mistake_in_its_own_style_is_located(
    name: str, case: str, seam: Seam, deed: Deed, line: int, bench: Bench
) -> None:
    found = _divergence(bench, name, case)
    assert (found.seam, found.deed) == (seam, deed)
    assert found.place is not None
    assert found.place.line == line
    assert deeds.deed(found)  # every placeholder can be filled in


def test_every_edge_into_a_shared_variable_is_told(bench: Bench) -> None:
    located, _ = _corpus(bench, "overwrite_book", "x-thrice", "diamond")
    assert [one.word for one in located["x-thrice"].contributions] == [
        ContributionWord.LOST,
        ContributionWord.LOST,
        ContributionWord.RIGHT,
    ]
    lost, kept = located["diamond"].contributions
    assert (lost.target, lost.operand, lost.due.nested(), lost.arrived) == ("y1", "a", 8.0, None)
    assert (kept.target, kept.arrived and kept.arrived.nested()) == ("y2", 8.0)


def test_what_lies_upstream_is_a_consequence_and_no_second_fault(bench: Bench) -> None:
    located, _ = _corpus(bench, "overwrite_book", "stacked-diamonds")
    found = located["stacked-diamonds"]
    assert found.divergence is not None
    assert found.divergence.variable == "b"
    assert "x" in found.consequences
    assert "b" not in found.consequences


def test_exchanged_gradients_are_swapped_edges(bench: Bench) -> None:
    located, _ = _corpus(bench, "mul_swapped", "mul-alone")
    words = {one.word for one in located["mul-alone"].contributions}
    assert words == {ContributionWord.SWAPPED}


def test_a_walk_that_does_not_end_is_told_by_what_is_asked_again(bench: Bench) -> None:
    found = _divergence(bench, "recursive_paths", "ladder")
    assert found.deed is Deed.ENDLESS
    assert found.times > 2
    assert "did not end" in deeds.deed(found)


# The witness on the submission's own forward pass.


def test_a_wrong_rule_is_a_fault_of_the_backward_pass(bench: Bench) -> None:
    _, sides = _corpus(bench, "no_gy_square", "square-upstream")
    assert sides == {"square-upstream": "backward"}


def test_right_gradients_of_a_wrong_forward_pass_are_told_apart(bench: Bench) -> None:
    located, sides = _corpus(
        bench,
        "value_reflected_not_swapped",
        "number-minus-value",
        "number-over-value",
        assignment="micrograd",
    )
    assert set(sides.values()) == {"forward only"}
    found = located["number-minus-value"].divergence
    assert found is not None
    assert (found.seam, found.function) == (Seam.FORWARD, "sub")


def test_values_and_gradients_may_both_be_wrong(bench: Bench) -> None:
    _, sides = _corpus(bench, "forward_in_place", "shared-at-two-depths")
    assert sides == {"shared-at-two-depths": "forward"}


class LoadsOnly:
    """A guest on which a submission can be loaded in some rounds only, counted from 0."""

    def __init__(self, guest: Guest, rounds: set[int]) -> None:
        self.guest, self.rounds, self.round = guest, rounds, -1

    def perform(self, submission: Submission, *arguments: Any, **options: Any) -> Performance:
        self.round += 1
        if self.round not in self.rounds:
            broken = replace(submission.files[0], data=b"raise ValueError")
            submission = replace(submission, files=(broken,))
        return self.guest.perform(submission, *arguments, **options)


@pytest.mark.parametrize(("rounds", "filmed"), [({0}, ["diamond", "x-plus-x"]), (set(), [])])
def test_nothing_is_filmed_where_nothing_can_be_loaded_again(
    guest: Guest, rounds: set[int], filmed: list[str]
) -> None:
    course = _assignment("backprop")
    cases = course.case("diamond"), course.case("x-plus-x")
    asked = Assignment(course.id, course.title, course.dialect, course.requires, cases)
    submission = read_submission(CORPUS / "overwrite_book" / "submission")
    answers = answers_for(asked, guest, Store(None))
    programs = [(case.program, 1.0) for case in cases]
    told = {"dialect": asked.dialect, "requires": asked.requires}
    done = guest.perform(submission, programs, **told)
    observed = {
        case.id: fitted(found, answers[case.id])
        for case, found in zip(cases, done.transcripts, strict=True)
    }
    verdicts = [judge(case, observed[case.id], answers[case.id]) for case in cases]
    some: Any = LoadsOnly(guest, rounds)
    closer = look_closer(submission, asked, verdicts, observed, some)
    assert [id for id, seen in closer.items() if seen.film] == filmed
