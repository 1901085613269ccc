"""The formula that a `forward` is, computed from its syntax tree: as numpy does, and beside the real axis."""

import ast
import cmath
import math

import numpy as np
import pytest

from grader.authoring.formulas import FUNCTIONS, formula


def of(body: str, arguments: str = "self, x"):
    (node,) = ast.parse(f"def forward({arguments}):\n    " + body.replace("\n", "\n    ")).body
    assert isinstance(node, ast.FunctionDef)
    return formula(node)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_is_what_numpy_says_and_its_slope_comes_from_the_complex_step(name) -> None:
    two = name in ("logaddexp", "power")
    found = of(f"return np.{name}({'x, 1.3' if two else 'x'})")
    assert found is not None
    numpy = (lambda x: getattr(np, name)(x, 1.3)) if two else getattr(np, name)
    for x in (0.3, 0.8, 1.7):
        assert found.value(x) == pytest.approx(float(numpy(x)), rel=1e-12)
        slope = (numpy(x + 1e-6) - numpy(x - 1e-6)) / 2e-6
        assert found.analytic(x + 1e-30j).imag / 1e-30 == pytest.approx(slope, rel=1e-6)


def test_steps_and_operators_are_computed_in_order() -> None:
    found = of("'''Says.'''\na = -x ** 2\nb = a / w + numpy.pi\nreturn a * b - np.e", "self, x, w")
    assert found is not None
    assert found.operands == ("x", "w")
    assert found.value(3.0, 2.0) == pytest.approx(-9 * (-4.5 + math.pi) - math.e)


@pytest.mark.parametrize(
    "body",
    [
        "return np.maximum(x, 0)",
        "return abs(x)",
        "return np.exp(x, out=x)",
        "return np.exp(x, x)",
        "return x if x > 0 else 0.0",
        "return self.slope * x",
        "return unknown * x",
        "return (x, x)",
        "return",
        "x += 1\nreturn x",
        "for _ in x:\n    pass\nreturn x",
        "a = x",
        "return x @ x",
        "return __import__('os').getpid()",
    ],
)
def test_what_is_no_formula_is_none(body: str) -> None:
    assert of(body) is None


def test_where_it_is_not_defined_it_raises() -> None:
    found = of("return np.log(x)")
    assert found is not None
    with pytest.raises(ValueError, match="not positive"):
        found.value(-1.0)
    inverse = of("return 1 / x")
    assert inverse is not None
    with pytest.raises(ZeroDivisionError):
        inverse.value(0.0)
    assert found.analytic(2 + 1e-30j) == cmath.log(2 + 1e-30j)
