"""Whatever stands in a file, loading it gives an assignment or faults with places in that file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader.authoring import load_assignment, render_faults
from grader.domain.assignment import Assignment
from grader.domain.codec import dumps, loads
from grader.errors import AuthoringError, Fault
from tests.unit.authoring.writing import in_a_file, with_case

SHIPPED = Path(__file__).parents[3] / "assignments" / "backprop" / "assignment.yaml"
WHOLE = with_case(
    "a, b = split(x[0])\ny = add(a, -b) ** 2\ny.backward(create_graph=True)\ngx = x.grad\n"
    'raises(TypeError): Variable("a")\nwith no_grad():\n  w = sum(y, axis=0)\ndel w',
    inputs="{x: [[1, 2], [3, 4]]}",
    more="expect: {y: 1, x.grad: null}\npoints: 2\naccept: [{as: k, y: 3}]\nvariants: [{}, {}]",
)

PIECES = st.sampled_from(
    [
        *"[]{}:,-#&*!|>'\"%@`?~<= \n\t()./+x1",
        "\n  - ",
        "\n    ",
        ": ",
        "graph: ",
        "inputs: {x: 1}",
        "case: c",
        "raises(TypeError): ",
        "y = ",
        "square(x)",
        "del y",
        "x.grad",
        "backward(",
        "&a ",
        "*a",
        "1e999",
        "9" * 5000,
        "\\U0010FFFF",
        '"\\uD800"',
        "lambda",
        "*x",
        "**",
        "x[",
        "1:",
        "0x",
        "f'{x}'",
        "not x",
        "\x00",
        "\u2028",
        "中",
        "extends: .",
        "variants: [",
        "{normal: [2]}",
        "{uniform: [], low: 1e308, high: .inf}",
    ]
)


def check(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = in_a_file(Path(folder), data)
        try:
            found = load_assignment(file)
        except AuthoringError as error:
            assert_placed(data, error.faults)
        else:
            assert loads(Assignment, dumps(found)) == found or "nan" in repr(found)


def assert_placed(data: bytes, faults: tuple[Fault, ...]) -> None:
    lines = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    assert faults
    for fault in faults:
        assert 1 <= fault.line <= lines.count("\n") + 1
        assert 1 <= fault.column <= len(fault.text) + 1
        assert 1 <= fault.width <= max(1, len(fault.text) - fault.column + 1)
        assert fault.message
    assert render_faults(faults)


MANY = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@MANY
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    check(data)


@MANY
@given(st.lists(PIECES, max_size=40).map("".join))
@example('a: "\\UFFFFFFFF"')
@example("%YAML 999999999999999999999.1\n---\n1")
@example("? ? ? ?")
def test_pieces_of_yaml(text: str) -> None:
    check(text.encode("utf-8", "replace"))


@MANY
@given(st.integers(0, len(WHOLE)), st.integers(0, 12), st.lists(PIECES, max_size=3).map("".join))
def test_a_good_file_with_a_piece_exchanged(at: int, length: int, piece: str) -> None:
    check((WHOLE[:at] + piece + WHOLE[at + length :]).encode("utf-8", "replace"))


@MANY
@given(st.lists(PIECES, max_size=25).map("".join))
@example("y = " + "(" * 1000)
@example("y = " + "x+" * 5000 + "x")
@example("y = " + "-" * 5000 + "x")
@example("y = x" + "[0]" * 3000)
@example("y = x" + ".a" * 3000)
@example("y = x ** 9 ** 9 ** 9 ** 9 ** 9")
@example("raises(TypeError): raises(TypeError): y = -x")
@example("with no_grad(), no_grad(): y = -x")
@example("y = x\r\nz = -x")
@example("async def f(): pass")
@example("y = add(x, x, **x)")
@example("(yield)")
@example("y = 1 if")
@example("x.grad = -x")
@example("del x.grad, (x)")
@example("raises(): -x")
@example("raises(TypeError): pass")
def test_any_graph(graph: str) -> None:
    check(with_case(graph.replace("\x00", "")).encode("utf-8", "replace"))


@settings(max_examples=20, derandomize=True)
@given(st.data())
def test_a_shipped_assignment_with_a_line_gone(data: st.DataObject) -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines(keepends=True)[:120]
    gone = data.draw(st.integers(0, len(lines) - 1))
    check("".join(lines[:gone] + lines[gone + 1 :]).encode())
