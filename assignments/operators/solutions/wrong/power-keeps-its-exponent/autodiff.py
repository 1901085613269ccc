"""The exponent comes down as a factor, and stays where it was."""

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

    def __add__(self, other):
        return add(self, other)

    def __sub__(self, other):
        return sub(self, other)

    def __mul__(self, other):
        return mul(self, other)

    def __truediv__(self, other):
        return div(self, other)

    def __neg__(self):
        return neg(self)

    def __pow__(self, c):
        return pow(self, c)

    # A number on the left: Python asks the operand on the right, which is self.

    def __radd__(self, other):
        return add(other, self)

    def __rsub__(self, other):
        return sub(other, self)

    def __rmul__(self, other):
        return mul(other, self)

    def __rtruediv__(self, other):
        return div(other, self)


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


def variable(x):
    return x if isinstance(x, Variable) else Variable(x)


def add(a, b):
    a, b = variable(a), variable(b)
    return Variable(a.data + b.data, [(a, lambda g: fit(g, a)), (b, lambda g: fit(g, b))])


def sub(a, b):
    a, b = variable(a), variable(b)
    return Variable(a.data - b.data, [(a, lambda g: fit(g, a)), (b, lambda g: fit(-g, b))])


def mul(a, b):
    a, b = variable(a), variable(b)
    return Variable(
        a.data * b.data, [(a, lambda g: fit(g * b.data, a)), (b, lambda g: fit(g * a.data, b))]
    )


def div(a, b):
    a, b = variable(a), variable(b)
    return Variable(
        a.data / b.data,
        [(a, lambda g: fit(g / b.data, a)), (b, lambda g: fit(-g * a.data / b.data**2, b))],
    )


def neg(x):
    return Variable(-x.data, [(x, lambda g: -g)])


def pow(x, c):
    """A power with a plain number as exponent."""
    return Variable(x.data**c, [(x, lambda g: g * c * x.data ** c)])


def fit(g, x):
    """Where a single number met an array, its share is the sum over the array."""
    return g.sum() if x.data.ndim == 0 and g.ndim else g
