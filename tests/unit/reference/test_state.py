"""What a call leaves behind, what survives between two, and what is refused."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.unit.reference.engine import numbers


def test_intermediate_gradients_are_not_kept(autodiff):
    x = autodiff.Variable(2.0)
    a = autodiff.square(x)
    y = autodiff.square(a)
    y.backward()
    assert (y.grad, a.grad, numbers(x.grad)) == (None, None, 32.0)


def test_intermediate_gradients_are_kept_when_asked_for(autodiff):
    x = autodiff.Variable(2.0)
    a = autodiff.square(x)
    y = autodiff.square(a)
    y.backward(retain_grad=True)
    assert [numbers(v.grad) for v in (y, a, x)] == [1.0, 8.0, 32.0]


def test_a_gradient_that_was_kept_does_not_feed_the_next_backward(autodiff):
    x = autodiff.Variable(3.0)
    a = autodiff.square(x)
    y = autodiff.square(a)
    y.backward(retain_grad=True)
    y.backward()
    assert numbers(x.grad) == 216.0


def test_cleargrad_starts_afresh(autodiff):
    x = autodiff.Variable(3.0)
    autodiff.square(x).backward()
    x.cleargrad()
    assert x.grad is None
    autodiff.square(x).backward()
    assert numbers(x.grad) == 6.0


def test_two_nodes_of_one_kind_remember_their_own_inputs(autodiff):
    a, b = autodiff.Variable(2.0), autodiff.Variable(5.0)
    y = autodiff.square(a)
    z = autodiff.square(b)
    y.backward()
    z.backward()
    assert (numbers(a.grad), numbers(b.grad)) == (4.0, 10.0)


def test_numbers_lists_and_arrays_become_arrays_of_floats(autodiff):
    for given, right in [
        (2, 2.0),
        (2.5, 2.5),
        (True, 1.0),
        (np.float64(3.0), 3.0),
        ([1, 2], [1.0, 2.0]),
        (np.array([[1], [2]]), [[1.0], [2.0]]),
    ]:
        x = autodiff.Variable(given)
        assert isinstance(x.data, np.ndarray)
        assert x.data.dtype == np.float64
        assert x.data.tolist() == right


def test_the_result_of_a_computation_holds_an_array_too(autodiff):
    x = autodiff.Variable(np.array(3.0))
    y = autodiff.square(x)
    assert isinstance(y.data, np.ndarray)
    assert y.data.shape == ()
    y.backward()
    assert isinstance(x.grad.data, np.ndarray)


def test_single_precision_stays_single_precision(autodiff):
    x = autodiff.Variable(np.array([1.0, 2.0], dtype=np.float32))
    y = autodiff.sum(x * 2.0 + 1)
    y.backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)


@pytest.mark.parametrize("data", ["a", None, 1j, ["a"], object(), {"x": 1.0}])
def test_what_is_not_a_number_is_refused(autodiff, data):
    with pytest.raises(TypeError, match="a variable holds numbers or arrays of numbers"):
        autodiff.Variable(data)


def test_a_variable_in_a_variable_is_refused(autodiff):
    with pytest.raises(TypeError, match="a variable holds numbers"):
        autodiff.Variable(autodiff.Variable(1.0))


def test_whole_numbers_are_differentiated_as_floats(autodiff):
    x = autodiff.Variable(np.array([1, 2, 3]))
    y = x[[0, 1]] * 0.5
    y.backward()
    assert x.grad.data.dtype == np.float64
    assert numbers(x.grad) == [0.5, 0.5, 0.0]
    x = autodiff.Variable(3)
    (1 / x).backward()
    assert_allclose(x.grad.data, -1 / 9)


def test_an_array_goes_in_by_copy(autodiff):
    data = np.array([1.0, 2.0])
    x = autodiff.Variable(data)
    y = autodiff.square(x)
    data[0] = 100.0
    y.backward()
    assert numbers(x.grad) == [2.0, 4.0]


def test_changing_a_value_in_place_is_refused(autodiff):
    x = autodiff.Variable([1.0, 2.0])
    y = autodiff.square(x)
    for v in (x, y, autodiff.Variable(1.0)):
        with pytest.raises(ValueError, match="read-only"):
            v.data[...] = 5.0
    with pytest.raises(ValueError, match="read-only"):
        x.data -= 1.0
    y.backward()
    assert numbers(x.grad) == [2.0, 4.0]


def test_a_function_does_not_change_its_inputs(autodiff):
    x, c = autodiff.Variable([1.0, 2.0]), autodiff.Variable([3.0, 4.0])
    y = x * c
    y.backward()
    assert [numbers(v) for v in (y, x, c)] == [[3.0, 8.0], [1.0, 2.0], [3.0, 4.0]]
    assert [numbers(v.grad) for v in (x, c)] == [[3.0, 4.0], [1.0, 2.0]]
    x = autodiff.Variable([-1.0, 2.0, 3.0])
    y = autodiff.relu(x)
    y.grad = np.array([1.0, -10.0, 100.0])
    y.backward()
    assert numbers(x) == [-1.0, 2.0, 3.0]
    assert numbers(x.grad) == [0.0, -10.0, 100.0]


def test_a_graph_keeps_the_value_that_it_saw_when_data_is_assigned(autodiff):
    for make, right in [(autodiff.square, 6.0), (autodiff.exp, np.exp(3.0))]:
        x = autodiff.Variable(3.0)
        y = make(x)
        x.data = 100.0
        y.data = -1.0
        y.backward()
        assert_allclose(x.grad.data, right)
        assert numbers(x) == 100.0


@pytest.mark.parametrize("name", ["square", "exp", "neg"])
def test_a_gradient_of_second_order_through_a_replaced_value_is_refused(autodiff, name):
    x = autodiff.Variable(3.0)
    y = getattr(autodiff, name)(x)
    x.data = 100.0
    with pytest.raises(RuntimeError, match="data was replaced after a function had used it"):
        y.backward(create_graph=True)


def test_steps_down_a_slope_arrive_at_the_bottom(autodiff):
    x = autodiff.Variable(0.0)
    for _ in range(100):
        x.cleargrad()
        loss = autodiff.square(x - 3.0)
        loss.backward()
        x.data = x.data - 0.1 * x.grad.data
    assert_allclose(x.data, 3.0, atol=1e-8)


def test_no_grad_records_nothing_and_ends(autodiff):
    x = autodiff.Variable(3.0)
    with autodiff.no_grad():
        y = autodiff.square(x)
    assert (y.creator, y.generation, numbers(y)) == (None, 0, 9.0)
    z = autodiff.square(x)
    assert z.creator is not None
    z.backward()
    assert numbers(x.grad) == 6.0


def test_no_grad_ends_when_an_exception_passes_through_it(autodiff):
    with pytest.raises(ZeroDivisionError), autodiff.no_grad():
        raise ZeroDivisionError
    assert autodiff.square(autodiff.Variable(3.0)).creator is not None


def test_no_grad_within_no_grad_does_not_end_the_outer_one(autodiff):
    x = autodiff.Variable(3.0)
    with autodiff.no_grad():
        with autodiff.no_grad():
            pass
        assert autodiff.square(x).creator is None


def test_recording_goes_on_after_a_rule_that_raised(autodiff):
    class Broken(autodiff.Function):
        def forward(self, x):
            return x

        def backward(self, gy):
            raise ZeroDivisionError

    x = autodiff.Variable(3.0)
    y = Broken()(x) * x
    with pytest.raises(ZeroDivisionError):
        y.backward()
    assert x.grad is None
    assert autodiff.square(x).creator is not None


def test_a_rule_that_raised_while_it_was_recorded_sees_arrays_again(autodiff):
    class Reluctant(autodiff.Function):
        asked = 0

        def forward(self, x):
            return x * x

        def backward(self, gy):
            (x,), (y,) = self.xs, self.ys
            Reluctant.asked += 1
            if Reluctant.asked == 1:
                assert isinstance(x, autodiff.Variable)
                assert isinstance(y, autodiff.Variable)
                raise ZeroDivisionError
            assert isinstance(x, float)
            assert isinstance(y, float)
            return gy * 2.0 * x

    x = autodiff.Variable(3.0)
    y = Reluctant()(x)
    with pytest.raises(ZeroDivisionError):
        y.backward(create_graph=True)
    y.backward()
    assert numbers(x.grad) == 6.0


def test_detach_cuts_the_path(autodiff):
    x = autodiff.Variable(3.0)
    y = x * autodiff.square(x).detach()
    y.backward()
    assert numbers(x.grad) == 9.0


def test_a_graph_is_freed_without_the_garbage_collector(autodiff):
    gc.collect()
    gc.disable()
    try:
        for order in (1, 2):
            x = autodiff.Variable([1.0, 2.0])
            a, b = autodiff.split(autodiff.square(x))
            y = autodiff.exp(a) * b
            y.backward(create_graph=order == 2)
            gone = [weakref.ref(v) for v in (a, b, y)]
            if order == 2:
                gx = x.grad
                x.cleargrad()
                gx.backward()
                gone.append(weakref.ref(gx))
                del gx
            x.cleargrad()
            del a, b, y
            assert [v() for v in gone] == [None] * len(gone)
    finally:
        gc.enable()


def test_an_output_that_nobody_used_counts_as_zero(autodiff):
    for dropped in (False, True):
        x = autodiff.Variable([1.0, 2.0, 3.0, 4.0])
        a, b = autodiff.split(x)
        if dropped:
            del a
        y = autodiff.square(b)
        y.backward()
        assert numbers(x.grad) == [0.0, 0.0, 6.0, 8.0]
        x.cleargrad()
        y.backward(create_graph=True)
        gx = x.grad
        x.cleargrad()
        gx.backward()
        assert numbers(x.grad) == [0.0, 0.0, 2.0, 2.0]


def test_a_rule_may_differentiate_through_an_output_that_nobody_holds(autodiff):
    class SinAndCos(autodiff.Function):
        def forward(self, x):
            return np.sin(x), np.cos(x)

        def backward(self, g_sin, g_cos):
            sin, cos = self.ys
            return g_sin * cos - g_cos * sin

    x = autodiff.Variable(0.7)
    y = SinAndCos()(x)[0]
    y.backward(create_graph=True)
    gx = x.grad
    x.cleargrad()
    gx.backward()
    assert_allclose([gx.data, x.grad.data], [np.cos(0.7), -np.sin(0.7)])


def test_both_outputs_of_a_function_send_gradients_back(autodiff):
    x = autodiff.Variable([1.0, 2.0, 3.0, 4.0])
    a, b = autodiff.split(x)
    y = a * b
    y.backward()
    assert numbers(x.grad) == [3.0, 4.0, 1.0, 2.0]


def test_a_dropped_result_is_no_reason_to_fail(autodiff):
    x = autodiff.Variable(3.0)
    y = autodiff.square(autodiff.exp(x)) + autodiff.sin(x)
    autodiff.exp(y)
    y.backward()
    assert_allclose(x.grad.data, 2 * np.exp(6.0) + np.cos(3.0))


def wrong_rule(autodiff, returned):
    class Wrong(autodiff.Function):
        def forward(self, x0, x1):
            return x0 + x1

        def backward(self, gy):
            return returned

    x = autodiff.Variable([1.0, 2.0])
    return Wrong()(x, autodiff.Variable([3.0, 4.0]))


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (None, ValueError, "Wrong.backward returned 1 gradients for 2 inputs"),
        ((np.ones(2),) * 3, ValueError, "Wrong.backward returned 3 gradients for 2 inputs"),
        ((np.ones(2), None), TypeError, "Wrong.backward returned None as the gradient of an input"),
        ((np.ones(2), 1.0), TypeError, "Wrong.backward returned 1.0 as the gradient of an input"),
        ((np.ones(2), np.ones(3)), ValueError, r"of shape \(3,\) for an input of shape \(2,\)"),
        ((np.ones(()), np.ones(2)), ValueError, r"of shape \(\) for an input of shape \(2,\)"),
    ],
)
def test_a_rule_that_returns_what_cannot_be_a_gradient_is_named(autodiff, returned, error, message):
    y = wrong_rule(autodiff, returned)
    with pytest.raises(error, match=message):
        y.backward()


@pytest.mark.parametrize("result", [None, "text"])
def test_a_forward_that_returns_no_numbers_is_named(autodiff, result):
    class Wrong(autodiff.Function):
        def forward(self, x):
            return result

    with pytest.raises(TypeError, match=f"Wrong.forward returned {result!r}"):
        Wrong()(autodiff.Variable(1.0))


def test_a_function_of_ones_own_may_be_written_in_the_books_style(autodiff):
    class Cube(autodiff.Function):
        def forward(self, x):
            return x**3

        def backward(self, gy):
            return 3 * self.inputs[0].data ** 2 * gy

    x = autodiff.Variable(np.array(2.0))
    y = Cube()(x)
    y.backward()
    assert (numbers(y), numbers(x.grad)) == (8.0, 12.0)


def test_one_function_object_used_twice_is_refused(autodiff):
    f = autodiff.Square()
    x, z = autodiff.Variable(3.0), autodiff.Variable(4.0)
    y = f(x)
    f(z)
    with pytest.raises(RuntimeError, match=r"one Square\(\) was used twice: make one for each use"):
        y.backward()
    with pytest.raises(RuntimeError, match="was used twice"):
        f(f(x))


def test_plain_arrays_in_give_plain_arrays_out(autodiff):
    assert autodiff.exp(0.0) == 1.0
    y = autodiff.add(np.array([1, 2]), [3, 4])
    assert isinstance(y, np.ndarray)
    assert y.tolist() == [4, 6]


def test_a_variable_shows_its_value(autodiff):
    assert repr(autodiff.Variable(2)) == "Variable(2.0)"
    assert repr(autodiff.Variable([[1, 2], [3, 4]])) == "Variable([[1. 2.]\n          [3. 4.]])"


def test_a_variable_knows_its_shape(autodiff):
    x = autodiff.Variable(np.zeros((2, 3)))
    assert (x.shape, x.ndim, x.size, x.dtype, len(x)) == ((2, 3), 2, 6, np.float64, 2)
    assert x.T.shape == (3, 2)
