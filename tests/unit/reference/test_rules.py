"""Every rule, at order one and two, against other ways to know the slope."""

from __future__ import annotations

import autograd
import autograd.numpy as autograd_numpy
import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.unit.reference.engine import numbers
from tests.unit.reference.functions import TRIALS, Trial


def uneven(shape: tuple[int, ...], start: float = 1.0) -> np.ndarray:
    """Upstream gradients of several sizes and signs: ones would hide a rule that forgets them."""
    count = int(np.prod(shape))
    return (np.cos(np.arange(count) + start) * (2.0 + np.arange(count) % 3)).reshape(shape)


def first_order(autodiff, trial: Trial, arrays):
    """The output's value, and the gradient for each input, with uneven upstream gradients."""
    xs = [autodiff.Variable(a) for a in arrays]
    y = trial.compute(autodiff, *xs)
    y.grad = uneven(y.shape)
    y.backward()
    return y.data, [x.grad.data for x in xs]


def weighted(trial: Trial, library, vocabulary):
    """The scalar function whose gradient `first_order` computes, in another library's words."""

    def f(*arrays):
        y = vocabulary(library, *arrays)
        return library.sum(y * uneven(np.shape(y)))

    return f


def second_order(autodiff, trial: Trial, arrays):
    """The slope of an uneven sum of all first-order gradients, for each input."""
    xs = [autodiff.Variable(a) for a in arrays]
    y = trial.compute(autodiff, *xs)
    y.grad = uneven(y.shape)
    y.backward(create_graph=True)
    total = autodiff.Variable(0.0)
    for i, x in enumerate(xs):
        total = total + autodiff.sum(x.grad * uneven(x.shape, 2.0 + i))
        x.cleargrad()
    total.backward()
    return [np.zeros(x.shape) if x.grad is None else x.grad.data for x in xs]


def slopes(f, arrays, step=1e-6):
    """Central differences of a scalar function of arrays."""
    for i, array in enumerate(arrays):
        slope = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            ends = []
            for sign in (1.0, -1.0):
                moved = [a.copy() for a in arrays]
                moved[i][place] += sign * step
                ends.append(f(*moved))
            slope[place] = (ends[0] - ends[1]) / (2.0 * step)
        yield slope


@pytest.mark.parametrize("trial", TRIALS, ids=str)
def test_the_value_is_numpys(autodiff, trial):
    arrays = trial.inputs()
    value, gradients = first_order(autodiff, trial, arrays)
    assert_allclose(value, trial.in_numpy(np, *arrays))
    assert [g.shape for g in gradients] == [a.shape for a in arrays]


@pytest.mark.parametrize("trial", TRIALS, ids=str)
def test_the_gradient_is_the_slope_by_finite_differences(autodiff, trial):
    arrays = trial.inputs()
    f = weighted(trial, np, trial.in_numpy)
    for gradient, slope in zip(
        first_order(autodiff, trial, arrays)[1], slopes(f, arrays), strict=True
    ):
        assert_allclose(gradient, slope, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("trial", [t for t in TRIALS if t.analytic], ids=str)
def test_the_gradient_is_the_slope_by_a_complex_step(autodiff, trial):
    arrays = trial.inputs()
    f = weighted(trial, np, trial.in_numpy)
    gradients = first_order(autodiff, trial, arrays)[1]
    for i, gradient in enumerate(gradients):
        for place in np.ndindex(arrays[i].shape):
            moved = [a.astype(complex) for a in arrays]
            moved[i][place] += 1e-30j
            assert_allclose(gradient[place], f(*moved).imag / 1e-30, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("trial", TRIALS, ids=str)
def test_the_gradient_is_autograds(autodiff, trial):
    arrays = trial.inputs()
    f = weighted(trial, autograd_numpy, trial.in_numpy)
    right = autograd.grad(f, argnum=tuple(range(len(arrays))))(*arrays)
    for gradient, other in zip(first_order(autodiff, trial, arrays)[1], right, strict=True):
        assert_allclose(gradient, other, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("trial", TRIALS, ids=str)
@pytest.mark.filterwarnings("ignore:Output seems independent of input")
def test_the_second_derivative_is_autograds(autodiff, trial):
    arrays = trial.inputs()
    every = tuple(range(len(arrays)))
    gradient = autograd.grad(weighted(trial, autograd_numpy, trial.in_numpy), argnum=every)

    def total(*xs):
        gradients = gradient(*xs)
        return sum(
            autograd_numpy.sum(g * uneven(np.shape(g), 2.0 + i)) for i, g in enumerate(gradients)
        )

    right = autograd.grad(total, argnum=every)(*arrays)
    for ours, other in zip(second_order(autodiff, trial, arrays), right, strict=True):
        assert_allclose(ours, other, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("trial", TRIALS, ids=str)
def test_the_second_derivative_is_the_slope_of_the_first(autodiff, trial):
    arrays = trial.inputs()

    def total(*moved):
        gradients = first_order(autodiff, trial, moved)[1]
        return sum(np.sum(g * uneven(g.shape, 2.0 + i)) for i, g in enumerate(gradients))

    for ours, slope in zip(
        second_order(autodiff, trial, arrays), slopes(total, arrays), strict=True
    ):
        assert_allclose(ours, slope, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "operation"),
    {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
        "pow": lambda a, b: a**b,
        "matmul": lambda a, b: a @ b,
    }.items(),
)
def test_an_operator_is_its_function_on_both_sides(autodiff, name, operation):
    left, right = np.array([[0.5, 2.0], [3.0, 0.7]]), np.array([[1.5, 0.3], [2.0, 5.0]])
    for a, b in [
        (autodiff.Variable(left), autodiff.Variable(right)),
        (autodiff.Variable(left), right),
        (left, autodiff.Variable(right)),
    ]:
        y = operation(a, b)
        assert isinstance(y, autodiff.Variable)
        assert_allclose(y.data, operation(left, right))
        assert_allclose(y.data, getattr(autodiff, name)(a, b).data)


def test_relu_and_abs_are_flat_at_zero(autodiff):
    for function in (autodiff.relu, autodiff.abs):
        x = autodiff.Variable(0.0)
        function(x).backward()
        assert numbers(x.grad) == 0.0


def test_equal_largest_elements_share_the_gradient(autodiff):
    x = autodiff.Variable([2.0, 2.0, 1.0])
    autodiff.max(x).backward()
    assert numbers(x.grad) == [0.5, 0.5, 0.0]
    a, b = autodiff.Variable([2.0, 1.0]), autodiff.Variable([2.0, 5.0])
    autodiff.maximum(a, b).backward()
    assert (numbers(a.grad), numbers(b.grad)) == ([0.5, 0.0], [0.5, 1.0])


def test_a_power_of_zero_has_a_slope_in_the_exponent(autodiff):
    x, c = autodiff.Variable([0.0, 2.0]), autodiff.Variable([2.0, 3.0])
    (x**c).backward()
    assert_allclose(x.grad.data, [0.0, 12.0])
    assert_allclose(c.grad.data, [0.0, 8.0 * np.log(2.0)])


def test_a_negative_number_has_whole_powers(autodiff):
    x = autodiff.Variable([-2.0, 3.0])
    (x**3).backward()
    assert numbers(x.grad) == [12.0, 27.0]


def test_what_was_broadcast_is_summed_on_the_way_back(autodiff):
    a, b = autodiff.Variable([1.0, 2.0, 3.0]), autodiff.Variable(10.0)
    for operation, right in [
        (autodiff.add, ([1.0, 1.0, 1.0], 3.0)),
        (autodiff.sub, ([1.0, 1.0, 1.0], -3.0)),
        (autodiff.mul, ([10.0, 10.0, 10.0], 6.0)),
    ]:
        a.cleargrad()
        b.cleargrad()
        operation(a, b).backward()
        assert (numbers(a.grad), numbers(b.grad)) == right
