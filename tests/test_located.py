"""Without being told of the catalogue, the grader locates what nearly each entry does: its function or its seam."""

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
LEAST_SHARE = 0.9


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


def test_the_fault_of_nearly_every_known_mistake_is_located(bench: Bench) -> None:
    """Its function where it is about one, else its seam; by the one graph that its entry gives."""
    entries = [
        entry
        for entry in _catalogue()
        if entry.concept in SEAMS and not entry.convention and entry.id not in NOT_IN_NUMBERS
    ]
    table, good = [], 0
    for entry in entries:
        case = Case(entry.id, entry.id, entry.concept, "", entry.probe)
        asked = Assignment("a", "a", REFERENCE_DIALECT, REFERENCE_REQUIRES, (case,))
        changed = mutant([entry])
        assert changed is not None
        found = bench(changed, asked)[0].get(entry.id, NOWHERE).divergence
        right = found is not None and (
            found.function in entry.applies_to
            if entry.applies_to
            else found.seam.value == entry.concept
        )
        good += right
        told = f"{found.seam} {found.deed} {found.function}" if found else "-"
        table.append(f"{'ok' if right else 'NO':3} {entry.id:28} {entry.concept:12} {told}")
    print("\n".join([*table, f"{good} of {len(entries)} located"]))
    assert good >= LEAST_SHARE * len(entries), "\n".join(r for r in table if r.startswith("NO"))
