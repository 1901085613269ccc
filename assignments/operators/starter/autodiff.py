"""Forward and backward of add, sub, mul, div and neg are here. What is missing are the operators, and powers."""

import numpy as np


def as_array(x):
    return np.array(x) if np.isscalar(x) else x


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
        self.grad = None

    def backward(self):
        if self.grad is None:
            self.grad = np.ones_like(self.data)
        funcs = []
        seen = set()

        def add_func(f):
            if f not in seen:
                seen.add(f)
                funcs.append(f)
                funcs.sort(key=lambda f: f.generation)

        add_func(self.creator)
        while funcs:
            f = funcs.pop()
            gxs = f.backward(f.output.grad)
            if not isinstance(gxs, tuple):
                gxs = (gxs,)
            for x, gx in zip(f.inputs, gxs):
                if x.grad is None:
                    x.grad = gx
                else:
                    x.grad = x.grad + gx
                if x.creator is not None:
                    add_func(x.creator)


class Function:
    def __call__(self, *inputs):
        xs = [x.data for x in inputs]
        y = self.forward(*xs)
        output = Variable(as_array(y))
        self.generation = max([x.generation for x in inputs])
        output.set_creator(self)
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


class Div(Function):
    def forward(self, x0, x1):
        return x0 / x1

    def backward(self, gy):
        x0, x1 = self.inputs[0].data, self.inputs[1].data
        return gy / x1, gy * (-x0 / x1 ** 2)


class Neg(Function):
    def forward(self, x):
        return -x

    def backward(self, gy):
        return -gy


class Pow(Function):
    """A power with a plain number as exponent."""

    def __init__(self, c):
        self.c = c

    def forward(self, x):
        # TODO
        raise NotImplementedError("Pow.forward is not written yet")

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Pow.backward is not written yet")


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


def pow(x, c):
    return Pow(c)(x)


# TODO: plain numbers. Where other is a number, it has to become a Variable first.
# TODO: the operators, such as Variable.__add__ = add. For a number on the left Python calls
#       Variable.__radd__(self, other), with self on the right: mind - and /.
