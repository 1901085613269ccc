"""The rule of matmul takes ones for its upstream."""

import numpy as np


class Variable:
    """An array, and the edges to what it was made from: pairs of a variable and that variable's rule."""

    def __init__(self, data, edges=()):
        self.data = np.asarray(data, dtype=float)
        self.grad = None
        self.edges = edges

    def cleargrad(self):
        self.grad = None

    def backward(self):
        seed = np.ones_like(self.data) if self.grad is None else self.grad
        if self.edges:
            self.grad = None
        arrived = {self: seed}
        for y in users_first(self):
            gy = arrived.pop(y)
            if not y.edges and y is not self:
                y.grad = gy if y.grad is None else y.grad + gy
            for x, rule in y.edges:
                gx = rule(gy)
                arrived[x] = arrived[x] + gx if x in arrived else gx


def users_first(y):
    """Every variable that y was made from, each one after all that were made from it."""
    order, seen, stack = [], {y}, [(y, iter(y.edges))]
    while stack:
        v, rest = stack[-1]
        edge = next(rest, None)
        if edge is None:
            stack.pop()
            order.append(v)
        elif edge[0] not in seen:
            seen.add(edge[0])
            stack.append((edge[0], iter(edge[0].edges)))
    return reversed(order)


def add(a, b):
    return Variable(
        a.data + b.data, [(a, lambda g: sum_to(g, a.data.shape)), (b, lambda g: sum_to(g, b.data.shape))]
    )


def sub(a, b):
    return Variable(
        a.data - b.data, [(a, lambda g: sum_to(g, a.data.shape)), (b, lambda g: sum_to(-g, b.data.shape))]
    )


def mul(a, b):
    return Variable(
        a.data * b.data,
        [
            (a, lambda g: sum_to(g * b.data, a.data.shape)),
            (b, lambda g: sum_to(g * a.data, b.data.shape)),
        ],
    )


def div(a, b):
    return Variable(
        a.data / b.data,
        [
            (a, lambda g: sum_to(g / b.data, a.data.shape)),
            (b, lambda g: sum_to(-g * a.data / b.data**2, b.data.shape)),
        ],
    )


def broadcast_to(x, shape):
    y = np.broadcast_to(x.data, shape)
    return Variable(y, [(x, lambda g: sum_to(g, x.data.shape))])


def matmul(x, w):
    return Variable(x.data @ w.data, [
        (x, lambda g: np.ones_like(g) @ w.data.T),
        (w, lambda g: x.data.T @ np.ones_like(g)),
    ])


def sum_to(g, shape):
    """Undo a broadcast from `shape`: add up what was copied."""
    for _ in range(g.ndim - len(shape)):
        g = g.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            g = g.sum(axis=axis, keepdims=True)
    return g
