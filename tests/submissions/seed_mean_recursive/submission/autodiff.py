import numpy as np


class Variable:
    def __init__(self, value):
        self.data = np.asarray(value)
        self.grad = None
        self.creator = None
        self.waiting = 0

    def cleargrad(self):
        self.grad = None

    def backward(self):
        if self.grad is None:
            self.grad = np.ones(self.data.shape) / self.data.size
        if self.creator:
            count(self.creator, set())
            self.descend()

    def descend(self):
        f = self.creator
        for x, g in zip(f.inputs, f.gradients(self.grad)):
            x.grad = g if x.grad is None else x.grad + g
            x.waiting -= 1
            if x.waiting == 0 and x.creator is not None:
                x.descend()
                x.grad = None


def count(f, seen):
    """Every variable learns how many gradients it has to wait for."""
    if f in seen:
        return
    seen.add(f)
    for x in f.inputs:
        x.waiting += 1
        if x.creator:
            count(x.creator, seen)


class Function:
    def __init__(self, *inputs):
        self.inputs = inputs
        self.values = [x.data for x in inputs]

    @classmethod
    def apply(cls, *inputs):
        f = cls(*inputs)
        f.result = f.compute(*f.values)
        y = Variable(f.result)
        y.creator = f
        return y


class Add(Function):
    def compute(self, a, b):
        return a + b

    def gradients(self, gy):
        return [gy, gy]


class Sub(Function):
    def compute(self, a, b):
        return a - b

    def gradients(self, gy):
        return [gy, -gy]


class Mul(Function):
    def compute(self, a, b):
        return a * b

    def gradients(self, gy):
        a, b = self.values
        return [b * gy, a * gy]


class Div(Function):
    def compute(self, a, b):
        return a / b

    def gradients(self, gy):
        a, b = self.values
        return [gy / b, -a / b ** 2 * gy]


class Neg(Function):
    def compute(self, x):
        return -x

    def gradients(self, gy):
        return [-gy]


class Square(Function):
    def compute(self, x):
        return x * x

    def gradients(self, gy):
        [x] = self.values
        return [2 * x * gy]


class Exp(Function):
    def compute(self, x):
        return np.exp(x)

    def gradients(self, gy):
        return [self.result * gy]


add, sub, mul, div = Add.apply, Sub.apply, Mul.apply, Div.apply
neg, square, exp = Neg.apply, Square.apply, Exp.apply
