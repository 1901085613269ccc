"""Everything up to several inputs is here. What is missing is what happens at a variable that is used twice."""

import numpy as np


def as_array(x):
    return np.array(x) if np.isscalar(x) else x


class Variable:
    def __init__(self, data):
        self.data = data
        self.grad = None
        self.creator = None

    def cleargrad(self):
        # TODO: forget the gradient, so that the next sum begins with nothing.
        raise NotImplementedError("Variable.cleargrad is not written yet")

    def collect(self, gx):
        """Take one more contribution to the gradient of this variable."""
        # TODO: the first contribution is the gradient; every other one is added to it.
        #       The array gx may belong to somebody else too: never change it.
        raise NotImplementedError("Variable.collect is not written yet")

    def backward(self):
        if self.grad is None:
            self.grad = np.ones_like(self.data)
        funcs = [self.creator]
        while funcs:
            f = funcs.pop()
            gxs = f.backward(f.output.grad)
            if not isinstance(gxs, tuple):
                gxs = (gxs,)
            for x, gx in zip(f.inputs, gxs):
                x.collect(gx)
                if x.creator is not None:
                    funcs.append(x.creator)


class Function:
    def __call__(self, *inputs):
        output = Variable(as_array(self.forward(*[x.data for x in inputs])))
        output.creator = self
        self.inputs = inputs
        self.output = output
        return output


class Add(Function):
    def forward(self, x0, x1):
        return x0 + x1

    def backward(self, gy):
        return gy, gy


class Sub(Function):
    def forward(self, x0, x1):
        return x0 - x1

    def backward(self, gy):
        return gy, -gy


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
        return 2 * self.inputs[0].data * gy


def add(x0, x1):
    return Add()(x0, x1)


def sub(x0, x1):
    return Sub()(x0, x1)


def mul(x0, x1):
    return Mul()(x0, x1)


def square(x):
    return Square()(x)
