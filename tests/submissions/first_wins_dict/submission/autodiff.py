"""Reverse mode with a dictionary of gradients: nothing is written to a variable before the end."""
import numpy as np


class Variable:
    def __init__(self, data, op=None, args=()):
        self.data = np.asarray(data)
        self.op = op
        self.args = args
        self.grad = None

    def cleargrad(self):
        self.grad = None

    def backward(self):
        start = self.grad if self.grad is not None else np.ones_like(self.data)
        users = count_users(self)
        grads = {self: start}
        ready = [self]
        while ready:
            v = ready.pop()
            if v.op is None:
                continue
            vjps = RULES[v.op](v, *[a.data for a in v.args])
            for a, vjp in zip(v.args, vjps):
                g = vjp(grads[v])
                grads.setdefault(a, g)
                users[a] -= 1
                if users[a] == 0:
                    ready.append(a)
        for v, g in grads.items():
            if v is self:
                v.grad = g
            elif v.op is None:
                v.grad = g if v.grad is None else v.grad + g


def count_users(root):
    """How many uses of each variable there are below the root."""
    users = {root: 0}
    stack, seen = [root], {root}
    while stack:
        v = stack.pop()
        for a in v.args:
            users[a] = users.get(a, 0) + 1
            if a not in seen:
                seen.add(a)
                stack.append(a)
    return users


RULES = {
    'add': lambda y, a, b: (lambda g: g, lambda g: g),
    'sub': lambda y, a, b: (lambda g: g, lambda g: -g),
    'mul': lambda y, a, b: (lambda g: g * b, lambda g: g * a),
    'div': lambda y, a, b: (lambda g: g / b, lambda g: -g * a / (b * b)),
    'neg': lambda y, x: (lambda g: -g,),
    'square': lambda y, x: (lambda g: g * 2 * x,),
    'exp': lambda y, x: (lambda g: g * y.data,),
}


def add(a, b):
    return Variable(a.data + b.data, 'add', (a, b))


def sub(a, b):
    return Variable(a.data - b.data, 'sub', (a, b))


def mul(a, b):
    return Variable(a.data * b.data, 'mul', (a, b))


def div(a, b):
    return Variable(a.data / b.data, 'div', (a, b))


def neg(x):
    return Variable(-x.data, 'neg', (x,))


def square(x):
    return Variable(x.data * x.data, 'square', (x,))


def exp(x):
    return Variable(np.exp(x.data), 'exp', (x,))
