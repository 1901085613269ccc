"""The engine is here, in a short form: each result keeps its edges. What is missing are the rules."""

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


# A rule turns the upstream gradient g into the gradient of its operand, in the shape of that operand.


def add(a, b):
    return Variable(a.data + b.data, [(a, lambda g: todo("add")), (b, lambda g: todo("add"))])


def sub(a, b):
    return Variable(a.data - b.data, [(a, lambda g: todo("sub")), (b, lambda g: todo("sub"))])


def mul(a, b):
    return Variable(a.data * b.data, [(a, lambda g: todo("mul")), (b, lambda g: todo("mul"))])


def div(a, b):
    return Variable(a.data / b.data, [(a, lambda g: todo("div")), (b, lambda g: todo("div"))])


def broadcast_to(x, shape):
    y = np.broadcast_to(x.data, shape)
    return Variable(y, [(x, lambda g: todo("broadcast_to"))])


def matmul(x, w):
    return Variable(x.data @ w.data, [(x, lambda g: todo("matmul")), (w, lambda g: todo("matmul"))])


def sum_to(g, shape):
    """Undo a broadcast from `shape`: add up what was copied."""
    # TODO: sum over leading axes that `shape` does not have, then over those where it has length 1.
    return todo("sum_to")


def todo(what):
    raise NotImplementedError(f"the rule of {what} is not written yet")
