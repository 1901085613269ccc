"""Every function of the reference, written once for several libraries, and inputs to try it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Trial:
    """One function on inputs of some shapes.

    `compute(ad, *xs)` calls the reference (or its plain numpy road); `in_numpy(np, *xs)` says the
    same in numpy's words, for libraries that speak them. `low` and `high` bound the inputs.
    `analytic` is false where a complex step means nothing.
    """

    name: str
    compute: Callable[..., Any]
    in_numpy: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    low: float = -2.0
    high: float = 2.0
    analytic: bool = True

    def __str__(self) -> str:
        return f"{self.name} of {' and '.join(map(str, self.shapes))}"

    def inputs(self) -> list[np.ndarray]:
        rng = np.random.default_rng(len(self.name) + sum(map(sum, self.shapes)))
        return [rng.uniform(self.low, self.high, shape) for shape in self.shapes]


UNARY_SHAPES = [(), (3,), (2, 3), (0,), (2, 0)]
PAIRS = [
    ((), ()),
    ((3,), (3,)),
    ((3,), ()),
    ((), (2, 3)),
    ((2, 3), (3,)),
    ((2, 1), (1, 3)),
    ((4, 1, 3), (2, 1)),
    ((0,), ()),
    ((0, 3), (1, 3)),
]
MATRICES = [
    ((2, 3), (3, 4)),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (4, 3, 2)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 2)),
    ((0, 3), (3, 2)),
    ((2, 0), (0, 3)),
]


def trials() -> list[Trial]:
    found: list[Trial] = []

    def try_on(shapes: Any, name: str, compute: Any, in_numpy: Any, **options: Any) -> None:
        for these in shapes:
            several = these if these and isinstance(these[0], tuple) else (these,)
            found.append(Trial(name, compute, in_numpy, several, **options))

    positive = {"low": 0.3, "high": 2.0}
    rough = {"analytic": False}

    try_on(PAIRS, "add", lambda ad, a, b: ad.add(a, b), lambda np, a, b: a + b)
    try_on(PAIRS, "sub", lambda ad, a, b: ad.sub(a, b), lambda np, a, b: a - b)
    try_on(PAIRS, "mul", lambda ad, a, b: ad.mul(a, b), lambda np, a, b: a * b)
    try_on(PAIRS, "div", lambda ad, a, b: ad.div(a, b), lambda np, a, b: a / b, **positive)
    try_on(PAIRS, "pow", lambda ad, a, b: ad.pow(a, b), lambda np, a, b: a**b, **positive)
    try_on(
        PAIRS,
        "maximum",
        lambda ad, a, b: ad.maximum(a, b),
        lambda np, a, b: np.maximum(a, b),
        **rough,
    )

    one = UNARY_SHAPES
    try_on(one, "neg", lambda ad, x: ad.neg(x), lambda np, x: -x)
    try_on(one, "square", lambda ad, x: ad.square(x), lambda np, x: np.square(x))
    try_on(one, "pow(x, 3)", lambda ad, x: ad.pow(x, 3), lambda np, x: x**3)
    try_on(one, "pow(x, 1)", lambda ad, x: ad.pow(x, 1), lambda np, x: x**1)
    try_on(one, "x ** -2.5", lambda ad, x: x**-2.5, lambda np, x: x**-2.5, **positive)
    try_on(one, "2 ** x", lambda ad, x: 2**x, lambda np, x: 2**x)
    try_on(one, "1 - x", lambda ad, x: 1 - x, lambda np, x: 1 - x)
    try_on(one, "3 / x", lambda ad, x: 3 / x, lambda np, x: 3 / x, **positive)
    try_on(one, "2 * x + 1", lambda ad, x: 2 * x + 1, lambda np, x: 2 * x + 1)
    try_on(one, "exp", lambda ad, x: ad.exp(x), lambda np, x: np.exp(x))
    try_on(one, "log", lambda ad, x: ad.log(x), lambda np, x: np.log(x), **positive)
    try_on(one, "sin", lambda ad, x: ad.sin(x), lambda np, x: np.sin(x))
    try_on(one, "cos", lambda ad, x: ad.cos(x), lambda np, x: np.cos(x))
    try_on(one, "tanh", lambda ad, x: ad.tanh(x), lambda np, x: np.tanh(x))
    try_on(one, "relu", lambda ad, x: ad.relu(x), lambda np, x: np.maximum(x, 0.0), **rough)
    try_on(one, "abs", lambda ad, x: ad.abs(x), lambda np, x: np.abs(x), **rough)
    try_on(one, "sum", lambda ad, x: ad.sum(x), lambda np, x: np.sum(x))
    try_on(one, "x.T", lambda ad, x: ad.transpose(x), lambda np, x: np.transpose(x))

    filled = [(), (3,), (2, 3)]
    try_on(filled, "mean", lambda ad, x: ad.mean(x), lambda np, x: np.mean(x))
    try_on(filled, "max", lambda ad, x: ad.max(x), lambda np, x: np.max(x), **rough)

    cube = [(2, 3, 4)]
    for axis in (0, -1, (0, 2), (1,)):
        for keepdims in (False, True):
            given = {"axis": axis, "keepdims": keepdims}
            for name in ("sum", "mean", "max"):
                try_on(
                    [*cube, (2, 0, 4)] if name == "sum" else cube,
                    f"{name}(axis={axis}, keepdims={keepdims})",
                    lambda ad, x, name=name, given=given: getattr(ad, name)(x, **given),
                    lambda np, x, name=name, given=given: getattr(np, name)(x, **given),
                    analytic=name != "max",
                )

    try_on(
        [(6,), (2, 3)],
        "reshape",
        lambda ad, x: ad.reshape(x, (3, 2)),
        lambda np, x: np.reshape(x, (3, 2)),
    )
    try_on(cube, "reshape", lambda ad, x: ad.reshape(x, -1), lambda np, x: np.reshape(x, (-1,)))
    for axes in ((1, 2, 0), (-1, 0, 1)):
        try_on(
            cube,
            f"transpose to {axes}",
            lambda ad, x, axes=axes: ad.transpose(x, axes),
            lambda np, x, axes=axes: np.transpose(x, [axis % 3 for axis in axes]),
        )
    try_on(
        [(), (3,), (1, 3), (2, 1), (2, 3)],
        "broadcast_to",
        lambda ad, x: ad.broadcast_to(x, (2, 3)),
        lambda np, x: x + np.zeros((2, 3)),
    )
    try_on(
        [(2, 3), (4, 2, 3), (4, 2, 1, 3)],
        "sum_to",
        lambda ad, x: ad.sum_to(x, (*x.shape[-2:-1], 1)),
        lambda np, x: np.sum(np.reshape(x, (-1, *x.shape[-2:])), (0, 2))[:, None],
    )
    try_on(MATRICES, "matmul", lambda ad, a, b: ad.matmul(a, b), lambda np, a, b: np.matmul(a, b))
    for name, index in {
        "an item": 1,
        "a slice": slice(1, None),
        "a repeated list": [0, 0, 2],
        "the last axis": (..., 1),
        "an added axis": (slice(None), None),
        "nothing": slice(0, 0),
    }.items():
        try_on(
            [(3, 4)],
            f"getitem with {name}",
            lambda ad, x, index=index: ad.getitem(x, index),
            lambda np, x, index=index: x[index],
        )
    try_on(
        [(4,), (5, 2)],
        "the product of two halves",
        lambda ad, x: ad.mul(*(ad.sum(half) for half in ad.split(x))),
        lambda np, x: np.sum(x[: len(x) // 2]) * np.sum(x[len(x) // 2 :]),
    )
    return found


TRIALS = trials()
