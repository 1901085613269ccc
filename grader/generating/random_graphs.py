"""Random graphs: so many functions of these, with such sharing, at numbers where a gradient means something.

The same seed gives the same graphs on every machine. A graph is drawn, looked at, and drawn again until it is as
wanted: all values used, moderate, away from kinks and poles; every slope moderate, and not zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from random import Random
from typing import Final

from grader.domain.array import Array
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    Constant,
    Input,
    Name,
    Operand,
    Program,
    Quantity,
)
from grader.domain.vocabulary import VOCABULARY
from grader.generating.primal import NONE_BROUGHT, Rule, primals
from grader.generating.sharing import Sharing, sharing
from grader.records import dataclass, replace

LEAVES: Final = ("x", "w", "v", "u")
MAX_SIZE: Final = 40
TRIES: Final = 300
NUMBER_TRIES: Final = 8
# From lively to tame: deep graphs of squares and products are moderate at small numbers only.
NUMBERS: Final = (
    (3.0, 5.0, -1.5, 0.7, 2.5, -2.0),
    (0.7, -1.5, 1.3, -0.4, 1.7, 0.5),
    (0.7, -0.6, 0.45, 0.9, -0.35, 0.55),
)
EXPONENTS: Final = (2.0, 3.0)
SLOPES: Final = (1e-3, 1e5)  # what a gradient may be: neither drowned nor drowning
STEP: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Wanted:
    """What random graphs are to be like.

    `functions` are element-wise; `size` is the least and the greatest number of them in a graph. Each
    graph shows every kind of `sharing` that is named, and none where `sharing` is empty; None leaves it to
    chance. Each input has `shape`. `brought` are rules of functions that the vocabulary does not know.
    """

    functions: tuple[str, ...]
    size: tuple[int, int]
    inputs: int = 2
    sharing: frozenset[Sharing] | None = None
    shape: tuple[int, ...] = ()
    brought: Mapping[str, Rule] = NONE_BROUGHT

    def arity(self, function: str) -> int:
        """How many operands a function has that are drawn; of a power only the base is."""
        rule = self.brought.get(function)
        return rule.arity if rule else 1 if function == "pow" else VOCABULARY[function].arity


def random_graphs(wanted: Wanted, count: int, seed: str) -> Iterator[Program]:
    """Up to `count` programs, no two alike: fewer where what is wanted is too rare to be found."""
    seen: set[tuple[Apply, ...]] = set()
    for number in range(count):
        found = _found(wanted, Random(f"{seed}:{number}"), seen)
        if found is None:
            return
        yield found


def _found(wanted: Wanted, rng: Random, seen: set[tuple[Apply, ...]]) -> Program | None:
    """A graph that has not been seen, or None where many draws brought none."""
    for _ in range(TRIES):
        nodes = _drawn(wanted, rng)
        if nodes is None or nodes in seen or not _as_wanted(nodes, wanted):
            continue
        if (program := _with_numbers(nodes, wanted, rng)) is not None:
            seen.add(nodes)
            return program
    return None


def _as_wanted(nodes: Sequence[Apply], wanted: Wanted) -> bool:
    shown = sharing(nodes)
    if wanted.sharing is None:
        return True
    return shown >= wanted.sharing and (bool(wanted.sharing) or not shown)


def _drawn(wanted: Wanted, rng: Random) -> tuple[Apply, ...] | None:
    """A graph in which every value is used, or None where the draw led nowhere."""
    size = rng.randint(*wanted.size)
    leaves = list(LEAVES[: wanted.inputs])
    unused = list(leaves)
    made: list[str] = []
    nodes: list[Apply] = []
    for number in range(size):
        target = "y" if number == size - 1 else _name(number)
        left = size - number - 1
        # Only a function of two operands brings two loose ends together.
        joining = len(unused) - 1 > left or (not left and len(unused) > 1)
        able = [f for f in wanted.functions if not joining or wanted.arity(f) == 2]
        if not able:
            return None
        function = rng.choice(able)
        operands = _operands(function, wanted, [*leaves, *made], unused, joining, rng)
        nodes.append(Apply((target,), function, operands))
        unused = [name for name in unused if Name(name) not in operands]
        unused.append(target)
        made.append(target)
    return _in_order_of_use(tuple(nodes), leaves) if unused == ["y"] else None


def _operands(
    function: str,
    wanted: Wanted,
    names: Sequence[str],
    unused: Sequence[str],
    joining: bool,
    rng: Random,
) -> tuple[Operand, ...]:
    if function == "pow":
        base = rng.choice(unused if rng.random() < 0.7 else names)
        return (Name(base), Constant(Array.of(rng.choice(EXPONENTS))))
    if wanted.arity(function) == 1:
        return (Name(rng.choice(unused if rng.random() < 0.7 else names)),)
    if joining:
        return tuple(map(Name, rng.sample(list(unused), 2)))
    first = rng.choice(unused)
    second = first if rng.random() < 0.15 else rng.choice(names)
    both = [first, second]
    rng.shuffle(both)
    return tuple(map(Name, both))


def _name(number: int) -> str:
    letters = "abcdefghijklmnopqrst"
    return letters[number] if number < len(letters) else f"a{number}"


def _in_order_of_use(nodes: tuple[Apply, ...], leaves: Sequence[str]) -> tuple[Apply, ...]:
    """The graph with its leaves named x, w, ... in the order in which they come up."""
    met = [o.name for node in nodes for o in node.operands if isinstance(o, Name)]
    order = [name for name in dict.fromkeys(met) if name in leaves]
    to = dict(zip(order, LEAVES, strict=False))

    def renamed(operand: Operand) -> Operand:
        return Name(to.get(operand.name, operand.name)) if isinstance(operand, Name) else operand

    return tuple(replace(node, operands=tuple(map(renamed, node.operands))) for node in nodes)


def _with_numbers(nodes: tuple[Apply, ...], wanted: Wanted, rng: Random) -> Program | None:
    names = LEAVES[: wanted.inputs]
    gradients = (Quantity(Aspect.GRADIENT, name) for name in names)
    asked = (Quantity(Aspect.VALUE, "y"), *gradients)
    size = prod(wanted.shape)
    zeros = Array(wanted.shape, "float64", bytes(8 * size))
    for choices in NUMBERS:
        for _ in range(NUMBER_TRIES):
            numbers = _numbers(choices, len(names) * size, rng)
            given = tuple(
                Input(name, zeros.with_values(numbers[i * size : (i + 1) * size]))
                for i, name in enumerate(names)
            )
            program = Program(given, (*nodes, Backward("y")), asked)
            if _is_fit(program, wanted.brought):
                return program
    return None


def _numbers(choices: Sequence[float], count: int, rng: Random) -> list[float]:
    """Numbers of which no two are alike: where two inputs are equal, exchanged gradients do not show."""
    pool = list(choices)
    rng.shuffle(pool)
    return [pool[i % len(pool)] + round(i // len(pool) / 8, 3) for i in range(count)]


def _is_fit(program: Program, brought: Mapping[str, Rule]) -> bool:
    """Whether all values are moderate and no slope is nearly zero or very large."""
    if primals(program, brought) is None:
        return False
    low, high = SLOPES
    for position, given in enumerate(program.inputs):
        ends = []
        for step in (STEP, -STEP):
            moved = given.value.with_values([value + step for value in given.value.values])
            inputs = list(program.inputs)
            inputs[position] = Input(given.name, moved)
            found = primals(replace(program, inputs=tuple(inputs)), brought)
            if found is None:
                return False
            ends.append(found["y"].values)
        slopes = [abs(up - down) / (2 * STEP) for up, down in zip(*ends, strict=True)]
        if not all(low < slope < high for slope in slopes):
            return False
    return True
