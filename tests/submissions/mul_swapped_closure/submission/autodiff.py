import numpy as np


class Variable:
    """Keeps who made it, and a function that sends its gradient on."""

    def __init__(self, data, parents=()):
        self.data = np.array(data, dtype=float)
        self.grad = None
        self.parents = parents
        self.send = None

    def cleargrad(self):
        self.grad = None

    def receive(self, g):
        self.grad = g if self.grad is None else self.grad + g

    def backward(self):
        if self.grad is None:
            self.grad = np.ones_like(self.data)
        for v in topological(self):
            if v.send is not None:
                v.send(v.grad)
                if v is not self:
                    v.grad = None


def topological(root):
    order, seen = [], set()

    def visit(v):
        if id(v) in seen:
            return
        seen.add(id(v))
        for p in v.parents:
            visit(p)
        order.append(v)

    visit(root)
    return order[::-1]


def add(a, b):
    y = Variable(a.data + b.data, (a, b))

    def send(gy):
        a.receive(gy)
        b.receive(gy)

    y.send = send
    return y


def sub(a, b):
    y = Variable(a.data - b.data, (a, b))

    def send(gy):
        a.receive(gy)
        b.receive(-gy)

    y.send = send
    return y


def mul(a, b):
    y = Variable(a.data * b.data, (a, b))

    def send(gy):
        a.receive(gy * a.data)
        b.receive(gy * b.data)

    y.send = send
    return y


def div(a, b):
    y = Variable(a.data / b.data, (a, b))

    def send(gy):
        a.receive(gy / b.data)
        b.receive(-gy * a.data / b.data ** 2)

    y.send = send
    return y


def neg(x):
    y = Variable(-x.data, (x,))

    def send(gy):
        x.receive(-gy)

    y.send = send
    return y


def square(x):
    y = Variable(x.data ** 2, (x,))

    def send(gy):
        x.receive(2 * x.data * gy)

    y.send = send
    return y


def exp(x):
    y = Variable(np.exp(x.data), (x,))

    def send(gy):
        x.receive(y.data * gy)

    y.send = send
    return y
