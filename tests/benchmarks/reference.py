"""What the reference costs: `python -m tests.benchmarks.reference`.

CPU time, one BLAS thread, medians of alternating runs, the garbage collector as Python sets it up.
The reference is held against HIPS autograd, against the engine of a learner's notebook (its export,
unchanged), and against a gradient written by hand in numpy. Two more columns say how far down it
can be brought in Python at all (`bare.py`): the `floor` is the barest graph that can be written, a
tuple per function on one list that is read backwards, with nothing but the data's own arithmetic;
the `skeleton` has functions as objects and finds their order as the reference does, and leaves out
all checks and whatever else these graphs can do without.
"""

from __future__ import annotations

import gc
import re
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np

from tests.benchmarks.bare import FLOOR, SKELETON
from tests.unit.reference.engine import load, numbers

SUBMISSIONS = Path(__file__).parents[1] / "submissions"
EXPORT = SUBMISSIONS / "learner_export" / "submission" / "notebook-export.txt"

Run = Callable[[], Any]


def learner() -> SimpleNamespace:
    """The engine of the learner's notebook: the cells that define it."""
    cells = re.split(r"^In \[\d+\]:\n", EXPORT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    names: dict[str, Any] = {}
    for cell in cells:
        if re.search(r"^class ", cell, flags=re.MULTILINE):
            exec(cell, names)
    return SimpleNamespace(**names)


# Graphs of `add` and `square`, which are all that the learner's engine has. Each says how many
# functions it uses.


def chain_of_adds(ad: Any, x: Any, size: int) -> Any:
    y = x
    for _ in range(size):
        y = ad.add(y, x)
    return y


def chain_of_squares(ad: Any, x: Any, size: int) -> Any:
    y = x
    for _ in range(size):
        y = ad.square(y)
    return y


def chain_of_both(ad: Any, x: Any, size: int) -> Any:
    y = x
    for _ in range(size // 2):
        y = ad.add(ad.square(y), x)
    return y


def wide_sum(ad: Any, x: Any, size: int) -> Any:
    y = x
    for _ in range(size // 2):
        y = ad.add(y, ad.square(x))
    return y


def grid(ad: Any, x: Any, size: int) -> Any:
    side = round(size**0.5)
    row = [x] * side
    for _ in range(side):
        left = x
        for j in range(side):
            left = row[j] = ad.add(left, row[j])
    return row[-1]


def diamonds(ad: Any, x: Any, size: int) -> Any:
    y = x
    for _ in range(size // 4):
        a = ad.square(y)
        y = ad.add(ad.square(a), ad.square(a))
    return y


def forward_and_backward(ad: Any, graph: Any, size: int, start: float) -> Run:
    def run() -> Any:
        x = ad.Variable(np.array(start))
        graph(ad, x, size).backward()
        return x.grad

    return run


AUTOGRAD = SimpleNamespace(add=lambda a, b: a + b, square=anp.square)


def with_autograd(graph: Any, size: int, start: float) -> Run:
    gradient = autograd.grad(lambda x: graph(AUTOGRAD, x, size))
    return lambda: gradient(start)


def cpu_seconds(runs: list[Run], repeats: int) -> list[float]:
    """The median CPU time of each of `runs`, which take turns, so that noise falls on all."""
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(repeats):
        for taken, run in zip(times, runs, strict=True):
            gc.collect()
            start = time.process_time()
            run()
            taken.append(time.process_time() - start)
    return [median(taken) for taken in times]


def first_order(reference: Any) -> Iterator[str]:
    engines = [FLOOR, SKELETON, reference, learner()]
    yield (
        f"{'microseconds per function':26}{'size':>7}{'floor':>7}{'skeleton':>10}"
        f"{'ours':>7}{'learner':>9}{'autograd':>10}"
    )
    for graph, sizes, start in [
        (chain_of_adds, (1_000, 10_000, 100_000), 1.0),
        (chain_of_squares, (1_000, 10_000, 100_000), 1.0),
        (chain_of_both, (1_000, 10_000, 100_000), 0.0),
        (wide_sum, (1_000, 10_000), 1.0),
        (grid, (2_500,), 0.0),
        (diamonds, (1_200,), 0.0),
    ]:
        for size in sizes:
            repeats = 3 if size > 20_000 else 5 if size > 5_000 else 25
            runs = [forward_and_backward(ad, graph, size, start) for ad in engines]
            gradients = [numbers(run()) for run in runs]
            np.testing.assert_allclose(gradients, gradients[-1], rtol=1e-9)
            runs.append(with_autograd(graph, size, start))
            floor, skeleton, ours, learners, others = (
                1e6 * seconds / size for seconds in cpu_seconds(runs, repeats)
            )
            name = graph.__name__.replace("_", " ")
            yield (
                f"{name:26}{size:7}{floor:7.2f}{skeleton:10.2f}"
                f"{ours:7.2f}{learners:9.2f}{others:10.2f}   of the learner's {ours / learners:.3f}"
                f"   of autograd {ours / others:.3f}"
                f" (floor {floor / others:.3f}, skeleton {skeleton / others:.3f})"
            )


def second_order(reference: Any) -> Iterator[str]:
    def product(x: Any, power: int) -> Any:
        y = x
        for _ in range(power - 1):
            y = y * x
        return y

    def ours(power: int) -> None:
        x = reference.Variable(1.001)
        product(x, power).backward(create_graph=True)
        gx = x.grad
        x.cleargrad()
        gx.backward()

    for power in (100, 1_000):
        twice = autograd.grad(autograd.grad(lambda x, power=power: product(x, power)))
        mine, others = cpu_seconds(
            [lambda power=power: ours(power), lambda twice=twice: twice(1.001)], 9
        )
        yield (
            f"second derivative of x**{power}: {1e6 * mine / power:.1f} us per factor, "
            f"autograd {1e6 * others / power:.1f}, ratio {mine / others:.3f}"
        )


def perceptron(reference: Any) -> Iterator[str]:
    """784-100-10, a batch of 64, mean squared error; by hand only the weights get gradients."""
    rng = np.random.default_rng(0)
    data, target = rng.normal(size=(64, 784)), rng.normal(size=(64, 10))
    weights = [
        rng.normal(size=(784, 100)) / 28.0,
        np.zeros(100),
        rng.normal(size=(100, 10)) / 10.0,
        np.zeros(10),
    ]

    def by_hand() -> list[np.ndarray]:
        w1, b1, w2, b2 = weights
        hidden = np.tanh(data @ w1 + b1)
        error = hidden @ w2 + b2 - target
        gy = error * (2.0 / error.size)
        gh = (gy @ w2.T) * (1.0 - hidden * hidden)
        return [data.T @ gh, gh.sum(axis=0), hidden.T @ gy, gy.sum(axis=0)]

    parameters = [reference.Variable(w) for w in weights]

    def with_reference(batch: Any = data) -> list[np.ndarray]:
        w1, b1, w2, b2 = parameters
        for p in parameters:
            p.cleargrad()
        hidden = reference.tanh(reference.matmul(batch, w1) + b1)
        loss = reference.mean(reference.square(reference.matmul(hidden, w2) + b2 - target))
        loss.backward()
        return [p.grad.data for p in parameters]

    for ours, right in zip(with_reference(), by_hand(), strict=True):
        np.testing.assert_allclose(ours, right, rtol=1e-9, atol=1e-12)
    batches = {
        "an array, copied at each use": data,
        "a constant, made once": reference.Constant(data),
        "a variable, owed a gradient too": reference.Variable(data),
    }
    runs = [lambda batch=batch: with_reference(batch) for batch in batches.values()]
    *times, hand = cpu_seconds([*runs, by_hand], 101)
    yield f"perceptron 784-100-10, batch 64: by hand {1e3 * hand:.2f} ms"
    for name, seconds in zip(batches, times, strict=True):
        yield f"    the batch {name}: {1e3 * seconds:.2f} ms, ratio {seconds / hand:.2f}"


def memory(reference: Any) -> Iterator[str]:
    size = 100_000
    for graph in (chain_of_squares, chain_of_adds):
        gc.collect()
        x = reference.Variable(1.0)
        tracemalloc.start()
        y = graph(reference, x, size)
        used = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        y.backward()
        gc.collect()
        gc.disable()
        before = len(gc.get_objects())
        del y
        x.cleargrad()
        freed = before - len(gc.get_objects())
        left = gc.collect()
        gc.enable()
        yield (
            f"{graph.__name__.replace('_', ' ')} of {size}: {used / size:.0f} bytes per function; "
            f"{freed} objects freed at once, {left} left for the collector"
        )


def main() -> None:
    warnings.simplefilter("ignore")
    reference = load()
    for part in (first_order, second_order, perceptron, memory):
        for line in part(reference):
            print(line, flush=True)
        print()


if __name__ == "__main__":
    main()
