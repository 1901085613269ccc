"""A function may have several inputs and several outputs. What is missing are the rules, and the walk."""

import numpy as np


def as_array(x):
    return np.array(x) if np.isscalar(x) else x


def as_tuple(x):
    return x if isinstance(x, tuple) else (x,)


class Variable:
    def __init__(self, data):
        self.data = data
        self.grad = None
        self.creator = None

    def backward(self):
        # TODO seed: where nobody gave a gradient, start from ones of the shape of the data.
        # TODO walk: take a function from a list; collect the gradients of all its outputs (zeros for
        #      an output that nobody used); ask its rule for one gradient per input; give each input
        #      its own; and put on the list the function that made it, if one did.
        raise NotImplementedError("Variable.backward is not written yet")


class Function:
    def __call__(self, *inputs):
        # TODO: forward returns one array, or a tuple of several. Each becomes a Variable with this
        #       function as its creator. Keep inputs and outputs, and return one Variable or a tuple.
        raise NotImplementedError("Function.__call__ is not written yet")

    def data(self):
        return [x.data for x in self.inputs]


class Add(Function):
    def forward(self, x0, x1):
        return x0 + x1

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Add.backward is not written yet")


class Sub(Function):
    def forward(self, x0, x1):
        return x0 - x1

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Sub.backward is not written yet")


class Mul(Function):
    def forward(self, x0, x1):
        return x0 * x1

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Mul.backward is not written yet")


class Div(Function):
    def forward(self, x0, x1):
        return x0 / x1

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Div.backward is not written yet")


class Neg(Function):
    def forward(self, x):
        return -x

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Neg.backward is not written yet")


class Square(Function):
    def forward(self, x):
        return x ** 2

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Square.backward is not written yet")


class Split(Function):
    """The first and the second half, along the first axis."""

    def forward(self, x):
        half = len(x) // 2
        return x[:half], x[half:]

    def backward(self, gy0, gy1):
        # TODO
        raise NotImplementedError("Split.backward is not written yet")


def add(x0, x1):
    return Add()(x0, x1)


def sub(x0, x1):
    return Sub()(x0, x1)


def mul(x0, x1):
    return Mul()(x0, x1)


def div(x0, x1):
    return Div()(x0, x1)


def neg(x):
    return Neg()(x)


def square(x):
    return Square()(x)


def split(x):
    return Split()(x)
