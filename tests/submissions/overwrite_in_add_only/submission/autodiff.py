import numpy as np


class Variable:
    def __init__(self, data, _children=()):
        self.data = np.array(data, dtype=np.float64)
        self.grad = np.zeros_like(self.data)
        self._children = _children
        self._backward = lambda: None

    def zero_grad(self):
        self.grad = np.zeros_like(self.data)

    cleargrad = zero_grad

    def backward(self):
        topo, visited = [], set()

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._children:
                    build(child)
                topo.append(v)

        build(self)
        if not np.any(self.grad):
            self.grad = np.ones_like(self.data)
        for v in reversed(topo):
            v._backward()


def add(a, b):
    out = Variable(a.data + b.data, (a, b))

    def _backward():
        a.grad = out.grad
        b.grad = out.grad
    out._backward = _backward
    return out


def square(x):
    out = Variable(x.data * x.data, (x,))

    def _backward():
        x.grad += 2.0 * x.data * out.grad
    out._backward = _backward
    return out


def mul(a, b):
    out = Variable(a.data * b.data, (a, b))

    def _backward():
        a.grad = a.grad + b.data * out.grad
        b.grad = b.grad + a.data * out.grad
    out._backward = _backward
    return out


def exp(x):
    out = Variable(np.exp(x.data), (x,))

    def _backward():
        x.grad = x.grad + out.data * out.grad
    out._backward = _backward
    return out
