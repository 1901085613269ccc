import numpy as np


class Variable:
    def __init__(self, data):
        self.data = np.array(data)
        self.grad = None
        self.creator = None

    def cleargrad(self):
        self.grad = None

    def backward(self, gy=None):
        """Go down every path by itself and add what it brings."""
        if gy is None:
            gy = np.ones_like(self.data) if self.grad is None else self.grad
            self.grad = None
        self.grad = gy if self.grad is None else self.grad + gy
        if self.creator is not None:
            for x, gx in zip(self.creator.inputs, self.creator.backward(gy)):
                x.backward(gx)


class Function:
    def __call__(self, *inputs):
        self.inputs = inputs
        y = Variable(self.forward(*[x.data for x in inputs]))
        y.creator = self
        return y


class Add(Function):
    def forward(self, a, b):
        return a + b

    def backward(self, gy):
        return gy, gy


class Square(Function):
    def forward(self, x):
        return x ** 2

    def backward(self, gy):
        return 2 * self.inputs[0].data * gy,


def add(a, b):
    return Add()(a, b)


def square(x):
    return Square()(x)
