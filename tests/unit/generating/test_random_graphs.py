"""Random graphs are as they are wanted, the same for one seed, and fit to be differentiated."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.domain.program import Apply, Name, Program
from grader.generating.primal import ELEMENTWISE, LARGEST, primals
from grader.generating.random_graphs import Wanted, random_graphs
from grader.generating.sharing import Sharing, sharing

FUNCTIONS = tuple(ELEMENTWISE)


@st.composite
def wishes(draw: st.DrawFn) -> Wanted:
    """Whatever a teacher may ask for; `add` is always there, so that loose ends can be joined."""
    functions = draw(st.sets(st.sampled_from(FUNCTIONS), min_size=1, max_size=6)) | {"add"}
    least = draw(st.integers(2, 6))
    inputs = draw(st.integers(1, min(3, least)))
    kinds = draw(st.none() | st.sets(st.sampled_from(list(Sharing)), max_size=2))
    shape = draw(st.sampled_from([(), (3,), (2, 2)]))
    return Wanted(
        tuple(sorted(functions)),
        (least, least + draw(st.integers(0, 6))),
        inputs,
        None if kinds is None else frozenset(kinds),
        shape,
    )


def nodes(program: Program) -> tuple[Apply, ...]:
    return tuple(program.applications())


@given(wanted=wishes(), seed=st.text(max_size=5))
@settings(database=None, max_examples=60)
def test_each_graph_is_as_it_is_wanted(wanted, seed):
    found = list(random_graphs(wanted, 4, seed))
    assert found == list(random_graphs(wanted, 4, seed))
    for program in found:
        made = [node.targets[0] for node in nodes(program)]
        used = {o.name for node in nodes(program) for o in node.operands if isinstance(o, Name)}
        assert wanted.size[0] <= len(made) <= wanted.size[1]
        assert set(made) - used == {"y"}
        assert used >= {given.name for given in program.inputs}
        assert len(program.inputs) == wanted.inputs
        assert all(given.value.shape == wanted.shape for given in program.inputs)
        assert set(program.functions()) <= set(wanted.functions)
        shown = sharing(nodes(program))
        assert wanted.sharing is None or shown >= wanted.sharing
        assert wanted.sharing != frozenset() or not shown
        values = primals(program)
        assert values is not None
        assert all(abs(v) <= LARGEST for value in values.values() for v in value.values)


def test_another_seed_gives_other_graphs_and_no_two_are_alike():
    wanted = Wanted(("add", "mul", "square"), (3, 8))
    left, right = (list(random_graphs(wanted, 30, seed)) for seed in "ab")
    assert len(left) == len(right) == 30
    assert left != right
    assert len({nodes(program) for program in left}) == 30


def test_no_two_numbers_are_alike_since_equal_inputs_hide_exchanged_gradients():
    for program in random_graphs(Wanted(("add", "mul", "sub"), (4, 8), 2, None, (3,)), 20, "1"):
        numbers = [value for given in program.inputs for value in given.value.values]
        assert len(set(numbers)) == len(numbers)


def test_what_is_too_rare_is_not_given():
    assert not list(random_graphs(Wanted(("square", "exp"), (3, 5), 2), 3, "1"))
    chain = Wanted(("square",), (3, 3), 1, frozenset({Sharing.REPEATED}))
    assert not list(random_graphs(chain, 3, "1"))


def apply(target: str, function: str, *names: str) -> Apply:
    return Apply((target,), function, tuple(map(Name, names)))


@pytest.mark.parametrize(
    ("graph", "kinds"),
    [
        ([apply("y", "square", "x")], set()),
        ([apply("y", "add", "x", "x")], {Sharing.REPEATED}),
        ([apply("a", "square", "x"), apply("y", "add", "a", "x")], {Sharing.SHARED}),
        (
            [apply("a", "square", "x"), apply("b", "exp", "x"), apply("y", "add", "a", "b")],
            {Sharing.SHARED, Sharing.DIAMOND},
        ),
        ([apply("a", "square", "x"), apply("y", "mul", "a", "a")], {Sharing.REPEATED}),
    ],
)
def test_the_kinds_of_sharing(graph, kinds):
    assert sharing(graph) == kinds
