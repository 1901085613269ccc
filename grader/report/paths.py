"""Where a gradient comes from: every path from the output back to a variable, its factors and what it brings.

Along a path the factors are multiplied, and what the paths bring is added up (the chain rule, spelled out).
Where there are too many paths to write out, the uses of the variable are listed instead: each brings what
has arrived at its result, times one factor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from grader.domain.array import Array
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    Constant,
    Delete,
    Name,
    Operand,
    Program,
    Quantity,
)
from grader.domain.transcript import Observation, Transcript
from grader.records import dataclass, replace
from grader.report import numbers
from grader.report.differences import close
from grader.report.model import CaseReport
from grader.report.slopes import SLOPES

MAX_PATHS: Final = 8


@dataclass(frozen=True, slots=True)
class Hop:
    """One step back: from what a function computed to its operand in `position` (of `positions`).

    `rule` is how the factor is written, empty where the values are arrays.
    """

    function: str
    position: int
    positions: int
    target: str
    operand: str
    rule: str
    factor: float


@dataclass(frozen=True, slots=True)
class Path:
    """Hops from the output back, and what they bring. `seed` is what the first one starts with.

    `arrived` says whether the submission's number has it; None where that cannot be told.
    """

    hops: tuple[Hop, ...]
    seed: float
    brings: float
    arrived: bool | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the gradient of `name` comes from. `count` is the number of paths.

    With `uses`, a row is one use of the variable and its `seed` what arrived at the result of that use.
    Without rows, the values are arrays. `observed` is what the submission has: where it is the sum of some
    of the rows alone, `kept` says of how many.
    """

    name: str
    output: str
    count: int
    rows: tuple[Path, ...]
    uses: bool
    expected: Array
    observed: Observation | None
    kept: int = 0


def origin(report: CaseReport, name: str) -> Origin | None:
    """Where the gradient of a variable comes from, or None where a program is not a plain graph.

    Rows are given only where what they bring adds up to the expected gradient.
    """
    program, gradient = report.case.program, Quantity(Aspect.GRADIENT, name)
    graph = _graph(program)
    expected = report.expected.reading(gradient)
    if graph is None or not isinstance(expected, Array):
        return None
    output = program.backwards()[0]
    count = _counts(graph, name).get(output.of, 0)
    if not count or name == output.of:
        return None
    observed = report.observed.reading(gradient)
    seed = _seed(output, report.expected)
    uses = count > MAX_PATHS
    rows: tuple[Path, ...] = ()
    values = _scalars(program, report.expected)
    if values is not None and seed is not None and expected.shape == ():
        if uses:
            rows = tuple(_uses(graph, name, values, report.expected))
        else:
            rows = tuple(_paths(graph, output.of, name, values, seed))
        total = math.fsum(row.brings for row in rows)
        if not math.isclose(total, expected.values[0], rel_tol=1e-6, abs_tol=1e-9):
            rows = ()
    kept = 0
    if not uses and isinstance(observed, Array) and observed.shape == ():
        rows, kept = _arrived(rows, observed.values[0], report)
    return Origin(name, output.of, count, rows, uses, expected, observed, kept)


def _graph(program: Program) -> Mapping[str, Apply] | None:
    """What computed each variable, where a program only computes and then walks back once."""
    made: dict[str, Apply] = {}
    names = {given.name for given in program.inputs}
    walked = 0
    for step in program.statements:
        match step:
            case Apply(targets):
                if walked or names & {*targets}:
                    return None
                names.update(targets)
                made |= dict.fromkeys(targets, step)
            case Backward():
                walked += 1
            case Delete():
                pass
            case _:
                return None
    return made if walked == 1 else None


def _seed(output: Backward, expected: Transcript) -> float | None:
    match output.upstream:
        case None:
            return 1.0
        case Constant(value):
            return value.values[0] if value.shape == () else None
        case Name(name):
            found = expected.primal(name)
            return found.values[0] if isinstance(found, Array) and found.shape == () else None


def _counts(graph: Mapping[str, Apply], name: str) -> dict[str, int]:
    """How many paths lead from each variable back to `name`."""
    counts = {name: 1}
    for target, node in graph.items():
        if target not in counts:
            operands = (one.name for one in node.operands if isinstance(one, Name))
            counts[target] = sum(counts.get(operand, 0) for operand in operands)
    return counts


def _scalars(program: Program, expected: Transcript) -> Mapping[str, float] | None:
    """The value of every variable, where each is a single number and every function has slopes."""
    if any(step.function not in SLOPES for step in program.applications()):
        return None
    values = {}
    for reading in expected.primals:
        if not isinstance(reading.found, Array) or reading.found.shape != ():
            return None
        values[reading.quantity.of] = reading.found.values[0]
    return values


def _paths(
    graph: Mapping[str, Apply], output: str, name: str, values: Mapping[str, float], seed: float
) -> Iterator[Path]:
    leads = _counts(graph, name)

    def walk(at: str, hops: tuple[Hop, ...], brings: float) -> Iterator[Path]:
        if at == name:
            yield Path(hops, seed, brings)
            return
        for hop in _hops(graph, at, values):
            if leads.get(hop.operand):
                yield from walk(hop.operand, (*hops, hop), brings * hop.factor)

    yield from walk(output, (), seed)


def _uses(
    graph: Mapping[str, Apply], name: str, values: Mapping[str, float], expected: Transcript
) -> Iterator[Path]:
    for target in graph:
        upstream = expected.reading(Quantity(Aspect.GRADIENT, target))
        for hop in _hops(graph, target, values):
            if hop.operand == name and isinstance(upstream, Array):
                handed = upstream.values[0]
                yield Path((hop,), handed, handed * hop.factor)


def _hops(graph: Mapping[str, Apply], at: str, values: Mapping[str, float]) -> Iterator[Hop]:
    node = graph.get(at)
    if node is None:
        return
    given = [_value(operand, values) for operand in node.operands]
    written = [_written(operand) for operand in node.operands]
    for position, (rule, slope) in enumerate(SLOPES[node.function]):
        operand = node.operands[position]
        if isinstance(operand, Name):
            try:
                factor = slope(*given)
            except (ArithmeticError, ValueError):
                factor = math.nan
            yield Hop(
                node.function,
                position,
                len(node.operands),
                at,
                operand.name,
                rule.format(*written),
                factor,
            )


def _value(operand: Operand, values: Mapping[str, float]) -> float:
    return values[operand.name] if isinstance(operand, Name) else operand.value.values[0]


def _written(operand: Operand) -> str:
    return operand.name if isinstance(operand, Name) else numbers.observation(operand.value)


def _arrived(
    rows: tuple[Path, ...], observed: float, report: CaseReport
) -> tuple[tuple[Path, ...], int]:
    """Which rows arrived, and how many, where the observed number is the sum of some of them alone.

    Rows that bring the same cannot be told apart: then only their number is known.
    """
    tolerance = report.case.tolerance
    kept = [
        chosen
        for size in range(1, len(rows))
        for chosen in combinations(range(len(rows)), size)
        if close(observed, math.fsum(rows[number].brings for number in chosen), tolerance)
    ]
    amounts = {tuple(sorted(rows[number].brings for number in chosen)) for chosen in kept}
    if len(amounts) != 1:
        return rows, 0
    if len(kept) > 1:
        return rows, len(kept[0])
    told = (replace(row, arrived=number in kept[0]) for number, row in enumerate(rows))
    return tuple(told), len(kept[0])
