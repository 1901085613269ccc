"""A solution: edges, a switch for recording, and the dozen functions of which a small network is made."""

import contextlib

import numpy as np

recording = True


@contextlib.contextmanager
def no_grad():
    global recording
    before, recording = recording, False
    try:
        yield
    finally:
        recording = before


class Variable:
    """An array, and the edges to what it was made from: pairs of a variable and that variable's rule."""

    def __init__(self, data, edges=()):
        self.data = np.asarray(data, dtype=float)
        self.grad = None
        self.edges = edges if recording else ()

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

    def __matmul__(self, other):
        return matmul(self, other)

    def __rsub__(self, other):
        return sub(other, self)

    __radd__ = __add__
    __rmul__ = __mul__


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


def sum_to(g, x):
    """Add up what broadcasting has copied of x."""
    g = g.sum(axis=tuple(range(g.ndim - x.data.ndim)))
    stretched = tuple(axis for axis, length in enumerate(x.data.shape) if length == 1)
    return g.sum(axis=stretched, keepdims=True)


def add(a, b):
    a, b = variable(a), variable(b)
    return Variable(a.data + b.data, [(a, lambda g: sum_to(g, a)), (b, lambda g: sum_to(g, b))])


def sub(a, b):
    a, b = variable(a), variable(b)
    return Variable(a.data - b.data, [(a, lambda g: sum_to(g, a)), (b, lambda g: sum_to(-g, b))])


def mul(a, b):
    a, b = variable(a), variable(b)
    edges = [(a, lambda g: sum_to(g * b.data, a)), (b, lambda g: sum_to(g * a.data, b))]
    return Variable(a.data * b.data, edges)


def matmul(x, w):
    return Variable(x.data @ w.data, [(x, lambda g: g @ w.data.T), (w, lambda g: x.data.T @ g)])


def elementwise(x, y, slope):
    """A function of each element by itself, whose slope is computed only where it is needed."""
    return Variable(y, [(x, lambda g: g * slope())])


def square(x):
    return elementwise(x, x.data**2, lambda: 2 * x.data)


def exp(x):
    y = np.exp(x.data)
    return elementwise(x, y, lambda: y)


def log(x):
    return elementwise(x, np.log(x.data), lambda: 1 / x.data)


def tanh(x):
    y = np.tanh(x.data)
    return elementwise(x, y, lambda: 1 - y**2)


def relu(x):
    return elementwise(x, np.maximum(x.data, 0), lambda: x.data > 0)


def sum(x, axis=None, keepdims=False):
    y = x.data.sum(axis=axis, keepdims=keepdims)
    kept = x.data.sum(axis=axis, keepdims=True).shape
    return Variable(y, [(x, lambda g: np.broadcast_to(g.reshape(kept), x.data.shape))])


def mean(x, axis=None, keepdims=False):
    total = sum(x, axis, keepdims)
    return mul(total, total.data.size / x.data.size)
