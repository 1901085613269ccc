"""Two engines that promise little, to be held against one that does more: a graph's cost in Python.

Both know `add` and `square` of a single number and give the right gradient: no shapes, no
constants, no second derivative, no function with two outputs, no data replaced, no mistake noticed.
"""

from __future__ import annotations

from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import numpy as np

# The floor: a tuple per function on one list, which is read backwards.


class Number:
    __slots__ = ("grad", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.grad: Any = None

    def backward(self) -> None:
        self.grad = np.float64(1.0)
        for undo, x, y in reversed(TAPE):
            undo(x, y.grad)
        TAPE.clear()


TAPE: list[tuple[Any, Any, Number]] = []


def add(x0: Number, x1: Number) -> Number:
    y = Number(x0.value + x1.value)
    TAPE.append((undo_add, (x0, x1), y))
    return y


def undo_add(xs: tuple[Number, Number], gy: Any) -> None:
    for x in xs:
        x.grad = gy if x.grad is None else x.grad + gy


def square(x: Number) -> Number:
    y = Number(x.value * x.value)
    TAPE.append((undo_square, x, y))
    return y


def undo_square(x: Number, gy: Any) -> None:
    gx = gy * 2.0 * x.value
    x.grad = gx if x.grad is None else x.grad + gx


FLOOR = SimpleNamespace(Variable=lambda array: Number(array[()]), add=add, square=square)


# The skeleton: a function is an object with `forward` and `backward` of as many inputs as it has,
# and the graph is found from the output and sorted by generation, as in the reference.


class Variable:
    __slots__ = ("creator", "generation", "grad", "value")

    def __init__(self, value: Any, creator: Function | None, generation: int) -> None:
        self.value = value
        self.grad: Any = None
        self.creator = creator
        self.generation = generation

    def backward(self) -> None:
        functions: list[Any] = [self.creator]
        seen = set(functions)
        for f in functions:
            for x in f.inputs:
                if x.creator is not None and x.creator not in seen:
                    seen.add(x.creator)
                    functions.append(x.creator)
        functions.sort(key=attrgetter("generation"), reverse=True)

        gradients: dict[Any, Any] = {self.creator: np.float64(1.0)}
        for f in functions:
            for x, gx in zip(f.inputs, f.backward(gradients.pop(f))):  # noqa: B905 (as many)
                key = x.creator or x
                gradients[key] = gradients[key] + gx if key in gradients else gx
        for x, gx in gradients.items():
            x.grad = gx


class Function:
    __slots__ = ("generation", "inputs")

    forward: Any

    def __call__(self, *inputs: Variable) -> Variable:
        values = []
        generation = 0
        for x in inputs:
            values.append(x.value)
            if x.generation > generation:
                generation = x.generation
        self.inputs = inputs
        self.generation = generation
        return Variable(self.forward(*values), self, generation + 1)


class Add(Function):
    __slots__ = ()

    def forward(self, x0: Any, x1: Any) -> Any:
        return x0 + x1

    def backward(self, gy: Any) -> tuple[Any, Any]:
        return gy, gy


class Square(Function):
    __slots__ = ()

    def forward(self, x: Any) -> Any:
        return x * x

    def backward(self, gy: Any) -> tuple[Any]:
        (x,) = self.inputs
        return (gy * 2.0 * x.value,)


SKELETON = SimpleNamespace(
    Variable=lambda array: Variable(array[()], None, 0),
    add=lambda x0, x1: Add()(x0, x1),
    square=lambda x: Square()(x),
)
