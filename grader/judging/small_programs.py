"""Small graph programs in order of size: what is tried when somebody asks for the smallest graph that shows it.

Every shape of sharing comes up: operands repeated, leaves before and after a branch, branches that meet again. The
numbers are chosen so that sums, products, first and last contributions differ from each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Final

from grader.domain.array import Array, Nested
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    Constant,
    Input,
    Literal,
    Name,
    Operand,
    Option,
    Program,
    Quantity,
)
from grader.domain.vocabulary import VOCABULARY
from grader.generating.primal import ELEMENTWISE, primals
from grader.records import dataclass, replace

LEAVES: Final = ("x", "w")
NODES: Final = "abcdefgh"
# Numbers for the two leaves, by preference: the first at which the whole graph is well-behaved.
NUMBERS: Final = ((3.0, 5.0), (0.7, -1.5), (1.5, 0.7), (0.7, 0.3), (-1.5, 0.7), (0.3, 1.7))
ARRAYS: Final[tuple[tuple[Nested, Nested], ...]] = (
    ([3.0, -1.5, 0.7], 5.0),
    ([0.7, 1.5, 0.3], 1.7),
)
UPSTREAM: Final = (-10.0, 1.0, 0.5, 3.0, -2.0, 7.0, 0.25, 4.0)
EXPONENT: Final = Constant(Array.of(3.0))
ONE: Final = Constant(Array.of(1.0))

_MATRIX: Final[Nested] = [[3.0, -1.5, 0.7], [5.0, -2.0, 0.3]]
_OTHER: Final[Nested] = [[0.7, 2.0], [-1.5, 0.3], [4.0, -3.0]]


@dataclass(frozen=True, slots=True)
class _Use:
    """A function that is not element-wise, used once: its inputs, its options, the shape of its output."""

    inputs: tuple[Nested, ...]
    options: tuple[tuple[str, Literal], ...]
    shape: tuple[int, ...]


# Shapes and matrices that neither a transpose nor an exchange of operands leaves as they are.
_USES: Final[dict[str, tuple[_Use, ...]]] = {
    "sum": (_Use((_MATRIX,), (), ()), _Use((_MATRIX,), (("axis", 1),), (2,))),
    "mean": (_Use((_MATRIX,), (), ()), _Use((_MATRIX,), (("axis", 0),), (3,))),
    "max": (_Use((_MATRIX,), (), ()), _Use((_MATRIX,), (("axis", 1),), (2,))),
    "reshape": (_Use((_MATRIX,), (("shape", (3, 2)),), (3, 2)),),
    "transpose": (
        _Use((_MATRIX,), (), (3, 2)),
        _Use(([[[1.0, 2.0], [3.0, 5.0]]],), (("axes", (1, 2, 0)),), (2, 2, 1)),
    ),
    "broadcast_to": (_Use(([[3.0], [5.0]],), (("shape", (2, 3)),), (2, 3)),),
    "sum_to": (_Use((_MATRIX,), (("shape", (2, 1)),), (2, 1)),),
    "matmul": (
        _Use((_MATRIX, _OTHER), (), (2, 2)),
        _Use(([[1.0, 2.0], [3.0, 5.0]], [[5.0, 6.0], [7.0, 9.0]]), (), (2, 2)),
    ),
    "getitem": (_Use(([3.0, 5.0, -1.5],), (("index", "[0, 0, 2]"),), (3,)),),
}


def small_programs(functions: Sequence[str], max_functions: int) -> Iterator[Program]:
    """Programs of up to `max_functions` of these functions, the smallest first, always in the same order.

    Each asks for its output and for the gradients of its inputs. A single function is also given several
    numbers with an upstream of its own, and operands of different shapes; functions that are not element-wise
    come alone only.
    """
    known = [name for name in VOCABULARY if name in functions]
    elementwise = tuple(name for name in known if name in ELEMENTWISE)
    for size in range(1, max_functions + 1):
        for nodes in _graphs(elementwise, size):
            if (found := with_numbers(nodes)) is not None:
                yield found
        if size == 1:
            for nodes in _graphs(elementwise, 1):
                yield from _with_arrays(nodes)
            for name in known:
                yield from _alone(name)


def with_numbers(nodes: Sequence[Apply]) -> Program | None:
    """The graph as a program with numbers at which it is well-behaved, or None where none are at hand."""
    for pair in NUMBERS:
        found = _program(nodes, dict(zip(LEAVES, pair, strict=True)))
        if well_behaved(found):
            return found
    return None


def well_behaved(program: Program) -> bool:
    """Whether all values are moderate, and far from kinks and poles."""
    return primals(program) is not None


def _graphs(functions: Sequence[str], size: int) -> Iterator[tuple[Apply, ...]]:
    """Every graph of so many nodes in which each value is used, the last one excepted."""

    def grow(nodes: tuple[Apply, ...]) -> Iterator[tuple[Apply, ...]]:
        if len(nodes) == size:
            yield nodes
            return
        names = [node.targets[0] for node in nodes]
        target = "y" if len(nodes) == size - 1 else NODES[len(nodes)]
        unused = [name for name in names if not _is_used(name, nodes)]
        for function in functions:
            for operands in _operands(function, names, nodes):
                left = [name for name in unused if Name(name) not in operands]
                # What is still unused must fit into the nodes to come, of two operands each.
                if len(left) > size - len(nodes) - 1:
                    continue
                node = Apply((target,), function, operands)
                if nodes and _is_misplaced(nodes[-1], node):
                    continue
                yield from grow((*nodes, node))

    yield from grow(())


def _operands(
    function: str, names: Sequence[str], nodes: Sequence[Apply]
) -> Iterator[tuple[Operand, ...]]:
    """What a function may be given: earlier values, leaves in the order in which they come up."""
    if function == "pow":
        yield from ((Name(name), EXPONENT) for name in [*names, LEAVES[0]])
        return
    taken = [leaf for leaf in LEAVES if _is_used(leaf, nodes)]
    for picked in product([*reversed(names), *LEAVES], repeat=VOCABULARY[function].arity):
        new = list(dict.fromkeys(name for name in picked if name in LEAVES and name not in taken))
        if [*taken, *new] == list(LEAVES[: len(taken) + len(new)]):
            yield tuple(map(Name, picked))
    if function in ("sub", "div") and not nodes:
        yield (ONE, Name(LEAVES[0]))


def _is_used(name: str, nodes: Sequence[Apply]) -> bool:
    return any(Name(name) in node.operands for node in nodes)


def _is_misplaced(before: Apply, node: Apply) -> bool:
    """Whether two nodes that do not depend on each other stand in the order that is left out."""
    if Name(before.targets[0]) in node.operands:
        return False
    return (before.function, str(before.operands)) > (node.function, str(node.operands))


def _program(
    nodes: Sequence[Apply], values: dict[str, Nested], upstream: Array | None = None
) -> Program:
    leaves = [name for name in values if _is_used(name, nodes)]
    given = tuple(Input(name, Array.of(values[name])) for name in leaves)
    output = nodes[-1].targets[-1]
    start = Backward(output, None if upstream is None else Constant(upstream))
    return Program(given, (*nodes, start), asked(output, leaves))


def asked(output: str, leaves: Sequence[str]) -> tuple[Quantity, ...]:
    """What is asked where nobody says otherwise: the output's value, and each leaf's gradient."""
    gradients = (Quantity(Aspect.GRADIENT, name) for name in leaves)
    return (Quantity(Aspect.VALUE, output), *gradients)


def _with_arrays(nodes: Sequence[Apply]) -> Iterator[Program]:
    """The graph on several numbers: from ones, and from an upstream of different signs and sizes."""
    for pair in ARRAYS:
        plain = _program(nodes, dict(zip(LEAVES, pair, strict=True)))
        values = primals(plain)
        if values is None:
            continue
        if shape := values["y"].shape:
            yield plain
            start = Backward("y", Constant(upstream_of(shape)))
            yield replace(plain, statements=(*nodes, start))
        return


def _alone(name: str) -> Iterator[Program]:
    for use in _USES.get(name, ()):
        operands = tuple(Name(leaf) for leaf in LEAVES[: len(use.inputs)])
        node = Apply(("y",), name, operands, tuple(Option(*option) for option in use.options))
        values = dict(zip(LEAVES, use.inputs, strict=False))
        yield _program((node,), values, upstream_of(use.shape) if use.shape else None)
    if name == "split":
        nodes = (
            Apply(("a", "b"), "split", (Name("x"),)),
            Apply(("y",), "mul", (Name("a"), Name("b"))),
        )
        yield _program(nodes, {"x": [3.0, 5.0, -1.5, 0.7]})


def upstream_of(shape: tuple[int, ...]) -> Array:
    """An upstream gradient in which no two elements of a row are alike."""
    size = prod(shape)
    values = [UPSTREAM[i % len(UPSTREAM)] for i in range(size)]
    return Array(shape, "float64", bytes(8 * size)).with_values(values)
