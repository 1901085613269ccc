"""Values that are not what they seem, put where a number is due. None of them earns a point or breaks us."""

from __future__ import annotations

# Each is an expression for `x.grad` after a backward pass; `right` is the gradient that is due.
STRANGE = {
    "a NaN": "np.full_like(right, np.nan)",
    "an infinity": "np.full_like(right, np.inf)",
    "a missing gradient": "None",
    "a text": "'6.0'",
    "a list of texts": "np.array(['6.0', '-3.0'])",
    "an object array": "np.array([object(), object()])",
    "an array of arrays of other lengths": "np.array([[1], [1, 2]], dtype=object)",
    "a complex array": "right + 1j",
    "a scalar that would broadcast": "right.flat[0]",
    "an array with an axis too many": "right[None]",
    "an empty array": "np.array([])",
    "an array of a million million empty rows": "np.zeros((10**12, 0))",
    "an array of many empty rows": "np.zeros((100, 100, 100, 0))",
    "an array of dates": "np.array(['2020-01-01', '2020-01-02'], dtype='datetime64[D]')",
    "a structured array": "np.zeros(2, dtype=[('a', 'f8')])",
    "a masked array": "np.ma.masked_array(right * 0, mask=[True, True])",
    "a function": "lambda: right",
    "a class": "float",
    "an exception": "ValueError('6.0')",
    "an array of a million elements too many": "np.zeros(2_000_000)",
    "an array of thirty axes": "np.zeros((1,) * 30)",
    "a huge whole number": "10 ** 5000",
    "a lying float": "type('F', (float,), {'__eq__': lambda s, o: True})(0.0)",
    "a thing with __array__": "type('A', (), {'__array__': lambda s, *a, **k: right * 0})()",
    "a thing whose repr raises": "type('R', (), {'__repr__': lambda s: 1 / 0})()",
    "a thing whose repr never ends": "type('R', (), {'__repr__': lambda s: 'x' * 10 ** 8})()",
    "a thing whose class name is markup": "type('<script>alert(1)</script>', (), {})()",
    "a thing that has every attribute": "type('E', (), {'__getattr__': lambda s, n: s})()",
    "a thing that lies about its class": "type('L', (), {'__class__': property(lambda s: np.ndarray)})()",
    "a memory view": "memoryview(b'12345678')",
    "a generator": "(value for value in right)",
    "a dictionary": "{'grad': right}",
    "bytes that look like the answer": "right.tobytes()",
    "negative zero where six is due": "right * -0.0",
    "an overlay of foreign memory": "np.lib.stride_tricks.as_strided(right, (2,), (0,)) * 0",
}

SOURCE = """
import numpy as np
class Variable:
    def __init__(self, data):
        self.data, self.grad, self.parents = np.asarray(data, dtype=float), None, ()
    def backward(self):
        leaf = self
        while leaf.parents:
            leaf = leaf.parents[0]
        right = np.asarray({{3.0: 6.0}}.get(float(leaf.data.flat[0]), 0.0)) * np.array([1.0, -0.5])
        leaf.grad = {expression}
def square(x):
    y = Variable(x.data ** 2)
    y.parents = (x,)
    return y
def add(a, b):
    y = Variable(a.data + b.data)
    y.parents = (a, b)
    return y
"""


def submission(expression: str) -> bytes:
    return SOURCE.format(expression=expression).encode()
