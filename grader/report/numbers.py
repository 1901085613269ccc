"""The one way in which numbers are written, in every format."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final

from grader.domain.array import Array
from grader.domain.transcript import (
    Count,
    Flag,
    Missing,
    NotANumber,
    NotOffered,
    Observation,
)
from grader.report.language import say

DIGITS: Final = 6
SHORT_ELEMENTS: Final = 4
FULL_ELEMENTS: Final = 200
NOTHING: Final = "—"


def number(value: float) -> str:
    """With six significant digits: `64`, `0.333333`, `-1.5e-09`, `nan`, `inf`. `-0` is `0`."""
    text = f"{value:.{DIGITS}g}"
    return "0" if text == "-0" else text


def exact(value: float) -> str:
    """With all digits that tell it from its neighbours."""
    if math.isfinite(value) and value == int(value) and abs(value) < 1e16:
        return str(int(value))
    return repr(value)


def apart(one: float, other: float) -> tuple[str, str]:
    """Both written with as many digits as it takes to tell them apart."""
    if math.isnan(one) or math.isnan(other):
        return number(one), number(other)
    for digits in range(DIGITS, 18):
        left, right = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if left != right:
            return ("0" if left == "-0" else left), ("0" if right == "-0" else right)
    return number(one), number(other)


def shape(array: Array) -> str:
    """As numpy writes it: `(2, 3)`, `(3,)`; of a single number `()` says too little alone."""
    return str(array.shape) if array.shape else say("shape.number", shape="()")


def short(array: Array) -> str:
    """A number, or the first elements of an array: `[1, 2, 3]`, `[1, 2, 3, …]`."""
    if array.shape == ():
        return number(array.values[0])
    values = array.values
    if len(array.shape) == 1 or array.size > 2 * SHORT_ELEMENTS:
        shown = ", ".join(number(value) for value in values[:SHORT_ELEMENTS])
        more = ", …" if array.size > SHORT_ELEMENTS else ""
        return "[" * len(array.shape) + shown + more + "]" * len(array.shape)
    return _nested(array.shape, iter(values), number)


def every(array: Array, write: Callable[[float], str] = exact) -> str:
    """All elements, with all digits."""
    return _nested(array.shape, iter(array.values), write)


def full(array: Array) -> str:
    """The same, up to a size that no page should exceed."""
    return every(array) if array.size <= FULL_ELEMENTS else f"{short(array)} {shape(array)}"


def observation(found: Observation | None) -> str:
    """Any observation in few characters; arrays with an axis come with their shape."""
    match found:
        case Array():
            return short(found) if found.shape == () else f"{short(found)} {shape(found)}"
        case Missing():
            return "None"
        case Flag(value):
            return say("yes") if value else say("no")
        case Count(value):
            return str(value)
        case NotANumber(type, text):
            return f"{type} {text}".rstrip()
        case NotOffered() | None:
            return NOTHING


def observation_in_full(found: Observation | None) -> str:
    """The same with all digits."""
    return full(found) if isinstance(found, Array) else observation(found)


def ratio(observed: float, expected: float) -> float | None:
    """observed / expected where that says something."""
    if expected == 0 or not math.isfinite(observed) or not math.isfinite(expected):
        return None
    return observed / expected


def indices(lengths: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every index of an array of this shape, in row-major order."""
    if not lengths:
        yield ()
        return
    for first in range(lengths[0]):
        for rest in indices(lengths[1:]):
            yield (first, *rest)


def _nested(
    lengths: tuple[int, ...], values: Iterator[float], write: Callable[[float], str]
) -> str:
    if not lengths:
        return write(next(values))
    return "[" + ", ".join(_nested(lengths[1:], values, write) for _ in range(lengths[0])) + "]"
