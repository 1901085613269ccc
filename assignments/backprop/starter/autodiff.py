"""Your autodiff. Every TODO is a place for a few lines of yours.

Work from top to bottom and run the grader after each part: forward first, then one function
alone, then chains, then variables that are used more than once, then graphs whose branches meet.
"""

import numpy as np


def as_array(x):
    """numpy turns some results into plain numbers; a Variable wants an array."""
    if np.isscalar(x):
        return np.array(x)
    return x


class Variable:
    """A value, its gradient, and the function that made it (None for a leaf)."""

    def __init__(self, data):
        self.data = data
        self.grad = None
        self.creator = None
        self.generation = 0

    def set_creator(self, func):
        # TODO: remember the function. A variable comes one generation after its function.
        raise NotImplementedError("Variable.set_creator is not written yet")

    def cleargrad(self):
        # TODO: forget the gradient.
        raise NotImplementedError("Variable.cleargrad is not written yet")

    def backward(self):
        # TODO seed: where nobody gave a gradient, start from ones of the shape of the data.
        # TODO order: take the functions below this variable, each once, in an order in which a
        #      function comes after every function that used its output.
        # TODO rule: ask the function for the gradients of its inputs.
        # TODO accumulate: add each one to what its input already has.
        raise NotImplementedError("Variable.backward is not written yet")


class Function:
    """One use of a function: called with variables, it returns a variable and remembers both."""

    def __call__(self, *inputs):
        # TODO: take the data out of the inputs, call forward, wrap the result with as_array and
        #       Variable, set its creator, and keep inputs and outputs for the way back.
        raise NotImplementedError("Function.__call__ is not written yet")

    def forward(self, *xs):
        """Arrays in, array out."""
        raise NotImplementedError

    def backward(self, gy):
        """The gradient of the output in, one gradient for each input out."""
        raise NotImplementedError


class Add(Function):
    def forward(self, x0, x1):
        # TODO
        raise NotImplementedError("Add.forward is not written yet")

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Add.backward is not written yet")


class Square(Function):
    def forward(self, x):
        # TODO
        raise NotImplementedError("Square.forward is not written yet")

    def backward(self, gy):
        # TODO
        raise NotImplementedError("Square.backward is not written yet")


def add(x0, x1):
    return Add()(x0, x1)


def square(x):
    return Square()(x)


# When all of that works: exp, mul, sub, neg and div are graded too, as soon as they are there.
