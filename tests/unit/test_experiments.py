"""The smallest graph that tells two implementations apart, found by performing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.answers import Store, reference_submission
from grader.domain.submission import Submission
from grader.domain.writing import graph_text
from grader.experiments import Laboratory
from grader.grading import catalogue
from grader.judging.small_programs import small_programs
from grader.predictions import mutant
from grader.sandbox import Guest

CATALOGUE = {entry.id: entry for entry in catalogue(Store(None))}


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    with Guest(accept_level=0) as guest:
        yield Laboratory(guest, Store(None))


def changed(*ids: str) -> Submission:
    found = mutant([CATALOGUE[id] for id in ids])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("id", "functions", "graph"),
    [
        ("overwrite", ("add", "square"), "y = x + x\n"),
        ("inplace_alias", ("add", "square"), "a = x + x\ny = a + x\n"),
        ("stack_seen", ("square", "add"), "a = x + x\nb = a + a\ny = b + a\n"),
        ("square_no_two", ("square",), "y = square(x)\n"),
        ("mul_no_sum_to", ("mul",), "y = x * w\n"),
    ],
)
def test_the_smallest_graph_that_shows_a_mistake(laboratory, id, functions, graph):
    implementations = [reference_submission(), changed(id)]
    found = laboratory.first_difference(implementations, small_programs(functions, 3))
    assert found is not None
    assert graph_text(found) == graph


def test_the_smallest_graph_that_tells_two_mistakes_apart(laboratory):
    implementations = [changed("stack_seen"), changed("lowest_generation_first")]
    found = laboratory.first_difference(implementations, small_programs(("add", "square"), 4))
    assert found is not None
    assert len(list(found.applications())) == 3


def test_where_nothing_tells_them_apart_nothing_is_found(laboratory):
    implementations = [reference_submission(), changed("square_no_two")]
    assert laboratory.first_difference(implementations, small_programs(("add",), 3)) is None


def test_what_was_performed_once_is_kept(laboratory):
    programs = tuple(small_programs(("add", "square"), 2))
    found = laboratory.perform(changed("overwrite"), programs)
    again = Laboratory(None, laboratory.store)  # type: ignore[arg-type]  # nobody to perform anything
    assert again.perform(changed("overwrite"), programs) == found
