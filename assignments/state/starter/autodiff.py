"""The functions and the graph are here. What is missing is what lasts, and what does not."""

import contextlib
import weakref

import numpy as np


class Config:
    enable_backprop = True


@contextlib.contextmanager
def no_grad():
    # TODO: switch recording off, let the block run (yield), and restore what was before, even when
    #       the block raises an error.
    raise NotImplementedError("no_grad is not written yet")
    yield


def as_array(x):
    return np.array(x) if np.isscalar(x) else x


def as_tuple(x):
    return x if isinstance(x, tuple) else (x,)


class Variable:
    def __init__(self, data):
        self.data = data
        self.grad = None
        self.creator = None
        self.generation = 0

    def set_creator(self, func):
        self.creator = func
        self.generation = func.generation + 1

    def cleargrad(self):
        # TODO: forget the gradient.
        raise NotImplementedError("Variable.cleargrad is not written yet")

    def detach(self):
        # TODO: the same value, as a new leaf.
        raise NotImplementedError("Variable.detach is not written yet")

    def backward(self, retain_grad=False):
        # TODO: as before, with three things to mind: an output that nobody used (or holds any more)
        #       counts as zeros, nothing is remembered from one call to the next, and unless
        #       retain_grad is true the gradients of outputs are dropped when they have been used.
        raise NotImplementedError("Variable.backward is not written yet")


class Function:
    def __call__(self, *inputs):
        ys = as_tuple(self.forward(*[x.data for x in inputs]))
        outputs = [Variable(as_array(y)) for y in ys]
        # TODO: if Config.enable_backprop: generation, creator, inputs and outputs, as before. But hold the
        #       outputs weakly: weakref.ref(output), read by calling it.
        return outputs[0] if len(outputs) == 1 else tuple(outputs)


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


class Square(Function):
    def forward(self, x):
        return x ** 2

    def backward(self, gy):
        x = self.inputs[0].data
        return 2 * x * gy


class Split(Function):
    def forward(self, x):
        half = len(x) // 2
        return x[:half], x[half:]

    def backward(self, gy0, gy1):
        return np.concatenate([gy0, gy1])


def add(x0, x1):
    return Add()(x0, x1)


def mul(x0, x1):
    return Mul()(x0, x1)


def square(x):
    return Square()(x)


def split(x):
    return Split()(x)
