"""Graphs far deeper than Python's recursion limit, and what they cost."""

from __future__ import annotations

import gc
import inspect
import sys
import threading
import tracemalloc
import weakref

import pytest

from tests.unit.reference.engine import numbers

LENGTH = 100_000


def chain(autodiff, length):
    x = autodiff.Variable(1.0)
    y = x
    for _ in range(length):
        y = autodiff.add(y, x)
    return x, y


def test_a_chain_of_100000_functions_is_differentiated_and_freed(autodiff):
    gc.collect()
    gc.disable()
    try:
        x, y = chain(autodiff, LENGTH)
        y.backward()
        assert numbers(x.grad) == LENGTH + 1.0
        assert y.generation == LENGTH
        inner = weakref.ref(y.creator.inputs[0])
        del y
        assert inner() is None
    finally:
        gc.enable()


def test_a_long_chain_is_freed_on_a_small_stack(autodiff):
    done = []

    def work():
        x, y = chain(autodiff, LENGTH)
        y.backward()
        del x, y
        done.append(True)

    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert done


def test_a_long_chain_is_differentiated_twice(autodiff):
    x = autodiff.Variable(1.0)
    y = x
    for _ in range(10_000):
        y = y * x
    y.backward(create_graph=True)
    gx = x.grad
    x.cleargrad()
    gx.backward()
    assert numbers(x.grad) == pytest.approx(10_001 * 10_000)
    del y, gx


def test_a_long_chain_does_not_need_a_deep_recursion(autodiff):
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 60)
    try:
        x, y = chain(autodiff, 2_000)
        y.backward()
    finally:
        sys.setrecursionlimit(limit)
    assert numbers(x.grad) == 2_001.0


@pytest.mark.parametrize("function", ["square", "add"])
def test_a_function_on_a_number_takes_at_most_500_bytes(autodiff, function):
    x = autodiff.Variable(1.0)
    more = {"square": (), "add": (x,)}[function]
    tracemalloc.start()
    try:
        y = x
        for _ in range(20_000):
            y = getattr(autodiff, function)(y, *more)
        used = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert used / 20_000 <= 500


def test_a_leaf_used_ten_thousand_times(autodiff):
    xs = [autodiff.Variable(float(i)) for i in range(10_000)]
    y = autodiff.square(xs[0])
    for x in xs[1:]:
        y = y + autodiff.square(x)
    y.backward()
    assert [numbers(x.grad) for x in xs[:3]] == [0.0, 2.0, 4.0]
