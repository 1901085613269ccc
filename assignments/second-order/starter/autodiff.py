"""The functions compute. What is missing: rules that compute with Variables, and a walk that can be recorded."""

import contextlib

import numpy as np


class Config:
    enable_backprop = True


@contextlib.contextmanager
def recording(on):
    before = Config.enable_backprop
    Config.enable_backprop = on
    try:
        yield
    finally:
        Config.enable_backprop = before


def as_variable(x):
    return x if isinstance(x, Variable) else Variable(x)


class Variable:
    def __init__(self, data):
        self.data = np.asarray(data, dtype=float)
        self.grad = None
        self.creator = None
        self.generation = 0

    def cleargrad(self):
        self.grad = None

    def backward(self, retain_grad=False, create_graph=False):
        # TODO: as before, but a gradient is a Variable: the seed is Variable(np.ones_like(self.data)), and
        #       shares are added as Variables. Let the rules and the sums run within
        #       `with recording(create_graph):`, so that they have a graph exactly where one is wanted.
        raise NotImplementedError("Variable.backward is not written yet")

    def __add__(self, other):
        return add(self, other)

    def __mul__(self, other):
        return mul(self, other)

    def __neg__(self):
        return neg(self)

    def __pow__(self, c):
        return pow(self, c)

    def __rsub__(self, other):
        return add(other, neg(self))

    __radd__ = __add__
    __rmul__ = __mul__


class Function:
    def __call__(self, *inputs):
        inputs = [as_variable(x) for x in inputs]
        output = Variable(self.forward(*[x.data for x in inputs]))
        if Config.enable_backprop:
            self.generation = max([x.generation for x in inputs])
            output.creator = self
            output.generation = self.generation + 1
            self.inputs = inputs
            self.output = output
        return output


class Add(Function):
    def forward(self, x0, x1):
        return x0 + x1

    def backward(self, gy):
        # TODO: gy, self.inputs and self.output are Variables, and so is what is returned
        raise NotImplementedError("Add.backward is not written yet")


class Mul(Function):
    def forward(self, x0, x1):
        return x0 * x1

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Mul.backward is not written yet")


class Neg(Function):
    def forward(self, x):
        return -x

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Neg.backward is not written yet")


class Pow(Function):
    def __init__(self, c):
        self.c = c

    def forward(self, x):
        return x ** self.c

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Pow.backward is not written yet")


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


class Exp(Function):
    def forward(self, x):
        return np.exp(x)

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Exp.backward is not written yet")


def add(x0, x1):
    return Add()(x0, x1)


def mul(x0, x1):
    return Mul()(x0, x1)


def neg(x):
    return Neg()(x)


def pow(x, c):
    return Pow(c)(x)


def sin(x):
    return Sin()(x)


def cos(x):
    return Cos()(x)


def tanh(x):
    return Tanh()(x)


def exp(x):
    return Exp()(x)
