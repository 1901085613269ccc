"""The complex step knows no rule, and is right to the last digits."""

import math

import pytest

from grader.domain.program import Program
from grader.judging import complex_step
from tests.unit.authoring.writing import program_of


def gradient(graph: str, inputs: str, name: str = "x") -> object:
    found = complex_step.slopes(program_of(graph, inputs))
    assert found is not None
    return found.gradients[name].nested()


@pytest.mark.parametrize(
    ("graph", "inputs", "slope"),
    [
        ("y = square(x)", "{x: 3}", 6.0),
        ("y = exp(sin(x)) * x", "{x: 0.7}", math.exp(math.sin(0.7)) * (1 + 0.7 * math.cos(0.7))),
        ("y = x / x", "{x: 3}", 0.0),
        ("y = log(x) - cos(x)", "{x: 0.7}", 1 / 0.7 + math.sin(0.7)),
        ("y = tanh(x)", "{x: 0.7}", 1 - math.tanh(0.7) ** 2),
        ("y = x ** 3", "{x: -1.5}", 6.75),
        ("y = x ** 0.5", "{x: 4}", 0.25),
    ],
)
def test_a_slope_is_right_to_the_last_digits(graph: str, inputs: str, slope: float) -> None:
    assert gradient(graph, inputs) == pytest.approx(slope, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(
    ("graph", "inputs", "slope"),
    [
        ("y = sum(x * w)", "{x: [1, 2], w: 3}", [3, 3]),
        ("y = mean(square(x), axis=1)", "{x: [[3, 5]]}", [[3, 5]]),
        ("y = transpose(x) * w", "{x: [[1, 2]], w: [[3], [5]]}", [[3, 5]]),
        ("y = reshape(x, (2, 1)) * w", "{x: [1, 2], w: [[3], [5]]}", [3, 5]),
        ("y = matmul(x, w)", "{x: [[1, 2]], w: [[3, 5], [7, 11]]}", [[8, 18]]),
        ("y = broadcast_to(x, (2, 3))", "{x: [[1, 2, 3]]}", [[2, 2, 2]]),
        ("a, b = split(x)\ny = a * b", "{x: [1, 2, 3, 4]}", [3, 4, 1, 2]),
        ("y = square(x)\nbackward(y, [1, -10])", "{x: [3, 5]}", [6, -100]),
    ],
)
def test_arrays_are_differentiated_too(graph: str, inputs: str, slope: object) -> None:
    assert gradient(graph, inputs) == slope


@pytest.mark.parametrize(
    "graph",
    [
        "y = relu(x)",
        "y = abs(x)",
        "y = square(x)\ny.backward()\ny.backward()",
        "with no_grad():\n    a = square(x)\ny = a * x",
    ],
)
def test_what_is_not_analytic_is_left_to_others(graph: str) -> None:
    assert complex_step.slopes(program_of(graph, "{x: 3}")) is None


def test_each_use_of_a_variable_is_told_apart() -> None:
    program: Program = program_of("a = square(x)\ny = square(a) + a", "{x: 2}")
    assert complex_step.contributions(program, "a") == (8.0, 1.0)
    assert complex_step.contributions(program, "x") == (36.0,)
