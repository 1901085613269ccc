"""Forward works. What is missing is the way back: the rules of the functions, and the walk."""

import numpy as np


def as_array(x):
    return np.array(x) if np.isscalar(x) else x


class Variable:
    def __init__(self, data):
        self.data = data
        self.grad = None
        self.creator = None

    def backward(self):
        # TODO seed: where nobody gave a gradient, start from ones of the shape of the data.
        # TODO walk: as long as a function made the variable, ask it for the gradient of its input,
        #      and go on with the function that made that input.
        raise NotImplementedError("Variable.backward is not written yet")


class Function:
    def __call__(self, input):
        y = self.forward(input.data)
        output = Variable(as_array(y))
        # TODO: let the output remember this function, and this function its input.
        self.output = output
        return output


class Square(Function):
    def forward(self, x):
        return x ** 2

    def backward(self, gy):
        # TODO: the slope at x = self.input.data, times the upstream gy
        raise NotImplementedError("Square.backward is not written yet")


class Exp(Function):
    def forward(self, x):
        return np.exp(x)

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Exp.backward is not written yet")


class Neg(Function):
    def forward(self, x):
        return -x

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Neg.backward is not written yet")


def square(x):
    return Square()(x)


def exp(x):
    return Exp()(x)


def neg(x):
    return Neg()(x)
