"""Your Value. Every TODO is a place for a few lines of yours.

Work from top to bottom and run the grader after each part: a sum alone, then the other operators, then
backward() through a chain, then values that are used more than once.
"""

import math


class Value:
    """A number, its gradient, and a closure that hands the gradient on to what it was made from."""

    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.hand_on = lambda: None

    def __add__(self, other):
        # TODO: a new Value with the sum, made from (self, other), and a closure that adds
        #       out.grad to the gradients of both.
        raise NotImplementedError("Value.__add__ is not written yet")

    def __mul__(self, other):
        # TODO
        raise NotImplementedError("Value.__mul__ is not written yet")

    def __pow__(self, exponent):
        # TODO: the exponent is a plain number.
        raise NotImplementedError("Value.__pow__ is not written yet")

    def tanh(self):
        # TODO: math.tanh
        raise NotImplementedError("Value.tanh is not written yet")

    def backward(self):
        # TODO: an order in which every Value stands after all that use it; then self.grad = 1.0,
        #       and each closure once, in that order.
        raise NotImplementedError("Value.backward is not written yet")


# When these work: -x, a - b, a / b, numbers on the left (1 - x, 3 / x), exp and relu.
