"""Forward works. What is missing are the slopes, and one step back."""

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
        # TODO one step: ask self.creator for the gradient of its input, and leave it there.
        raise NotImplementedError("Variable.backward is not written yet")


class Function:
    def __call__(self, input):
        output = Variable(as_array(self.forward(input.data)))
        output.creator = self
        self.input = input
        return output


class Square(Function):
    def forward(self, x):
        return x ** 2

    def backward(self, gy):
        # TODO: the slope at x = self.input.data, times gy
        raise NotImplementedError("Square.backward is not written yet")


class Exp(Function):
    def forward(self, x):
        return np.exp(x)

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Exp.backward is not written yet")


class Log(Function):
    def forward(self, x):
        return np.log(x)

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Log.backward is not written yet")


class Sin(Function):
    def forward(self, x):
        return np.sin(x)

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Sin.backward is not written yet")


class Cos(Function):
    def forward(self, x):
        return np.cos(x)

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Cos.backward is not written yet")


class Tanh(Function):
    def forward(self, x):
        return np.tanh(x)

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Tanh.backward is not written yet")


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


def log(x):
    return Log()(x)


def sin(x):
    return Sin()(x)


def cos(x):
    return Cos()(x)


def tanh(x):
    return Tanh()(x)


def neg(x):
    return Neg()(x)
