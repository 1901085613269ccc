"""Numbers in a shape: what programs are given and what transcripts report."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from math import prod
from typing import TypeAlias

from grader.records import dataclass

MAX_AXES = 8
MAX_ELEMENTS = 1_000_000

Nested: TypeAlias = "float | Sequence[Nested]"


@dataclass(frozen=True, slots=True)
class Array:
    """An n-dimensional array of numbers, independent of numpy.

    `dtype` is numpy's name of the element type as the implementation held it (`float64`,
    `int64`, `bool`, ...); `data` is always little-endian float64, in row-major order. A Python
    number, a numpy scalar and a 0-d array are the same value: shape `()`.
    """

    shape: tuple[int, ...]
    dtype: str
    data: bytes

    def __post_init__(self) -> None:
        size = element_count(self.shape) if self.shape else 1
        if len(self.data) != 8 * size:
            raise ValueError(f"shape {self.shape} needs {8 * size} bytes: {len(self.data)}")

    @classmethod
    def of(cls, literal: Nested, dtype: str = "float64") -> Array:
        """The array that a nested list of numbers describes. Raises ValueError where ragged."""
        shape = _shape(literal)
        values = [float(value) for value in _flat(literal)]
        return cls(shape, dtype, struct.pack(f"<{len(values)}d", *values))

    @property
    def size(self) -> int:
        return prod(self.shape)

    @property
    def extent(self) -> int:
        """How much there is to write down: elements, or rows that are empty."""
        return extent(self.shape)

    @property
    def values(self) -> tuple[float, ...]:
        """The elements in row-major order."""
        return struct.unpack(f"<{len(self.data) // 8}d", self.data)

    def nested(self) -> Nested:
        """The array as nested lists of floats (a bare float for shape `()`)."""
        return _nested(self.shape, iter(self.values)) if self.shape else self.values[0]

    def with_values(self, values: Sequence[float]) -> Array:
        """An array of the same shape and dtype that holds other numbers."""
        return Array(self.shape, self.dtype, struct.pack(f"<{self.size}d", *values))


def element_count(shape: tuple[int, ...]) -> int:
    """How many numbers an array of this shape holds. Raises ValueError where there can be none."""
    if len(shape) > MAX_AXES:
        raise ValueError(f"an array has at most {MAX_AXES} axes, not {len(shape)}")
    if min(shape) < 0:
        raise ValueError(f"a shape has no negative lengths: {shape}")
    if (size := prod(shape)) > MAX_ELEMENTS:
        raise ValueError(f"an array has at most {MAX_ELEMENTS} elements, not {size}")
    if not size and extent(shape) > MAX_ELEMENTS:
        raise ValueError(f"an array has at most {MAX_ELEMENTS} rows, even empty ones: {shape}")
    return size


def extent(shape: tuple[int, ...]) -> int:
    """How much there is to write down of a shape: elements, or rows that are empty."""
    return prod(length or 1 for length in shape)


def _shape(literal: Nested) -> tuple[int, ...]:
    if not isinstance(literal, Sequence):
        return ()
    inner = {_shape(item) for item in literal}
    if len(inner) > 1:
        raise ValueError("the rows of an array must all have the same length")
    return (len(literal), *(inner.pop() if inner else ()))


def _flat(literal: Nested) -> Iterator[float]:
    if isinstance(literal, Sequence):
        for item in literal:
            yield from _flat(item)
    else:
        yield literal


def _nested(shape: tuple[int, ...], values: Iterator[float]) -> Nested:
    if not shape:
        return next(values)
    return [_nested(shape[1:], values) for _ in range(shape[0])]
