"""Rules take the data of their inputs and outputs: constants for the second pass."""

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
        if self.grad is None:
            self.grad = Variable(np.ones_like(self.data))
        funcs = [] if self.creator is None else [self.creator]
        seen = set(funcs)
        while funcs:
            funcs.sort(key=lambda f: f.generation)
            f = funcs.pop()
            with recording(create_graph):
                gxs = f.backward(f.output.grad)
                for x, gx in zip(f.inputs, gxs if isinstance(gxs, tuple) else (gxs,)):
                    x.grad = gx if x.grad is None else x.grad + gx
            for x in f.inputs:
                if x.creator is not None and x.creator not in seen:
                    seen.add(x.creator)
                    funcs.append(x.creator)
            if not retain_grad:
                f.output.grad = None

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

    __array_ufunc__ = None
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
        return gy, gy


class Mul(Function):
    def forward(self, x0, x1):
        return x0 * x1

    def backward(self, gy):
        x0, x1 = self.inputs[0].data, self.inputs[1].data
        return gy * x1, gy * x0


class Neg(Function):
    def forward(self, x):
        return -x

    def backward(self, gy):
        return -gy


class Pow(Function):
    def __init__(self, c):
        self.c = c

    def forward(self, x):
        return x ** self.c

    def backward(self, gy):
        x = self.inputs[0].data
        return self.c * x ** (self.c - 1) * gy


class Sin(Function):
    def forward(self, x):
        return np.sin(x)

    def backward(self, gy):
        x = self.inputs[0].data
        return np.cos(x) * gy


class Cos(Function):
    def forward(self, x):
        return np.cos(x)

    def backward(self, gy):
        x = self.inputs[0].data
        return -np.sin(x) * gy


class Tanh(Function):
    def forward(self, x):
        return np.tanh(x)

    def backward(self, gy):
        y = self.output.data
        return (1 - y * y) * gy


class Exp(Function):
    def forward(self, x):
        return np.exp(x)

    def backward(self, gy):
        return self.output.data * gy


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
