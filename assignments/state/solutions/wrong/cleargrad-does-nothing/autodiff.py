"""cleargrad sets a variable of its own."""

import contextlib
import weakref

import numpy as np


class Config:
    enable_backprop = True


@contextlib.contextmanager
def no_grad():
    before = Config.enable_backprop
    Config.enable_backprop = False
    try:
        yield
    finally:
        Config.enable_backprop = before


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
        grad = None

    def detach(self):
        return Variable(self.data)

    def backward(self, retain_grad=False):
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
            outputs = [output() for output in f.outputs]
            gys = []
            for y, shape in zip(outputs, f.shapes):
                unused = y is None or y.grad is None
                gys.append(np.zeros(shape) if unused else y.grad)
            for x, gx in zip(f.inputs, as_tuple(f.backward(*gys))):
                x.grad = gx if x.grad is None else x.grad + gx
                if x.creator is not None:
                    add_func(x.creator)
            if not retain_grad:
                for y in outputs:
                    if y is not None:
                        y.grad = None


class Function:
    def __call__(self, *inputs):
        ys = as_tuple(self.forward(*[x.data for x in inputs]))
        outputs = [Variable(as_array(y)) for y in ys]
        if Config.enable_backprop:
            self.generation = max([x.generation for x in inputs])
            for output in outputs:
                output.set_creator(self)
            self.inputs = inputs
            self.outputs = [weakref.ref(output) for output in outputs]
            self.shapes = [output.data.shape for output in outputs]
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
