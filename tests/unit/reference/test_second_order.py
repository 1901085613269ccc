"""Gradients of gradients."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.unit.reference.engine import numbers


def derivatives(f, x, count):
    """f(x) and its first `count` derivatives with respect to the leaf x, by repeated backward."""
    y = f(x)
    results = [numbers(y)]
    for _ in range(count):
        x.cleargrad()
        y.backward(create_graph=True)
        y = x.grad
        results.append(numbers(y))
    return results


def test_a_gradient_has_a_graph_when_asked_for_and_none_otherwise(autodiff):
    x = autodiff.Variable(2.0)
    y = x**3
    y.backward()
    assert x.grad.creator is None
    x.cleargrad()
    y.backward(create_graph=True)
    assert x.grad.creator is not None


def test_the_second_derivative_of_a_cube(autodiff):
    assert derivatives(lambda x: x**3, autodiff.Variable(2.0), 2) == [8.0, 12.0, 12.0]
    assert derivatives(lambda x: x * x * x, autodiff.Variable(2.0), 2) == [8.0, 12.0, 12.0]


def test_four_derivatives_of_a_power(autodiff):
    assert derivatives(lambda x: x**4, autodiff.Variable(2.0), 4) == [16.0, 32.0, 48.0, 48.0, 24.0]


def test_a_first_power_has_no_curvature_at_zero(autodiff):
    assert derivatives(lambda x: x**1, autodiff.Variable(0.0), 3) == [0.0, 1.0, 0.0, 0.0]
    assert derivatives(lambda x: x**2, autodiff.Variable(0.0), 4) == [0.0, 0.0, 2.0, 0.0, 0.0]


def test_a_sine_comes_back_after_four_derivatives(autodiff):
    s, c = np.sin(1.0), np.cos(1.0)
    assert_allclose(derivatives(autodiff.sin, autodiff.Variable(1.0), 4), [s, c, -s, -c, s])


def test_a_gradient_penalty(autodiff):
    x = autodiff.Variable(2.0)
    y = x * x * x
    y.backward(create_graph=True)
    gx = x.grad
    x.cleargrad()
    z = gx**2 + y
    z.backward()
    assert numbers(x.grad) == 300.0


@pytest.mark.parametrize("power", [5, 100])
def test_a_long_product_is_differentiated_twice(autodiff, power):
    x = autodiff.Variable(1.01)
    y = x
    for _ in range(power - 1):
        y = y * x
    y.backward(create_graph=True)
    gx = x.grad
    x.cleargrad()
    gx.backward()
    assert_allclose(x.grad.data, power * (power - 1) * 1.01 ** (power - 2))


def test_gradients_of_second_order_add_to_those_of_first_order(autodiff):
    x = autodiff.Variable(3.0)
    y = x * x
    y.backward(create_graph=True)
    x.grad.backward()
    assert numbers(x.grad) == 8.0


def test_a_hessian_vector_product(autodiff):
    rng = np.random.default_rng(0)
    a = rng.normal(size=(3, 3))
    a = a + a.T
    v = rng.normal(size=3)
    x = autodiff.Variable(rng.normal(size=3))
    y = autodiff.sum(x * autodiff.matmul(a, x)) * 0.5
    y.backward(create_graph=True)
    gx = x.grad
    x.cleargrad()
    autodiff.sum(gx * v).backward()
    assert_allclose(x.grad.data, a @ v)
