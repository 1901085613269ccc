import numpy as np


class Variable:
    """Everything is an operator or a method; no Function classes."""

    def __init__(self, data, parents=()):
        self.data = np.asarray(data, dtype=float)
        self.grad = None
        self.parents = parents          # pairs (variable, rule)

    def __add__(self, other):
        return Variable(self.data + other.data,
                        ((self, lambda g: g), (other, lambda g: g)))

    def __sub__(self, other):
        return Variable(self.data - other.data,
                        ((self, lambda g: g), (other, lambda g: -g)))

    def __mul__(self, other):
        return Variable(self.data * other.data,
                        ((self, lambda g: g * other.data), (other, lambda g: g * self.data)))

    def __truediv__(self, other):
        return Variable(self.data / other.data,
                        ((self, lambda g: g / other.data),
                         (other, lambda g: -g * self.data / other.data ** 2)))

    def __neg__(self):
        return Variable(-self.data, ((self, lambda g: -g),))

    def square(self):
        return Variable(self.data ** 2, ((self, lambda g: 2 * self.data * g),))

    def exp(self):
        y = np.exp(self.data)
        return Variable(y, ((self, lambda g: y * g),))

    def cleargrad(self):
        self.grad = None

    def backward(self):
        order, seen = [], set()

        def visit(v):
            if id(v) in seen:
                return
            seen.add(id(v))
            for parent, _ in v.parents:
                visit(parent)
            order.append(v)

        visit(self)
        if self.grad is None:
            self.grad = np.ones_like(self.data)
        inner = [v for v in order if v.parents and v is not self]
        for v in inner:
            v.grad = None
        for v in reversed(order):
            for parent, rule in v.parents:
                g = rule(v.grad)
                parent.grad = g if parent.grad is None else parent.grad + g
