"""A function waits until every user of its outputs has reported, and runs once."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.unit.reference.engine import numbers


def counting(autodiff):
    """A function `double` that counts how often its rule runs, and the counter."""
    calls = Counter()

    class Double(autodiff.Function):
        def forward(self, x):
            return 2.0 * x

        def backward(self, gy):
            calls["backward"] += 1
            return 2.0 * gy

    return (lambda x: Double()(x)), calls


def both_orders(autodiff, x, make_a, other):
    """The sum of a and other(a), written both ways round."""
    for swapped in (False, True):
        x.cleargrad()
        a = make_a(x)
        y = autodiff.add(other(a), a) if swapped else autodiff.add(a, other(a))
        y.backward()
        yield numbers(x.grad)


def test_a_chain_multiplies_its_slopes(autodiff):
    x = autodiff.Variable(2.0)
    autodiff.square(autodiff.square(x)).backward()
    assert numbers(x.grad) == 32.0
    x = autodiff.Variable(0.5)
    autodiff.exp(autodiff.square(x)).backward()
    assert_allclose(x.grad.data, np.exp(0.25))
    x = autodiff.Variable(0.5)
    autodiff.square(autodiff.exp(x)).backward()
    assert_allclose(x.grad.data, 2.0 * np.exp(1.0))


def test_a_chain_of_two_inputs_reaches_both(autodiff):
    x, c = autodiff.Variable(3.0), autodiff.Variable(2.0)
    autodiff.square(x * c).backward()
    assert (numbers(x.grad), numbers(c.grad)) == (24.0, 36.0)
    a, b = autodiff.Variable(1.0), autodiff.Variable(2.0)
    autodiff.square(a + b).backward()
    assert (numbers(a.grad), numbers(b.grad)) == (6.0, 6.0)


def test_two_branches_from_two_leaves_both_arrive(autodiff):
    a, b = autodiff.Variable(2.0), autodiff.Variable(3.0)
    (autodiff.square(a) + autodiff.square(b)).backward()
    assert (numbers(a.grad), numbers(b.grad)) == (4.0, 6.0)


def test_a_leaf_beside_a_branch_does_not_stop_the_branch(autodiff):
    c, x = autodiff.Variable(5.0), autodiff.Variable(3.0)
    (c + autodiff.square(x)).backward()
    assert (numbers(c.grad), numbers(x.grad)) == (1.0, 6.0)
    c.cleargrad()
    x.cleargrad()
    (autodiff.square(x) + c).backward()
    assert (numbers(c.grad), numbers(x.grad)) == (1.0, 6.0)


def test_a_variable_used_at_two_depths_gets_both_parts(autodiff):
    a, b = autodiff.Variable(2.0), autodiff.Variable(5.0)
    (a * (a + b)).backward()
    assert (numbers(a.grad), numbers(b.grad)) == (9.0, 2.0)
    a, b = autodiff.Variable(2.0), autodiff.Variable(5.0)
    ((a + b) * a).backward()
    assert (numbers(a.grad), numbers(b.grad)) == (9.0, 2.0)


def test_the_books_diamond(autodiff):
    x = autodiff.Variable(2.0)
    a = autodiff.square(x)
    y = autodiff.square(a) + autodiff.square(a)
    y.backward()
    assert (numbers(y), numbers(x.grad)) == (32.0, 64.0)


def test_a_short_and_a_long_way_meet_in_either_order(autodiff):
    x = autodiff.Variable(2.0)
    assert [*both_orders(autodiff, x, autodiff.square, autodiff.square)] == [36.0, 36.0]


def test_an_uneven_diamond(autodiff):
    x = autodiff.Variable(1.5)
    a = autodiff.square(x)
    y = autodiff.exp(autodiff.sin(a)) * a
    y.backward()
    assert_allclose(x.grad.data, -2.700193, atol=1e-6)


@pytest.mark.parametrize("leaf_first", [False, True])
def test_a_value_shared_at_two_generations(autodiff, leaf_first):
    x = autodiff.Variable(1.0)
    a = autodiff.square(autodiff.square(x))
    y = autodiff.exp(a) * (x + a) if leaf_first else (x + a) * autodiff.exp(a)
    y.backward()
    assert_allclose(x.grad.data, 13.0 * np.exp(1.0))


def test_stacked_diamonds(autodiff):
    x = autodiff.Variable(1.0)
    a = autodiff.square(x)
    b = a + a
    c = autodiff.square(b)
    y = c * b + a
    y.backward()
    assert numbers(x.grad) == 50.0


def test_each_function_runs_once_however_many_paths_lead_to_it(autodiff):
    double, calls = counting(autodiff)
    y = x = autodiff.Variable(1.0)
    for _ in range(12):
        y = double(y)
        y = y * 0.25 + y * 0.25
    y.backward()
    assert numbers(x.grad) == 1.0
    assert calls["backward"] == 12


def test_generations_grow_from_inputs_to_outputs(autodiff):
    x = autodiff.Variable(2.0)
    a = autodiff.square(x)
    b = autodiff.square(a)
    y = x + b
    z = y + x
    assert [v.generation for v in (x, a, b, y, z)] == [0, 1, 2, 3, 4]
    assert [v.creator.generation for v in (a, b, y, z)] == [0, 1, 2, 3]


def test_a_result_knows_its_function_and_a_function_its_inputs(autodiff):
    a, b = autodiff.Variable(2.0), autodiff.Variable(3.0)
    y = a * b
    assert isinstance(y.creator, autodiff.Mul)
    assert y.creator.inputs == y.inputs == (a, b)
    assert (a.creator, a.inputs) == (None, ())


def test_a_function_with_several_outputs_refers_to_them(autodiff):
    a, b = autodiff.split(autodiff.Variable([2.0, 3.0]))
    assert a.creator is b.creator
    assert [output() for output in a.creator.outputs] == [a, b]


def test_only_what_the_result_came_from_is_visited(autodiff):
    double, calls = counting(autodiff)
    x = autodiff.Variable(1.0)
    a = double(x)
    unused = double(a)
    autodiff.square(a).backward()
    assert calls["backward"] == 1
    assert unused.grad is None
