"""What a graph's functions compute, in plain numbers: enough to choose inputs that show something.

Nobody is judged by these values; they only keep generated graphs away from overflow, from kinks and from points
where two numbers cancel. Functions that are not element-wise are not computed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Final

from grader.domain.array import MAX_AXES, Array
from grader.domain.program import Apply, Constant, Name, Operand, Program
from grader.records import dataclass

LARGEST: Final = 1e4
KINK: Final = 0.05  # how near an argument may come to a kink or to a pole


@dataclass(frozen=True, slots=True)
class Rule:
    """An element-wise function: its value, and where it may be asked for.

    `arity` is given where the vocabulary does not know the function.
    """

    value: Callable[..., float]
    allowed: Callable[..., bool] = lambda *xs: True
    arity: int = 0


ELEMENTWISE: Final[Mapping[str, Rule]] = {
    "add": Rule(lambda a, b: a + b),
    "sub": Rule(lambda a, b: a - b),
    "mul": Rule(lambda a, b: a * b),
    "div": Rule(lambda a, b: a / b, lambda a, b: abs(b) > KINK),
    "neg": Rule(lambda x: -x),
    "pow": Rule(
        lambda x, c: x**c, lambda x, c: abs(x) > KINK and (x > 0 or c == int(c)) and abs(c) <= 6
    ),
    "square": Rule(lambda x: x * x),
    "exp": Rule(math.exp, lambda x: x < 9),
    "log": Rule(math.log, lambda x: x > KINK),
    "sin": Rule(math.sin, lambda x: abs(x) < 50),
    "cos": Rule(math.cos, lambda x: abs(x) < 50),
    "tanh": Rule(math.tanh, lambda x: abs(x) < 6),
    "relu": Rule(lambda x: max(x, 0.0), lambda x: abs(x) > KINK),
    "abs": Rule(abs, lambda x: abs(x) > KINK),
    "maximum": Rule(max, lambda a, b: abs(a - b) > KINK),
}


NONE_BROUGHT: Final[Mapping[str, Rule]] = {}


def primals(
    program: Program, brought: Mapping[str, Rule] = NONE_BROUGHT
) -> Mapping[str, Array] | None:
    """The value of every variable, or None where one cannot be told, or is not fit to be differentiated.

    `brought` are the rules of functions that an assignment brings.
    """
    known = {given.name: given.value for given in program.inputs}
    for node in program.applications():
        if any(isinstance(one, Name) and one.name not in known for one in node.operands):
            return None  # a gradient, or what was detached: no function of the graph computed it
        found = applied(node, known, brought)
        if found is None:
            return None
        known[node.targets[0]] = found
    return known


def applied(
    node: Apply, known: Mapping[str, Array], brought: Mapping[str, Rule] = NONE_BROUGHT
) -> Array | None:
    """The value of one node, or None where it is not element-wise or not fit to be differentiated."""
    rule = ELEMENTWISE.get(node.function) or brought.get(node.function)
    if rule is None or node.options:
        return None
    operands = [_value(operand, known) for operand in node.operands]
    shape = broadcast([operand.shape for operand in operands])
    if shape is None:
        return None
    found = []
    for values in zip(*(_stretched(operand, shape) for operand in operands), strict=True):
        if not rule.allowed(*values):
            return None
        value = rule.value(*values)
        if not math.isfinite(value) or abs(value) > LARGEST:
            return None
        found.append(value)
    return Array(shape, "float64", b"\0" * (8 * math.prod(shape))).with_values(found)


def broadcast(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...] | None:
    """The common shape of several operands, by numpy's rule, or None where they have none."""
    found = []
    for lengths in zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1):
        longer = {length for length in lengths if length != 1}
        if len(longer) > 1:
            return None
        found.append(longer.pop() if longer else 1)
    return tuple(reversed(found)) if len(found) <= MAX_AXES else None


def _value(operand: Operand, known: Mapping[str, Array]) -> Array:
    match operand:
        case Name(name):
            return known[name]
        case Constant(value):
            return value


def _stretched(operand: Array, shape: tuple[int, ...]) -> Sequence[float]:
    """The elements of an operand as they meet those of a result of `shape`."""
    values = operand.values
    if operand.shape == shape:
        return values
    own = (1,) * (len(shape) - len(operand.shape)) + operand.shape
    at = [0]
    for length, stretched_to in zip(own, shape, strict=True):
        at = [
            before * length + (index if length > 1 else 0)
            for before in at
            for index in range(stretched_to)
        ]
    return [values[index] for index in at]
