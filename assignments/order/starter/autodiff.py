"""Everything up to repeated inputs is here. What is missing is the order in which functions are undone."""

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
        # TODO: remember the function. A variable comes one generation after its function.
        raise NotImplementedError("Variable.set_creator is not written yet")

    def cleargrad(self):
        self.grad = None

    def backward(self):
        if self.grad is None:
            self.grad = np.ones_like(self.data)
        # TODO: a list of the functions that can be undone, each on it only once, and a loop that
        #       takes the one of the highest generation. For each one, as before:
        #       gxs = f.backward(f.output.grad), then give every input its share (add it where one
        #       is there), and put the input's creator on the list.
        raise NotImplementedError("Variable.backward is not written yet")


class Function:
    def __call__(self, *inputs):
        xs = [x.data for x in inputs]
        y = self.forward(*xs)
        output = Variable(as_array(y))
        # TODO: self.generation. A function comes after all of its inputs.
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


class Square(Function):
    def forward(self, x):
        return x ** 2

    def backward(self, gy):
        x = self.inputs[0].data
        return 2 * x * gy


class Exp(Function):
    def forward(self, x):
        return np.exp(x)

    def backward(self, gy):
        x = self.inputs[0].data
        return np.exp(x) * gy


def add(x0, x1):
    return Add()(x0, x1)


def sub(x0, x1):
    return Sub()(x0, x1)


def mul(x0, x1):
    return Mul()(x0, x1)


def square(x):
    return Square()(x)


def exp(x):
    return Exp()(x)
