"""Graphs that nobody thought of, against autograd, in every order of visiting."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

SHAPES = [(), (3,), (2, 1), (2, 3)]
UNARY = ["sin", "tanh", "square", "neg", "mean", "exp_of_tanh"]
BINARY = ["add", "sub", "mul", "div_by_cosh_like", "maximum"]

settings.register_profile(
    "reference",
    database=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def vocabulary(library: Any) -> SimpleNamespace:
    """The functions of a random graph, in the words that the reference shares with numpy."""
    return SimpleNamespace(
        sin=library.sin,
        tanh=library.tanh,
        square=library.square,
        neg=lambda x: -x,
        mean=library.mean,
        exp_of_tanh=lambda x: library.exp(library.tanh(x)),
        add=lambda a, b: a + b,
        sub=lambda a, b: a - b,
        mul=lambda a, b: library.tanh(a) * b,
        div_by_cosh_like=lambda a, b: a / (1.5 + library.square(library.tanh(b))),
        maximum=library.maximum,
        sum=library.sum,
    )


@st.composite
def graphs(draw: Any) -> tuple[list[np.ndarray], list[tuple[str, tuple[int, ...]]]]:
    """Some leaves, and steps that apply a function to earlier values; late values are preferred."""
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    leaves = [rng.uniform(-1.5, 1.5, shape) for shape in shapes]
    steps = []
    for count in range(len(leaves), len(leaves) + draw(st.integers(1, 12))):
        name = draw(st.sampled_from(UNARY + BINARY))
        earlier = st.integers(max(0, count - 4), count - 1) | st.integers(0, count - 1)
        operands = draw(st.tuples(*[earlier] * (1 if name in UNARY else 2)))
        steps.append((name, operands))
    return leaves, steps


def result(words: SimpleNamespace, leaves: Any, steps: Any) -> Any:
    """The sum of the last value and of all values in between, unevenly weighted."""
    values = list(leaves)
    total = 0.0
    for i, (name, operands) in enumerate(steps):
        values.append(getattr(words, name)(*[values[j] for j in operands]))
        total = total + words.sum(values[-1]) * np.cos(i)
    return total


@given(graph=graphs())
@settings(settings.get_profile("reference"))
def test_the_gradients_of_a_random_graph_are_autograds(autodiff, graph):
    leaves, steps = graph
    xs = [autodiff.Variable(a) for a in leaves]
    result(vocabulary(autodiff), xs, steps).backward()
    f = autograd.grad(lambda arrays: result(vocabulary(anp), arrays, steps))
    for x, right in zip(xs, f(leaves), strict=True):
        ours = np.zeros(x.shape) if x.grad is None else x.grad.data
        assert_allclose(ours, right, rtol=1e-9, atol=1e-11)


@given(graph=graphs())
@settings(settings.get_profile("reference"), max_examples=60)
def test_the_second_derivatives_of_a_random_graph_are_autograds(autodiff, graph):
    leaves, steps = graph
    xs = [autodiff.Variable(a) for a in leaves]
    result(vocabulary(autodiff), xs, steps).backward(create_graph=True)
    penalty = autodiff.Variable(0.0)
    for x in xs:
        if x.grad is not None:
            penalty = penalty + autodiff.sum(autodiff.square(x.grad))
        x.cleargrad()
    penalty.backward()

    first = autograd.grad(lambda arrays: result(vocabulary(anp), arrays, steps))

    def total(arrays):
        return sum(anp.sum(anp.square(g)) for g in first(arrays)) + 0.0 * sum(map(anp.sum, arrays))

    for x, right in zip(xs, autograd.grad(total)(leaves), strict=True):
        ours = np.zeros(x.shape) if x.grad is None else x.grad.data
        assert_allclose(ours, right, rtol=1e-8, atol=1e-10)
