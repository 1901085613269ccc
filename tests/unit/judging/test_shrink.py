"""Shrinking, against a judge that performs nothing: what is kept, what is left, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from grader.domain.array import Array
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    ClearGradient,
    Constant,
    Input,
    Name,
    NoGrad,
    Program,
    Quantity,
)
from grader.domain.writing import graph_text
from grader.generating.random_graphs import Wanted, random_graphs
from grader.judging.shrink import shrink, weight

FUNCTIONS = ("add", "mul", "square", "exp", "sin", "tanh", "sub", "div")
GRAPHS = tuple(random_graphs(Wanted(FUNCTIONS, (8, 12)), 30, "shrink"))


def keeping(holds: Callable[[Program], bool]) -> Callable[[Sequence[Program]], list[bool]]:
    return lambda programs: [holds(program) for program in programs]


def uses(function: str) -> Callable[[Program], bool]:
    return lambda program: function in program.functions()


def twice(program: Program) -> bool:
    """Whether one value is used by two functions, or twice by one: what a lost path needs."""
    names = [o for node in program.applications() for o in node.operands if isinstance(o, Name)]
    return len(names) > len(set(names))


def functions(program: Program) -> int:
    return len(list(program.applications()))


@pytest.mark.parametrize("program", GRAPHS, ids=range(len(GRAPHS)))
def test_a_broken_rule_is_left_alone_with_its_function(program):
    function = program.functions()[-1]
    found = shrink(program, keeping(uses(function)))
    assert [node.function for node in found.applications()] == [function]
    assert found.quantities[0] == Quantity(Aspect.VALUE, found.backwards()[0].of)


@pytest.mark.parametrize("program", [g for g in GRAPHS if twice(g)])
def test_a_lost_path_is_left_with_one_function(program):
    assert functions(shrink(program, keeping(twice), functions=FUNCTIONS)) == 1


def test_what_is_found_still_shows_it_and_is_no_larger():
    for program in GRAPHS:
        if twice(program) and "exp" in program.functions():
            found = shrink(program, keeping(lambda p: twice(p) and "exp" in p.functions()))
            assert twice(found)
            assert "exp" in found.functions()
            assert weight(found) <= weight(program)


def test_where_nothing_smaller_shows_it_the_graph_stays_as_it_is():
    assert shrink(GRAPHS[0], keeping(lambda program: program == GRAPHS[0])) == GRAPHS[0]


def test_no_more_programs_are_asked_about_than_may_be():
    asked = []

    def keeps(programs):
        asked.extend(programs)
        return [False] * len(programs)

    shrink(GRAPHS[0], keeps, budget=70)
    assert 0 < len(asked) <= 70
    assert len(set(asked)) == len(asked), "asked twice"


def test_every_candidate_hangs_together():
    def keeps(programs):
        for program in programs:
            known = {given.name for given in program.inputs}
            for node in program.applications():
                assert {o.name for o in node.operands if isinstance(o, Name)} <= known
                known |= set(node.targets)
            assert {quantity.of for quantity in program.quantities} <= known
            assert program.quantities
        return [twice(program) for program in programs]

    for program in GRAPHS[:10]:
        shrink(program, keeps, functions=FUNCTIONS)


def square(target: str, of: str) -> Apply:
    return Apply((target,), "square", (Name(of),))


def test_statements_that_are_not_needed_are_left_out():
    x_grad = Quantity(Aspect.GRADIENT, "x")
    program = Program(
        (Input("x", Array.of([3.0, -1.5])),),
        (
            NoGrad((square("n", "x"),)),
            square("a", "x"),
            Backward("a"),
            ClearGradient("x"),
            square("y", "x"),
            Backward("y", Constant(Array.of([1.0, -10.0]))),
        ),
        (x_grad,),
    )
    found = shrink(program, keeping(lambda p: ClearGradient("x") in p.statements))
    assert ClearGradient("x") in found.statements
    assert functions(found) == 1
    assert found.inputs[0].value == Array.of(3.0)
    plain = shrink(program, keeping(uses("square")))
    assert graph_text(plain) == "y = square(x)\n" or graph_text(plain) == "a = square(x)\n"
