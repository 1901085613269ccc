"""The complex step: gradients to the last digit, by an evaluator that knows no derivative rule and no reference.

An input moved by an imaginary 1e-30 moves the output by its slope times that: nothing is subtracted, so
nothing cancels (Squire and Trapp, SIAM Review 1998). It works where a program is analytic, which is said by
returning None where it is not.
"""

from __future__ import annotations

import cmath
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final

from grader.domain.array import Array
from grader.domain.assignment import Tolerance
from grader.domain.program import (
    Apply,
    Backward,
    Constant,
    Delete,
    Name,
    Operand,
    Program,
)
from grader.records import dataclass

STEP: Final = 1e-30
TOLERANCE: Final = Tolerance(relative=1e-10, absolute=1e-12)
MOST_WORK: Final = 200_000  # elements computed: beyond that finite differences have to do

Shape = tuple[int, ...]
Analytic = Callable[..., complex]
NONE_BROUGHT: Final[Mapping[str, Analytic]] = {}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Complex numbers in a shape, in row-major order."""

    shape: Shape
    values: tuple[complex, ...]


class _NotAnalytic(Exception):
    """The program uses what has no complex counterpart here."""


@dataclass(frozen=True, slots=True)
class Slopes:
    """What the complex step says: the gradient of every input, and the output's own value."""

    gradients: Mapping[str, Array]
    output: str
    value: Array


def slopes(program: Program, brought: Mapping[str, Analytic] = NONE_BROUGHT) -> Slopes | None:
    """Gradients of the one `backward()` of a program, or None where it is not analytic, or too much work.

    `brought` are analytic functions, element-wise, that an assignment brings.
    """
    backward = _only_backward(program)
    if backward is None or sum(given.value.size for given in program.inputs) > 2_000:
        return None
    given = {each.name: _complex(each.value) for each in program.inputs}
    try:
        at_rest = _evaluate(program, given, brought)
        output = at_rest[backward.of]
        weights = _weights(backward, output, at_rest)
        work = sum(len(found.values) for found in at_rest.values())
        if weights is None or work * sum(len(x.values) for x in given.values()) > MOST_WORK:
            return None
        found = {
            name: tuple(
                _slope(program, given, brought, name, element, backward.of, weights)
                for element in range(len(x.values))
            )
            for name, x in given.items()
        }
    except (_NotAnalytic, ValueError, OverflowError, ZeroDivisionError):
        return None
    gradients = {
        each.name: Array(each.value.shape, "float64", bytes(8 * each.value.size)).with_values(
            found[each.name]
        )
        for each in program.inputs
    }
    return Slopes(gradients, backward.of, _real(output))


def contributions(program: Program, variable: str) -> tuple[float, ...]:
    """What each use of a variable that holds one number brings to its gradient; nothing where unknown."""
    backward = _only_backward(program)
    if backward is None:
        return ()
    given = {each.name: _complex(each.value) for each in program.inputs}
    uses = [
        (index, position)
        for index, node in enumerate(program.applications())
        for position, operand in enumerate(node.operands)
        if operand == Name(variable)
    ]
    try:
        moved = [_evaluate(program, given, NONE_BROUGHT, use)[backward.of] for use in uses]
    except (_NotAnalytic, ValueError, OverflowError, ZeroDivisionError):
        return ()
    return tuple(sum(value.imag for value in y.values) / STEP for y in moved)


def _only_backward(program: Program) -> Backward | None:
    """The backward pass of a program that is nothing but a graph and one such pass."""
    found = None
    for step in program.statements:
        match step:
            case Apply() | Delete():
                pass
            case Backward(create_graph=False) if found is None:
                found = step
            case _:
                return None
    return found


def _slope(
    program: Program,
    given: Mapping[str, Numbers],
    brought: Mapping[str, Analytic],
    name: str,
    element: int,
    output: str,
    weights: Sequence[float],
) -> float:
    x = given[name]
    moved = list(x.values)
    moved[element] += STEP * 1j
    y = _evaluate(program, {**given, name: Numbers(x.shape, tuple(moved))}, brought)[output]
    return sum(w * v.imag for w, v in zip(weights, y.values, strict=True)) / STEP


def _weights(
    backward: Backward, output: Numbers, known: Mapping[str, Numbers]
) -> Sequence[float] | None:
    match backward.upstream:
        case None:
            return [1.0] * len(output.values)
        case Name(name):
            upstream = known[name]
        case Constant(value):
            upstream = _complex(value)
    weights = [value.real for value in upstream.values]
    if len(weights) == 1:
        weights *= len(output.values)
    return weights if len(weights) == len(output.values) else None


def _evaluate(
    program: Program,
    given: Mapping[str, Numbers],
    brought: Mapping[str, Analytic],
    use: tuple[int, int] | None = None,
) -> dict[str, Numbers]:
    """Every variable's value. With `use`, that operand of that node is moved on its own."""
    known = dict(given)

    def operand(found: Operand, moved: bool) -> Numbers:
        numbers = known[found.name] if isinstance(found, Name) else _complex(found.value)
        if moved:
            return Numbers(numbers.shape, tuple(v + STEP * 1j for v in numbers.values))
        return numbers

    for index, node in enumerate(program.applications()):
        operands = [operand(each, use == (index, at)) for at, each in enumerate(node.operands)]
        options = {option.name: option.value for option in node.options}
        results = _apply(node.function, operands, options, brought)
        known |= zip(node.targets, results, strict=True)
    return known


def _apply(
    function: str,
    operands: Sequence[Numbers],
    options: Mapping[str, object],
    brought: Mapping[str, Analytic],
) -> tuple[Numbers, ...]:
    if known := _ELEMENTWISE.get(function) or brought.get(function):
        return (_elementwise(known, operands),)
    x = operands[0]
    match function:
        case "sum" | "mean":
            return (_reduced(x, options, mean=function == "mean"),)
        case "reshape":
            shape = _whole(x, options["shape"])
            return (Numbers(shape, x.values),)
        case "transpose":
            return (_transposed(x, options.get("axes")),)
        case "broadcast_to":
            shape = tuple(options["shape"])  # type: ignore[arg-type]
            return (_elementwise(lambda a, _: a, [x, Numbers(shape, (0j,) * prod(shape))]),)
        case "matmul" if len(x.shape) == len(operands[1].shape) == 2:
            return (_product(x, operands[1]),)
        case "split":
            half = x.shape[0] // 2
            row = prod(x.shape[1:])
            first, second = x.values[: half * row], x.values[half * row :]
            rest = x.shape[1:]
            return Numbers((half, *rest), first), Numbers((x.shape[0] - half, *rest), second)
        case _:
            raise _NotAnalytic(function)


def _power(x: complex, c: complex) -> complex:
    if c.imag == 0 and c.real == int(c.real):
        return x ** int(c.real)
    if x.real <= 0:
        raise _NotAnalytic("pow")
    return cmath.exp(c * cmath.log(x))


def _logarithm(x: complex) -> complex:
    if x.real <= 0:
        raise _NotAnalytic("log")
    return cmath.log(x)


_ELEMENTWISE: Final[Mapping[str, Callable[..., complex]]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda x: -x,
    "pow": _power,
    "square": lambda x: x * x,
    "exp": cmath.exp,
    "log": _logarithm,
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tanh": cmath.tanh,
}


def _elementwise(function: Callable[..., complex], operands: Sequence[Numbers]) -> Numbers:
    shape = _broadcast([x.shape for x in operands])
    places = [tuple(_places(x.shape, shape)) for x in operands]
    values = (
        function(*(x.values[at[i]] for x, at in zip(operands, places, strict=True)))
        for i in range(prod(shape))
    )
    return Numbers(shape, tuple(values))


def _broadcast(shapes: Sequence[Shape]) -> Shape:
    axes = max(map(len, shapes))
    padded = [(1,) * (axes - len(shape)) + shape for shape in shapes]
    result = []
    for lengths in zip(*padded, strict=True):
        longest = {length for length in lengths if length != 1}
        if len(longest) > 1:
            raise _NotAnalytic("shapes that do not fit")
        result.append(longest.pop() if longest else 1)
    return tuple(result)


def _places(inner: Shape, outer: Shape) -> Iterator[int]:
    """Which element of an array of shape `inner` stands at each place of the broadcast one."""
    padded = (1,) * (len(outer) - len(inner)) + inner
    for index in product(*map(range, outer)):
        place = 0
        for at, length in zip(index, padded, strict=True):
            place = place * length + (at if length != 1 else 0)
        yield place


def _reduced(x: Numbers, options: Mapping[str, object], *, mean: bool) -> Numbers:
    axis = options.get("axis")
    axes = range(len(x.shape)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = {int(a) % len(x.shape) for a in axes}
    kept = tuple(1 if a in gone else length for a, length in enumerate(x.shape))
    totals = [0j] * prod(kept)
    for value, place in zip(x.values, _places(kept, x.shape), strict=True):
        totals[place] += value
    if mean:
        count = len(x.values) // len(totals)
        totals = [total / count for total in totals]
    shape = kept if options.get("keepdims") else tuple(
        length for a, length in enumerate(x.shape) if a not in gone
    )  # fmt: skip
    return Numbers(shape, tuple(totals))


def _whole(x: Numbers, shape: object) -> Shape:
    lengths = tuple(shape) if isinstance(shape, tuple) else (shape,)
    known = prod(int(length) for length in lengths if length != -1)
    size = len(x.values)
    return tuple(size // known if length == -1 else int(length) for length in lengths)


def _transposed(x: Numbers, axes: object) -> Numbers:
    count = len(x.shape)
    order = (
        tuple(int(a) % count for a in axes)
        if isinstance(axes, tuple)
        else tuple(range(count))[::-1]
    )
    shape = tuple(x.shape[a] for a in order)
    values = []
    for index in product(*map(range, shape)):
        at = [0] * count
        for a, i in zip(order, index, strict=True):
            at[a] = i
        place = 0
        for i, length in zip(at, x.shape, strict=True):
            place = place * length + i
        values.append(x.values[place])
    return Numbers(shape, tuple(values))


def _product(x: Numbers, w: Numbers) -> Numbers:
    rows, inner = x.shape
    columns = w.shape[1]
    values = tuple(
        sum(
            (x.values[r * inner + k] * w.values[k * columns + c] for k in range(inner)),
            start=0j,
        )
        for r in range(rows)
        for c in range(columns)
    )
    return Numbers((rows, columns), values)


def _complex(value: Array) -> Numbers:
    return Numbers(value.shape, tuple(map(complex, value.values)))


def _real(numbers: Numbers) -> Array:
    empty = Array(numbers.shape, "float64", bytes(8 * len(numbers.values)))
    return empty.with_values([value.real for value in numbers.values])
