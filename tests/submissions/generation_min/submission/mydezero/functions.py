import numpy as np

from .core import Function


class Add(Function):
    def forward(self, a, b):
        return a + b

    def backward(self, gy):
        return gy, gy


class Mul(Function):
    def forward(self, a, b):
        return a * b

    def backward(self, gy):
        a, b = [x.data for x in self.inputs]
        return gy * b, gy * a


class Neg(Function):
    def forward(self, x):
        return -x

    def backward(self, gy):
        return -gy


class Sub(Function):
    def forward(self, a, b):
        return a - b

    def backward(self, gy):
        return gy, -gy


class Div(Function):
    def forward(self, a, b):
        return a / b

    def backward(self, gy):
        a, b = [x.data for x in self.inputs]
        return gy / b, -gy * a / b ** 2


class Square(Function):
    def forward(self, x):
        return x ** 2

    def backward(self, gy):
        return 2 * self.inputs[0].data * gy


class Exp(Function):
    def forward(self, x):
        self.y = np.exp(x)
        return self.y

    def backward(self, gy):
        return self.y * gy


def add(a, b): return Add()(a, b)
def mul(a, b): return Mul()(a, b)
def neg(x): return Neg()(x)
def sub(a, b): return Sub()(a, b)
def div(a, b): return Div()(a, b)
def square(x): return Square()(x)
def exp(x): return Exp()(x)
