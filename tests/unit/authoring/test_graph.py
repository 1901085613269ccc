"""The graph language, statement by statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.domain.array import Array
from grader.domain.program import (
    Apply,
    Backward,
    Call,
    ClearGradient,
    Constant,
    Construct,
    Delete,
    Detach,
    Name,
    NoGrad,
    Option,
    Raises,
    TakeGradient,
)
from tests.unit.authoring.writing import as_text, case, faults, with_case


def steps(folder: Path, graph: str, inputs: str = "{x: 2.0, z: 3.0}") -> list[str]:
    """The nodes that a graph becomes, as text; inputs that it does not use are left out."""
    given = ", ".join(p for p in inputs.strip("{}").split(", ") if p[0] in graph)
    program = case(folder, graph, inputs=f"{{{given}}}").program
    return [as_text(statement) for statement in program.applications()]


@pytest.mark.parametrize(
    ("graph", "nodes"),
    [
        ("y = add(x, z)", ["y = add(x, z)"]),
        ("y = x + z", ["y = add(x, z)"]),
        ("y = x - z", ["y = sub(x, z)"]),
        ("y = x * z", ["y = mul(x, z)"]),
        ("y = x / z", ["y = div(x, z)"]),
        ("y = x ** 3", ["y = pow(x, 3)"]),
        ("y = 2 ** x", ["y = pow(2, x)"]),
        ("y = x @ z", ["y = matmul(x, z)"]),
        ("y = -x", ["y = neg(x)"]),
        ("y = x ** -1", ["y = pow(x, -1)"]),
        ("y = x ** (1 / 2)", ["y = pow(x, 0.5)"]),
        ("y = x * (2 + 3 * 4)", ["y = mul(x, 14)"]),
        ("y = x * 2 ** 3", ["y = mul(x, 8)"]),
        ("y = add(square(x), square(x))", ["y1 = square(x)", "y2 = square(x)", "y = add(y1, y2)"]),
        (
            "y = exp(add(square(x), z))",
            ["y1 = square(x)", "y2 = add(y1, z)", "y = exp(y2)"],
        ),
        ("a1 = square(-x)", ["a1_1 = neg(x)", "a1 = square(a1_1)"]),
        (
            "y1 = square(x)\ny = add(square(y1), -y1)",
            ["y1 = square(x)", "y2 = square(y1)", "y3 = neg(y1)", "y = add(y2, y3)"],
        ),
        (
            "y = square(square(x))\ny1 = square(y)",
            ["y2 = square(x)", "y = square(y2)", "y1 = square(y)"],
        ),
        ("y = sum(x, axis=0, keepdims=True)", ["y = sum(x, axis=0, keepdims=True)"]),
        ("y = sum(x, keepdims=True, axis=(0, 1))", ["y = sum(x, axis=(0, 1), keepdims=True)"]),
        ("y = sum(x, 0)", ["y = sum(x, axis=0)"]),
        ("y = sum(x)", ["y = sum(x)"]),
        ("y = reshape(x, (2, 3))", ["y = reshape(x, shape=(2, 3))"]),
        ("y = reshape(x, [2, -1])", ["y = reshape(x, shape=(2, -1))"]),
        ("y = reshape(x, 6)", ["y = reshape(x, shape=(6,))"]),
        ("y = reshape(x, ())", ["y = reshape(x, shape=())"]),
        ("y = transpose(x)", ["y = transpose(x)"]),
        ("y = x[0]", ["y = getitem(x, index='0')"]),
        ("y = x[0, 1:3]", ["y = getitem(x, index='0, 1:3')"]),
        ("y = x[[0, 0, 2]]", ["y = getitem(x, index='[0, 0, 2]')"]),
        ("y = x[..., None, ::-1]", ["y = getitem(x, index='..., None, ::-1')"]),
        ("y = getitem(x, (0, 1))", ["y = getitem(x, index='0, 1')"]),
        ("a, b = split(x)\ny = a * b", ["a, b = split(x)", "y = mul(a, b)"]),
        ("y = x + z; w = y * y", ["y = add(x, z)", "w = mul(y, y)"]),
        ("# only a remark\n\ny = -x  # another", ["y = neg(x)"]),
    ],
)
def test_expressions_become_nodes(graph: str, nodes: list[str], tmp_path: Path) -> None:
    assert steps(tmp_path, graph) == nodes


def test_a_function_and_its_operator_are_the_same_node(tmp_path: Path) -> None:
    one = case(tmp_path, "y = mul(x, x)").program
    other = case(tmp_path, "y = x * x").program
    assert one == other


def test_a_whole_number_stays_one_and_a_list_is_float(tmp_path: Path) -> None:
    one, other = case(tmp_path, "a = x * 2\ny = a + [1, 2]").program.applications()
    assert one.operands[1] == Constant(Array.of(2, "int64"))
    assert other.operands[1] == Constant(Array.of([1, 2], "float64"))


def test_backward_of_the_last_name_is_meant_where_there_is_none(tmp_path: Path) -> None:
    program = case(tmp_path, "a = square(x)\ny = square(a)").program
    assert program.statements[-1] == Backward("y")


@pytest.mark.parametrize(
    ("graph", "more"),
    [
        ("y = -x", "backward: false"),
        ("with no_grad():\n    y = -x", ""),
        ("y = -x\nd = y.detach()", "check: [d.creator is None]"),
        ("y = -x\nv = Variable(2.5)", ""),
        ("y = -x\nraises(ValueError): reshape(y, (7,))", ""),
    ],
)
def test_no_backward_is_implied(graph: str, more: str, tmp_path: Path) -> None:
    assert case(tmp_path, graph, more=more).program.backwards() == ()


def test_a_deleted_name_is_not_the_last_one(tmp_path: Path) -> None:
    program = case(tmp_path, "y = -x\nz = square(x)\ndel z").program
    assert program.statements[-1] == Backward("y")


def test_backward_takes_its_options_and_an_upstream(tmp_path: Path) -> None:
    graph = (
        "y = x * g\ny.backward(create_graph=True, retain_grad=True)\n"
        "backward(y, g)\nbackward(y, [1, 2], retain_grad=True)\nbackward(y)\nbackward(y, -1)"
    )
    program = case(tmp_path, graph, inputs="{x: [1, 2], g: [3, 4]}").program
    assert program.backwards() == (
        Backward("y", None, create_graph=True, retain_grad=True),
        Backward("y", Name("g")),
        Backward("y", Constant(Array.of([1, 2])), retain_grad=True),
        Backward("y"),
        Backward("y", Constant(Array.of(-1))),
    )


def test_state_is_part_of_the_language(tmp_path: Path) -> None:
    graph = (
        "y = square(x)\ny.backward(create_graph=True)\ngx = x.grad\nx.cleargrad()\n"
        "gx.backward()\nd = gx.detach()\nwith no_grad():\n    w = square(d)\n"
        "    y2 = -w\ndel y, y2\nv = Variable([1, 2.5])"
    )
    program = case(tmp_path, graph).program
    assert program.statements == (
        Apply(("y",), "square", (Name("x"),)),
        Backward("y", create_graph=True),
        TakeGradient("gx", "x"),
        ClearGradient("x"),
        Backward("gx"),
        Detach("d", "gx"),
        NoGrad((Apply(("w",), "square", (Name("d"),)), Apply(("y2",), "neg", (Name("w"),)))),
        Delete("y"),
        Delete("y2"),
        Construct("v", (1, 2.5)),
    )


@pytest.mark.parametrize(
    ("graph", "statement"),
    [
        ('raises(TypeError): Variable("a")', Raises("TypeError", Construct("refused1", "a"))),
        (
            "raises( ValueError ) : y = x + x",
            Raises("ValueError", Apply(("y",), "add", (Name("x"), Name("x")))),
        ),
        (
            "raises(TypeError):\n    add(x, x)",
            Raises("TypeError", Apply(("refused1",), "add", (Name("x"), Name("x")))),
        ),
        ("raises(ValueError): x.backward()", Raises("ValueError", Backward("x"))),
        ("raises(RuntimeError): x.cleargrad()", Raises("RuntimeError", ClearGradient("x"))),
        (
            "raises(IndexError): x[7]",
            Raises(
                "IndexError", Apply(("refused1",), "getitem", (Name("x"),), (Option("index", "7"),))
            ),
        ),
    ],
)
def test_a_refused_step_is_held_by_raises(graph: str, statement: Raises, tmp_path: Path) -> None:
    inputs = "{x: 2}" if "x" in graph.partition(":")[2] else "{}"
    assert case(tmp_path, graph, inputs=inputs).program.statements == (statement,)


def test_a_name_that_was_refused_does_not_exist(tmp_path: Path) -> None:
    graph = "raises(TypeError): y = x + x\nz = square(y)"
    (found,) = faults(tmp_path, with_case(graph))
    assert (found.code, found.line) == ("YS104", 8)
    again = case(tmp_path, "raises(TypeError): y = x + x\ny = square(x)").program
    assert [step.targets for step in again.applications()] == [("y",), ("y",)]


def test_call_applies_to_every_node(tmp_path: Path) -> None:
    program = case(tmp_path, "y = -x * x", more="call: operator").program
    assert {step.call for step in program.applications()} == {Call.OPERATOR}


def test_a_long_chain_can_be_written(tmp_path: Path) -> None:
    lines = ["a0 = square(x)"] + [f"a{i} = add(a{i - 1}, a{i - 1})" for i in range(1, 500)]
    assert len(list(case(tmp_path, "\n".join(lines)).program.applications())) == 500


def test_a_graph_is_never_executed(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    graph = f"y = x + open({str(trace)!r}, 'w')"
    (found,) = faults(tmp_path / "a", with_case(graph))
    assert found.message == "no function `open`"
    assert not trace.exists()
