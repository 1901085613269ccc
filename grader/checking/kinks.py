"""Points where a slope is a matter of agreement, or cannot be computed to the digits that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grader.domain.array import Array
from grader.domain.assignment import Tolerance
from grader.domain.program import Apply, Name, Operand, Program
from grader.domain.transcript import Transcript

NEAR: Final = 1e-4  # nearer than this to a kink, finite differences see both of its sides
ROUNDING: Final = 2.0**-52
MARGIN: Final = 10.0


def kink(program: Program, answer: Transcript) -> str:
    """In words, the first use of a function exactly at its kink, or nothing."""
    if not program.backwards():
        return ""
    for node in program.applications():
        values = [_values(operand, answer) for operand in node.operands]
        match node.function, values:
            case "relu" | "abs", [list(xs)] if any(abs(x) < NEAR for x in xs):
                return f"`{node.function}` has a kink at 0, where {_spelt(node.operands[0])} is"
            case "maximum", [list(xs), list(ys)] if _meet(xs, ys):
                return "the two operands of `maximum` are equal"
            case "max", [list(xs)] if _tie(node, xs):
                return f"two elements of {_spelt(node.operands[0])} tie for `max`"
    return ""


def cancellation(program: Program, answer: Transcript, tolerance: Tolerance) -> str:
    """In words, the first sum in which so many digits cancel that the tolerance cannot be kept."""
    allowed = tolerance.relative / (ROUNDING * MARGIN)
    for node in program.applications():
        if node.function not in ("add", "sub"):
            continue
        xs, ys = (_values(operand, answer) for operand in node.operands)
        result = _values(Name(node.targets[0]), answer)
        if not (xs and ys and result) or not len(xs) == len(ys) == len(result):
            continue
        for x, y, found in zip(xs, ys, result, strict=True):
            if found != 0 and abs(x) + abs(y) > allowed * abs(found):
                return f"in {node.targets[0]}, {x:g} and {y:g} cancel to {found:g}"
    return ""


def _values(operand: Operand, answer: Transcript) -> list[float] | None:
    found = answer.primal(operand.name) if isinstance(operand, Name) else operand.value
    return list(found.values) if isinstance(found, Array) else None


def _meet(xs: Sequence[float], ys: Sequence[float]) -> bool:
    longest = max(len(xs), len(ys))
    if {len(xs), len(ys)} - {1, longest}:
        return False
    pairs = zip(list(xs) * (longest // len(xs)), list(ys) * (longest // len(ys)), strict=True)
    return any(abs(x - y) < NEAR for x, y in pairs)


def _tie(node: Apply, xs: Sequence[float]) -> bool:
    """Whether the largest is there twice; over single axes, whether any two elements are equal."""
    if any(option.name == "axis" and option.value is not None for option in node.options):
        return len(set(xs)) < len(xs)
    return sum(abs(x - max(xs)) < NEAR for x in xs) > 1


def _spelt(operand: Operand) -> str:
    return operand.name if isinstance(operand, Name) else "a number"
