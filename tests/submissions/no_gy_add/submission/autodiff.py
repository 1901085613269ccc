from heapq import heappush, heappop
from itertools import count

import numpy as np


class Variable:
    __slots__ = ("_data", "_grad", "creator", "generation")

    def __init__(self, data):
        self._data = np.asarray(data, dtype=float)
        self._grad = None
        self.creator = None
        self.generation = 0

    @property
    def data(self):
        return self._data

    @property
    def grad(self):
        return self._grad

    @grad.setter
    def grad(self, value):
        if value is not None and np.shape(value) != self._data.shape:
            raise ValueError(f"gradient of shape {np.shape(value)} for data of shape {self._data.shape}")
        self._grad = value

    def cleargrad(self):
        self._grad = None

    def accumulate(self, gx):
        self.grad = gx if self._grad is None else self._grad + gx

    def backward(self):
        if self._grad is None:
            self._grad = np.ones_like(self._data)
        tick = count()
        heap, queued = [], set()

        def push(node):
            if node is not None and node not in queued:
                queued.add(node)
                heappush(heap, (-node.generation, next(tick), node))

        push(self.creator)
        while heap:
            _, _, node = heappop(heap)
            upstream = node.output.grad
            for x, gx in zip(node.inputs, node.gradients(upstream)):
                x.accumulate(gx)
                push(x.creator)


class Node:
    __slots__ = ("rule", "inputs", "output", "generation")

    def __init__(self, rule, inputs, value):
        self.rule = rule
        self.inputs = inputs
        self.generation = max(x.generation for x in inputs)
        self.output = Variable(value)
        self.output.creator = self
        self.output.generation = self.generation + 1

    def gradients(self, upstream):
        return self.rule(upstream, *(x.data for x in self.inputs))


def add(a, b):
    return Node(lambda g, a, b: (np.ones_like(a), np.ones_like(b)), (a, b), a.data + b.data).output


def square(x):
    return Node(lambda g, x: (2 * x * g,), (x,), x.data ** 2).output


def exp(x):
    return Node(lambda g, x: (np.exp(x) * g,), (x,), np.exp(x.data)).output
