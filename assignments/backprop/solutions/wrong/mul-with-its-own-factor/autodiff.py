"""The gradients of a product hold the wrong one of the two factors."""

from collections import Counter

import numpy as np


class Variable:
    def __init__(self, data):
        self.data = np.asarray(data)
        self.grad = None
        self.creator = None

    def cleargrad(self):
        self.grad = None

    def backward(self):
        """Add the gradient of this variable to every leaf below it.

        It starts from `self.grad` where the caller set one, otherwise from ones. Inner gradients
        are not kept, so a second call adds the same again.
        """
        seed = np.ones_like(self.data, dtype=float) if self.grad is None else self.grad
        if self.creator is None:
            self.grad = seed
            return
        owed = users(self.creator)
        arrived = {self.creator: seed}
        ready = [self.creator]
        while ready:
            function = ready.pop()
            gradients = function.vjp(arrived.pop(function))
            for x, gx in zip(function.inputs, gradients, strict=True):
                if x.creator is None:
                    x.grad = gx if x.grad is None else x.grad + gx
                    continue
                arrived[x.creator] = arrived[x.creator] + gx if x.creator in arrived else gx
                owed[x.creator] -= 1
                if owed[x.creator] == 0:
                    ready.append(x.creator)


def users(root):
    """How often the output of each function at or below `root` is used, at or below `root`."""
    count, seen, stack = Counter(), {root}, [root]
    while stack:
        for x in stack.pop().inputs:
            if x.creator is None:
                continue
            count[x.creator] += 1
            if x.creator not in seen:
                seen.add(x.creator)
                stack.append(x.creator)
    return count


class Function:
    """`value` computes arrays from arrays; `vjp` turns the gradient of the output into one for each input."""

    def __call__(self, *inputs):
        self.inputs = inputs
        self.xs = [x.data for x in inputs]
        output = Variable(self.value(*self.xs))
        output.creator = self
        return output


class Add(Function):
    def value(self, a, b):
        return a + b

    def vjp(self, g):
        return g, g


class Sub(Function):
    def value(self, a, b):
        return a - b

    def vjp(self, g):
        return g, -g


class Mul(Function):
    def value(self, a, b):
        return a * b

    def vjp(self, g):
        a, b = self.xs
        return g * a, g * b


class Div(Function):
    def value(self, a, b):
        return a / b

    def vjp(self, g):
        a, b = self.xs
        return g / b, -g * a / b**2


class Neg(Function):
    def value(self, x):
        return -x

    def vjp(self, g):
        return (-g,)


class Square(Function):
    def value(self, x):
        return x * x

    def vjp(self, g):
        return (2 * self.xs[0] * g,)


class Exp(Function):
    def value(self, x):
        return np.exp(x)

    def vjp(self, g):
        return (np.exp(self.xs[0]) * g,)


def add(a, b):
    return Add()(a, b)


def sub(a, b):
    return Sub()(a, b)


def mul(a, b):
    return Mul()(a, b)


def div(a, b):
    return Div()(a, b)


def neg(x):
    return Neg()(x)


def square(x):
    return Square()(x)


def exp(x):
    return Exp()(x)
