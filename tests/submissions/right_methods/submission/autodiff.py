import numpy as np


class Variable(object):
    def __init__(self, data):
        self.data = data if isinstance(data, np.ndarray) else np.array(data)
        self.grad = None
        self.creator = None
        self.depth = 0

    def __add__(self, other):
        return Sum().apply(self, other)

    def __mul__(self, other):
        return Product().apply(self, other)

    def square(self):
        return self * self

    def clear_grad(self):
        self.grad = None

    def backward(self):
        self.grad = np.ones_like(self.data) if self.grad is None else self.grad
        waiting = [self.creator]
        while waiting:
            waiting.sort(key=lambda op: op.depth)
            op = waiting.pop()
            for x, g in zip(op.inputs, op.pull(op.output.grad)):
                x.grad = g if x.grad is None else x.grad + g
                if x.creator is not None and x.creator not in waiting:
                    waiting.append(x.creator)


class Operation:
    def apply(self, *inputs):
        self.inputs = inputs
        self.depth = max(x.depth for x in inputs)
        self.output = Variable(self.push(*[x.data for x in inputs]))
        self.output.creator = self
        self.output.depth = self.depth + 1
        return self.output


class Sum(Operation):
    def push(self, a, b):
        return a + b

    def pull(self, g):
        return [g, g]


class Product(Operation):
    def push(self, a, b):
        return a * b

    def pull(self, g):
        a, b = self.inputs
        return [g * b.data, g * a.data]
