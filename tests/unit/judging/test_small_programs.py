"""Small programs: in order of size, each once, always the same, and fit to be differentiated."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.domain.array import Array
from grader.domain.program import (
    Apply,
    Backward,
    Constant,
    Input,
    Name,
    Program,
    TakeGradient,
)
from grader.domain.vocabulary import VOCABULARY
from grader.domain.writing import graph_text
from grader.generating.primal import ELEMENTWISE, broadcast, primals
from grader.judging.small_programs import small_programs

FUNCTIONS = ("add", "mul", "square", "exp")


def size(program: Program) -> int:
    return len(list(program.applications()))


def test_programs_come_in_order_of_size_and_are_always_the_same():
    found = list(small_programs(FUNCTIONS, 3))
    assert [size(program) for program in found] == sorted(map(size, found))
    assert found == list(small_programs(FUNCTIONS[::-1], 3))
    assert len(set(found)) == len(found)


def test_the_shapes_of_sharing_that_learners_get_wrong_are_among_the_first():
    texts = {graph_text(program) for program in small_programs(("add", "square"), 3)}
    assert "y = x + x\n" in texts
    assert "a = x + x\ny = a + x\n" in texts  # an array shared with the upstream gradient
    assert "a = square(x)\nb = square(a)\ny = b + a\n" in texts  # branches of unlike length
    assert "a = square(x)\nb = square(a)\ny = a + b\n" in texts


@pytest.mark.parametrize("name", VOCABULARY)
def test_every_function_of_the_vocabulary_comes_up_alone(name):
    assert any(program.functions()[0] == name for program in small_programs((name, "mul"), 1))


def test_every_value_of_a_graph_is_used():
    for program in small_programs(FUNCTIONS, 3):
        used = {
            o.name for node in program.applications() for o in node.operands if hasattr(o, "name")
        }
        made = {target for node in program.applications() for target in node.targets}
        assert made - used == {"y"}
        assert {given.name for given in program.inputs} <= used


def test_numbers_are_chosen_where_a_graph_is_well_behaved():
    nodes = ("exp", "square", "log", "relu")
    for program in small_programs(nodes, 3):
        if all(name in ELEMENTWISE for name in program.functions()):
            assert primals(program) is not None, graph_text(program)


def one(function: str, *operands: float) -> Program:
    names = [f"x{i}" for i, _ in enumerate(operands)]
    given = tuple(Input(n, Array.of(v)) for n, v in zip(names, operands, strict=True))
    node = Apply(("y",), function, tuple(map(Name, names)))
    return Program(given, (node, Backward("y")), ())


@pytest.mark.parametrize(
    ("function", "operands"),
    [
        ("div", (1.0, 0.0)),
        ("log", (0.0,)),
        ("relu", (0.0,)),
        ("exp", (20.0,)),
        ("pow", (-2.0, 0.5)),
    ],
)
def test_poles_kinks_and_large_values_are_avoided(function, operands):
    assert primals(one(function, *operands)) is None


def test_what_a_graph_takes_from_a_gradient_cannot_be_told():
    square, grows = one("square", 3.0).statements[0], Apply(("z",), "square", (Name("gx"),))
    steps = (square, Backward("y"), TakeGradient("gx", "x0"), grows)
    assert primals(Program((Input("x0", Array.of(3.0)),), steps, ())) is None


def test_values_are_what_the_reference_computes():
    from tests.unit.reference.engine import load, numbers

    autodiff = load()
    for program in small_programs(tuple(ELEMENTWISE), 2):
        found = primals(program)
        if found is None:
            continue
        names = {g.name: autodiff.Variable(numbers_of(g.value)) for g in program.inputs}
        for node in program.applications():
            operands = [
                o.value.nested() if isinstance(o, Constant) else names[o.name]
                for o in node.operands
            ]
            names[node.targets[0]] = getattr(autodiff, node.function)(*operands)
        for name, value in found.items():
            assert Array.of(numbers(names[name])).values == pytest.approx(value.values)


def numbers_of(value: Array) -> object:
    import numpy as np

    return np.array(value.nested(), dtype=float)


shapes = st.lists(st.sampled_from([1, 2, 3]), max_size=3).map(tuple)


@given(st.lists(shapes, min_size=1, max_size=3))
@settings(database=None)
def test_shapes_meet_as_numpys_do(several):
    import numpy as np

    try:
        due = np.broadcast_shapes(*several)
    except ValueError:
        due = None
    assert broadcast(several) == due


@given(left=shapes, right=shapes)
@settings(database=None)
def test_elements_meet_as_numpys_do(left, right):
    import numpy as np

    if broadcast([left, right]) is None:
        return
    a = np.arange(np.prod(left, dtype=int)).reshape(left)
    b = 10.0 * np.arange(np.prod(right, dtype=int)).reshape(right)
    nodes = (Apply(("y",), "add", (Name("a"), Name("b"))),)
    given_ = (Input("a", Array.of(a.tolist())), Input("b", Array.of(b.tolist())))
    found = primals(Program(given_, nodes, ()))
    assert found is not None
    assert found["y"] == Array.of((a + b).tolist())
