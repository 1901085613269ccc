"""The lines to paste do what the case does, in the student's own names."""

import contextlib
import io
import re

import pytest

from grader.domain.array import Array
from grader.domain.assignment import Case
from grader.domain.program import Aspect, Backward, ClearGradient, Input, Program, Quantity
from grader.domain.submission import Bound, Loading
from grader.report.paste import paste_lines
from reference import autodiff
from tests.unit.report.samples import (
    ARRAYS,
    CHAIN,
    CHAIN_ANSWER,
    DIAMOND,
    EVERY_STATEMENT,
    SECOND_ORDER,
    gradient,
    node,
    value,
)


def run(lines, names):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(lines, dict(names))
    return printed.getvalue()


@pytest.mark.parametrize(
    ("case", "printed"),
    [
        (CHAIN, "y.data = 81.0\nx.grad = 108.0\n"),
        (DIAMOND, "y.data = 32.0\nx.grad = 64.0\n"),
        (ARRAYS, "y.data = [10. 20. 30.]\nx.grad = [ 10.  10. -10.]\nw.grad = 0.0\n"),
    ],
)
def test_pasted_below_the_reference_they_print_the_answers(case, printed):
    found = run(paste_lines(case, Loading("a.py")), vars(autodiff))
    assert re.sub(r"Variable\((.*)\)", r"\1", found) == printed  # its gradients are variables


def test_second_order_runs_as_written():
    loading = Loading("a.py", bound=(Bound("pow", "**", "a.py", 1),))
    text = paste_lines(SECOND_ORDER, loading)
    assert "y = x ** 3.0\ny.backward(create_graph=True)\ngx = x.grad\nx.cleargrad()" in text
    assert "x.grad = " in run(text, vars(autodiff))


@pytest.mark.parametrize(
    ("found_as", "line"),
    [
        ("add()", "y = add(b, c)"),
        ("plus()", "y = plus(b, c)"),
        ("Add()(...)", "y = Add()(b, c)"),
        ("Add()([...])", "y = Add()([b, c])"),
        ("+", "y = b + c"),
    ],
)
def test_functions_are_called_as_they_were_found(found_as, line):
    loading = Loading("a.py", bound=(Bound("add", found_as, "a.py", 1),))
    assert line in paste_lines(DIAMOND, loading).splitlines()


@pytest.mark.parametrize(
    ("found_as", "line"), [(".square()", "a = x.square()"), ("** 2", "a = x ** 2")]
)
def test_methods_and_powers_too(found_as, line):
    loading = Loading("a.py", bound=(Bound("square", found_as, "a.py", 1),))
    assert line in paste_lines(DIAMOND, loading).splitlines()


def test_how_it_was_called_counts_more_than_how_it_was_found():
    loading = Loading("a.py", bound=(Bound("add", "Add()(...)", "a.py", 1),))
    lines = paste_lines(DIAMOND, loading, calls=(("add", "Add()([...])"),))
    assert "y = Add()([b, c])" in lines


def test_expected_answers_stand_beside_the_prints_where_they_may():
    assert 'print("x.grad =", x.grad)  # expected 108' in paste_lines(
        CHAIN, Loading("a.py"), expected=CHAIN_ANSWER
    )
    assert "expected" not in paste_lines(CHAIN, Loading("a.py"))


def test_every_statement_can_be_written():
    text = paste_lines(EVERY_STATEMENT, Loading("a.py"))
    compile(text, "pasted", "exec")
    assert "x = Variable(np.array([[1.0, 2.0], [3.0, 4.0]]))" in text
    assert "with no_grad():\n    mean = mul(x, 0.5)" in text
    assert "s = sum(d, axis=0, keepdims=True)" in text
    assert "left, right = split(s)" in text
    assert "first = getitem(x, np.s_[0, 1:2])" in text
    assert "y.grad = w.data\ny.backward()" in text
    assert "del mean" in text
    assert "except TypeError:" in text


class Value:
    """As small as micrograd gets."""

    def __init__(self, data):
        self.data, self.grad, self.back = data, 0.0, lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data)

        def back():
            self.grad += out.grad
            other.grad += out.grad

        out.back = back
        return out

    def backward(self):
        self.grad = 1.0
        self.back()


def test_in_the_value_dialect_numbers_are_bare():
    case = Case(
        "sum",
        "A sum",
        "rule",
        "y = a + a",
        Program(
            (Input("a", Array.of(2.0)),),
            (ClearGradient("a"), node("y", "add", "a", "a"), Backward("y")),
            (value("y"), gradient("a"), Quantity(Aspect.NO_GRADIENT, "a")),
        ),
    )
    loading = Loading("a.py", bound=(Bound("Value", "Value", "", 0), Bound("add", "+", "", 0)))
    text = paste_lines(case, loading, dialect="value")
    assert text.splitlines()[:4] == ["a = Value(2.0)", "a.grad = 0.0", "y = a + a", "y.backward()"]
    assert run(text, {"Value": Value}) == "y.data = 4.0\na.grad = 2.0\na.grad is None = False\n"


def test_numbers_that_python_cannot_read_back_are_spelt_out():
    strange = Program((Input("x", Array.of([float("nan"), float("-inf")])),), (), (value("x"),))
    text = paste_lines(Case("c", "", "", "", strange), Loading("a.py"))
    assert run(text, vars(autodiff)) == "x.data = [ nan -inf]\n"


CLEARED = (
    Bound("Variable", "Tensor", "nn/core.py", 3),
    Bound("square", "square()", "nn/ops.py", 9),
)


@pytest.mark.parametrize(
    ("dialect", "own", "line"),
    [
        ("variable-function", (Bound("cleargrad", ".clear_grad()", "a.py", 1),), "x.clear_grad()"),
        ("variable-function", (), "x.grad = None"),
        ("value", (), "x.grad = 0.0"),
    ],
)
def test_a_gradient_is_cleared_as_the_submission_does_it(dialect, own, line):
    program = Program((Input("x", Array.of(2.0)),), (ClearGradient("x"),), ())
    case = Case("c", "", "", "", program)
    text = paste_lines(case, Loading("a.py", bound=(*CLEARED, *own)), dialect=dialect)
    assert line in text.splitlines()


def test_a_package_is_imported_from_where_it_keeps_things():
    loading = Loading("nn/__init__.py", kind="package", bound=CLEARED)
    lines = paste_lines(CHAIN, loading).splitlines()
    assert lines[:3] == [
        "import numpy as np",
        "from nn.core import Tensor",
        "from nn.ops import square",
    ]
    assert "from" not in paste_lines(CHAIN, Loading("a.py", kind="python", bound=CLEARED))
