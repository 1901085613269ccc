import numpy as np


class Variable:
    def __init__(self, data):
        self.data = np.asarray(data)
        self.grad = None
        self.creator = None

    def cleargrad(self):
        self.grad = None

    def backward(self):
        seed = np.ones_like(self.data) if self.grad is None else self.grad
        grads = {self: seed}
        for func in reversed(sorted_functions(self)):
            gy = grads.get(func.output)
            if gy is None:
                continue
            local = dict(zip(func.inputs, func.vjp(gy)))
            for x, gx in local.items():
                grads[x] = grads[x] + gx if x in grads else gx
        for v, g in grads.items():
            if v is self:
                v.grad = g
            elif v.creator is None:
                v.grad = g if v.grad is None else v.grad + g
            else:
                v.grad = g


def sorted_functions(variable):
    """Post-order: a function comes after every function it depends on."""
    order, seen = [], set()

    def visit(v):
        f = v.creator
        if f is None or f in seen:
            return
        seen.add(f)
        for x in f.inputs:
            visit(x)
        order.append(f)

    visit(variable)
    return order


class Function:
    def __call__(self, *inputs):
        self.inputs = inputs
        self.output = Variable(self.forward(*(x.data for x in inputs)))
        self.output.creator = self
        return self.output


class Add(Function):
    def forward(self, a, b):
        return a + b

    def vjp(self, gy):
        return gy, gy


class Square(Function):
    def forward(self, x):
        return x * x

    def vjp(self, gy):
        return (gy * 2 * self.inputs[0].data,)


class Mul(Function):
    def forward(self, a, b):
        return a * b

    def vjp(self, gy):
        a, b = self.inputs
        return gy * b.data, gy * a.data


class Sub(Function):
    def forward(self, a, b):
        return a - b

    def vjp(self, gy):
        return gy, -gy


add = lambda a, b: Add()(a, b)
square = lambda x: Square()(x)
mul = lambda a, b: Mul()(a, b)
sub = lambda a, b: Sub()(a, b)
