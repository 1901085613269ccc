import numpy as np


class Variable:
    def __init__(self, data):
        self.data = data
        self.grad = None
        self.creator = None

    def cleargrad(self):
        self.grad = None

    def backward(self):
        if self.grad is None:
            self.grad = np.ones_like(self.data)
        order = []

        def visit(f):
            if f is None or f in order:
                return
            for x in f.inputs:
                visit(x.creator)
            order.append(f)

        visit(self.creator)
        # every backward() starts with empty gradients, except the one it starts from
        for f in order:
            for x in f.inputs:
                x.grad = None
        for f in order[::-1]:
            f.push()


class Function:
    def __init__(self, *inputs):
        self.inputs = inputs

    def push(self):
        gxs = self.backward(self.output.grad)
        for x, gx in zip(self.inputs, gxs):
            x.grad = gx if x.grad is None else x.grad + gx


class Add(Function):
    def backward(self, gy):
        return gy, gy


class Square(Function):
    def backward(self, gy):
        return [2 * self.inputs[0].data * gy]


def _out(f, data):
    y = Variable(np.asarray(data))
    y.creator = f
    f.output = y
    return y


def add(a, b):
    return _out(Add(a, b), a.data + b.data)


def square(x):
    return _out(Square(x), x.data ** 2)
