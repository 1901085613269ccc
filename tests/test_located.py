"""Without being told of the catalogue, the grader locates what each entry does: its function or its seam."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from grader.answers import REFERENCE_DIALECT, REFERENCE_REQUIRES, reference_submission
from grader.authoring.catalogue import load_catalogue
from grader.domain.assignment import Assignment, Case
from grader.domain.misconception import Misconception
from grader.judging.divergence import NOWHERE
from grader.predictions import mutant
from grader.sandbox import Guest
from tests.unit.judging.test_divergence import ASSIGNMENTS, Bench

SEAMS = ("seed", "order", "rule", "accumulate", "shape", "state", "second order")
NOT_IN_NUMBERS = {  # what the function is called for, or the type of its numbers
    "rsub_not_swapped",
    "rdiv_not_swapped",
    "getitem_zeros_like_int",
}
# What is told of the others, and why: walking backward shows functions and what arrives, not what became of state.
ELSEWHERE = {
    "generation_not_incremented": "-",  # every gradient is right; the generation is a finding of its own
    "as_array_missing": "-",  # no graph is there to walk: the crash of the forward pass is told with its line
    "class_state": "rule wrong share square",  # the function computes with another use's input
    "no_grad_sticks": "rule wrong share square",  # of a square that was not recorded, nothing is sent on
    "inputs_copied": "accumulate lost neg",  # what neg sends arrives nowhere: at the copy
    "none_grad_crash": "accumulate lost",  # the share of the output that nobody used is not there
    "first_output_only": "accumulate misadded",  # the sum at x lacks what the second output should bring
    "recursive_first_path": "accumulate misadded",  # so it does where the second path ends
    "graph_always": "accumulate misadded",  # x gets more than its functions send: along a graph nobody asked for
}


@cache
def _catalogue() -> tuple[Misconception, ...]:
    return load_catalogue(ASSIGNMENTS / "misconceptions")


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Guest() as guest:
        yield Bench(guest)


def test_the_reference_diverges_nowhere(bench: Bench) -> None:
    asked = Assignment("a", "a", REFERENCE_DIALECT, REFERENCE_REQUIRES, _probes())
    located, _ = bench(reference_submission(), asked)
    assert located == {}


def _probes() -> tuple[Case, ...]:
    return tuple(Case(e.id, e.id, e.concept, "", e.probe) for e in _catalogue())


def test_the_fault_of_every_known_mistake_is_located(bench: Bench) -> None:
    """Its function where it is about one, else its seam; by the one graph that its entry gives."""
    entries = [
        entry
        for entry in _catalogue()
        if entry.concept in SEAMS and not entry.convention and entry.id not in NOT_IN_NUMBERS
    ]
    table = {entry.id: _located(bench, entry) for entry in entries}
    print("\n".join(f"{id:28} {told}" for id, (_, told) in table.items()))
    elsewhere = {id: told for id, (right, told) in table.items() if not right}
    assert elsewhere == ELSEWHERE


def _located(bench: Bench, entry: Misconception) -> tuple[bool, str]:
    """Whether the place is that of the entry; and what is told, in words."""
    case = Case(entry.id, entry.id, entry.concept, "", entry.probe)
    asked = Assignment("a", "a", REFERENCE_DIALECT, REFERENCE_REQUIRES, (case,))
    changed = mutant([entry])
    assert changed is not None
    found = bench(changed, asked)[0].get(entry.id, NOWHERE).divergence
    if found is None:
        return False, "-"
    seam = found.seam.value == entry.concept
    right = found.function in entry.applies_to if entry.applies_to else seam
    return right, f"{found.seam} {found.deed} {found.function}".rstrip()
