"""Where the walk starts, and how several uses of one variable meet."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.unit.reference.engine import numbers


def test_the_learners_own_results_are_reproduced(autodiff):
    add, square = autodiff.add, autodiff.square

    x0, x1 = autodiff.Variable(np.array(2.0)), autodiff.Variable(np.array(3.0))
    z = add(square(x0), square(x1))
    z.backward()
    assert (numbers(z), numbers(x0.grad), numbers(x1.grad)) == (13.0, 4.0, 6.0)

    x = autodiff.Variable(np.array(3.0))
    y = add(add(x, x), x)
    y.backward()
    assert numbers(x.grad) == 3.0

    x = autodiff.Variable(np.array(2.0))
    a = square(x)
    y = add(square(a), square(a))
    y.backward()
    assert (numbers(x.grad), numbers(y)) == (64.0, 32.0)


def test_without_an_upstream_gradient_the_walk_starts_from_ones(autodiff):
    x = autodiff.Variable([1.0, 2.0, 3.0])
    y = x + 10.0
    y.backward()
    assert numbers(x.grad) == [1.0, 1.0, 1.0]


def test_the_walk_starts_from_ones_in_the_shape_of_a_matrix(autodiff):
    x = autodiff.Variable(np.arange(6.0).reshape(2, 3))
    y = autodiff.exp(x)
    y.backward()
    assert_allclose(x.grad.data, np.exp(np.arange(6.0)).reshape(2, 3))


def test_an_upstream_gradient_that_the_caller_set_is_the_start(autodiff):
    x = autodiff.Variable([1.0, 2.0, 3.0])
    y = autodiff.square(x)
    y.grad = np.array([1.0, 10.0, -1.0])
    y.backward()
    assert numbers(x.grad) == [2.0, 40.0, -6.0]


def test_an_upstream_gradient_may_be_a_variable_and_be_differentiated(autodiff):
    x, u = autodiff.Variable(3.0), autodiff.Variable(5.0)
    y = autodiff.square(x)
    y.grad = u
    y.backward(create_graph=True)
    assert numbers(x.grad) == 30.0
    gx = x.grad
    gx.backward()
    assert numbers(u.grad) == 6.0


def test_the_callers_upstream_array_is_left_alone_and_not_shared(autodiff):
    upstream = np.array([1.0, 10.0])
    x = autodiff.Variable([3.0, 4.0])
    y = (x + x) + x
    y.grad = upstream
    y.backward()
    assert numbers(x.grad) == [3.0, 30.0]
    assert upstream.tolist() == [1.0, 10.0]
    upstream[0] = 77.0
    assert numbers(x.grad) == [3.0, 30.0]


def test_an_upstream_gradient_of_another_shape_is_refused(autodiff):
    x = autodiff.Variable([1.0, 2.0, 3.0])
    y = autodiff.square(x)
    y.grad = np.array([1.0, 10.0])
    with pytest.raises(
        ValueError, match=r"upstream gradient has shape \(2,\), the variable \(3,\)"
    ):
        y.backward()


def test_the_upstream_gradient_is_used_up(autodiff):
    x = autodiff.Variable(3.0)
    y = autodiff.square(x)
    y.grad = np.array(10.0)
    y.backward()
    assert y.grad is None
    y.backward()
    assert numbers(x.grad) == 66.0


@pytest.mark.parametrize(
    ("name", "right"), [("add", 2.0), ("sub", 0.0), ("mul", 6.0), ("div", 0.0)]
)
def test_a_variable_used_twice_by_one_function_receives_the_sum(autodiff, name, right):
    x = autodiff.Variable(3.0)
    getattr(autodiff, name)(x, x).backward()
    assert_allclose(x.grad.data, right, atol=1e-12)


def test_both_inputs_receive_their_own_gradient(autodiff):
    a, b = autodiff.Variable(2.0), autodiff.Variable(5.0)
    y = a * b
    y.backward()
    assert (numbers(a.grad), numbers(b.grad)) == (5.0, 2.0)


def test_three_uses_at_two_depths_add_without_touching_each_others_arrays(autodiff):
    x = autodiff.Variable([3.0, 4.0])
    y = (x + x) + x
    y.backward()
    assert numbers(x.grad) == [3.0, 3.0]

    x, w = autodiff.Variable([3.0, 4.0]), autodiff.Variable([5.0, 6.0])
    y = (x + w) + x
    y.backward()
    assert (numbers(x.grad), numbers(w.grad)) == ([2.0, 2.0], [1.0, 1.0])


def test_gradients_that_are_kept_are_each_their_own(autodiff):
    x = autodiff.Variable([1.0, 2.0])
    a = x + 0.0
    y = a + x
    y.backward(retain_grad=True)
    assert numbers(y.grad) == [1.0, 1.0]
    assert numbers(a.grad) == [1.0, 1.0]
    assert numbers(x.grad) == [2.0, 2.0]


@pytest.mark.parametrize("create_graph", [False, True])
def test_no_two_variables_share_one_writable_gradient(autodiff, create_graph):
    a, b = autodiff.Variable([1.0, 2.0]), autodiff.Variable([3.0, 4.0])
    (a + b).backward(create_graph=create_graph)
    assert a.grad is not b.grad
    with pytest.raises(ValueError, match="read-only"):
        a.grad.data[0] = 9.0
    a.grad.data = [7.0, 7.0]
    assert numbers(b.grad) == [1.0, 1.0]


def test_paths_with_opposite_signs_cancel(autodiff):
    x = autodiff.Variable(1.0)
    y = autodiff.square(x) * autodiff.exp(x)
    y.backward()
    assert_allclose(x.grad.data, 3.0 * np.exp(1.0))
    x = autodiff.Variable(2.0)
    y = autodiff.square(x) - x * 5.0
    y.backward()
    assert numbers(x.grad) == -1.0


def test_a_second_call_adds_to_what_the_first_one_left(autodiff):
    x = autodiff.Variable(2.0)
    y = autodiff.square(autodiff.square(x))
    y.backward()
    y.backward()
    assert numbers(x.grad) == 64.0


def test_two_graphs_over_one_leaf_add_their_gradients(autodiff):
    x = autodiff.Variable(3.0)
    autodiff.square(x).backward()
    autodiff.square(x).backward()
    assert numbers(x.grad) == 12.0


def test_a_leafs_own_backward_does_no_harm(autodiff):
    x = autodiff.Variable(3.0)
    x.backward()
    assert numbers(x.grad) == 1.0
    x.cleargrad()
    autodiff.square(x).backward()
    x.backward()
    assert numbers(x.grad) == 6.0


def test_a_leaf_that_does_not_take_part_gets_no_gradient(autodiff):
    x, z = autodiff.Variable(3.0), autodiff.Variable(4.0)
    autodiff.square(x).backward()
    assert z.grad is None


def test_a_constant_is_owed_no_gradient(autodiff):
    x = autodiff.Variable(3.0)
    y = x * 2.0
    y.backward()
    assert [v.grad is None for v in y.creator.inputs] == [False, True]
