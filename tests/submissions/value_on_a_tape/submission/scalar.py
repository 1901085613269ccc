import math


class Scalar:
    """A number with its parents and the local slopes; gradients by one pass over a sorted tape."""

    counter = 0

    def __init__(self, data, parents=(), slopes=()):
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.slopes = slopes
        Scalar.counter += 1
        self.number = Scalar.counter

    @staticmethod
    def wrap(x):
        return x if isinstance(x, Scalar) else Scalar(x)

    def __add__(self, other):
        other = Scalar.wrap(other)
        return Scalar(self.data + other.data, (self, other), (1.0, 1.0))

    __radd__ = __add__

    def __mul__(self, other):
        other = Scalar.wrap(other)
        return Scalar(self.data * other.data, (self, other), (other.data, self.data))

    __rmul__ = __mul__

    def __neg__(self):
        return Scalar(-self.data, (self,), (-1.0,))

    def __sub__(self, other):
        return self + -Scalar.wrap(other)

    def __rsub__(self, other):
        return Scalar.wrap(other) - self

    def __pow__(self, n):
        return Scalar(self.data ** n, (self,), (n * self.data ** (n - 1),))

    def __truediv__(self, other):
        return self * Scalar.wrap(other) ** -1

    def __rtruediv__(self, other):
        return Scalar.wrap(other) / self

    def tanh(self):
        t = math.tanh(self.data)
        return Scalar(t, (self,), (1 - t * t,))

    def exp(self):
        e = math.exp(self.data)
        return Scalar(e, (self,), (e,))

    def zero_grad(self):
        self.grad = 0.0

    def backward(self):
        tape, stack = {}, [self]
        while stack:
            v = stack.pop()
            if v.number not in tape:
                tape[v.number] = v
                stack.extend(v.parents)
        share = dict.fromkeys(tape, 0.0)
        share[self.number] = 1.0
        for number in sorted(tape, reverse=True):
            v = tape[number]
            v.grad += share[number]
            for parent, slope in zip(v.parents, v.slopes):
                share[parent.number] += slope * share[number]
