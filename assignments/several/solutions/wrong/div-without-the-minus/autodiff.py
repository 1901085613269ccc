"""The second gradient of a quotient lacks its sign."""

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
        if self.grad is None:
            self.grad = np.ones_like(self.data)
        funcs = [self.creator]
        while funcs:
            f = funcs.pop()
            gys = [y.grad if y.grad is not None else np.zeros_like(y.data) for y in f.outputs]
            gxs = as_tuple(f.backward(*gys))
            for x, gx in zip(f.inputs, gxs):
                x.grad = gx
                if x.creator is not None:
                    funcs.append(x.creator)


class Function:
    def __call__(self, *inputs):
        ys = as_tuple(self.forward(*[x.data for x in inputs]))
        outputs = [Variable(as_array(y)) for y in ys]
        for output in outputs:
            output.creator = self
        self.inputs = inputs
        self.outputs = outputs
        return outputs[0] if len(outputs) == 1 else tuple(outputs)

    def data(self):
        return [x.data for x in self.inputs]


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
        x0, x1 = self.data()
        return gy * x1, gy * x0


class Div(Function):
    def forward(self, x0, x1):
        return x0 / x1

    def backward(self, gy):
        x0, x1 = self.data()
        return gy / x1, gy * (x0 / x1 ** 2)


class Neg(Function):
    def forward(self, x):
        return -x

    def backward(self, gy):
        return -gy


class Square(Function):
    def forward(self, x):
        return x ** 2

    def backward(self, gy):
        (x,) = self.data()
        return 2 * x * gy


class Split(Function):
    """The first and the second half, along the first axis."""

    def forward(self, x):
        half = len(x) // 2
        return x[:half], x[half:]

    def backward(self, gy0, gy1):
        return np.concatenate([gy0, gy1])


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
