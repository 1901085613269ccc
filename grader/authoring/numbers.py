"""Numbers that a person wrote, or asked to be drawn, as arrays."""

from __future__ import annotations

import struct
from collections.abc import Callable
from collections.abc import Mapping as Table
from math import isfinite, prod
from random import Random
from typing import Final, TypeAlias

from grader.authoring.nodes import Mapping, Node, Scalar, kind
from grader.authoring.schema import NormalSample, TypedValue, UniformSample
from grader.authoring.shape import read
from grader.authoring.source import Faults, Span, did_you_mean, shown
from grader.domain.array import MAX_AXES, MAX_ELEMENTS, Array

NOTHING: Final = Array.of(0.0)

Ranges: TypeAlias = Table[str, tuple[float, float]]

NO_RANGES: Final[Ranges] = {}
MISSING: Final = (
    "write `low` and `high`; functions of an assignment stand in a `functions.py` beside the assignment, and "
    "none is read there"
)

_FLOAT32: Final = (2 - 2**-23) * 2.0**127


def read_input(
    node: Node, what: str, seed: str, faults: Faults, at: Span, ranges: Ranges = NO_RANGES
) -> Array:
    """A literal, `{value: ..., dtype: ...}` or a sample; a zero, and a fault, if it is none.

    `seed` decides a sample together with the sample's own seed; `at` is the place of the name;
    `ranges` are those of the functions that the assignment brings.
    """
    if not isinstance(node, Mapping):
        return read_numbers(node, what, faults) or NOTHING
    if node.entry("normal"):
        normal = read(NormalSample, node, what, faults, at)
        rng = Random(f"{seed}:{normal.seed}")
        return _sample(node, "normal", normal.dtype, lambda: rng.gauss(0.0, 1.0), what, faults)
    if node.entry("uniform"):
        before = len(faults)
        uniform = read(UniformSample, node, what, faults, at)
        if len(faults) > before:
            return NOTHING
        if not isfinite(uniform.high - uniform.low):
            faults.add("YS504", f"{what}: the range from low to high is too large", node.span)
            return NOTHING
        if uniform.low > uniform.high:
            message = f"{what}: low is {uniform.low:g}, above high, which is {uniform.high:g}"
            faults.add("YS504", message, node.span, "exchange the two")
        low, high = _bounds(node, uniform, what, faults, ranges)
        rng = Random(f"{seed}:{uniform.seed}")
        return _sample(node, "uniform", uniform.dtype, lambda: rng.uniform(low, high), what, faults)
    if value := node.get("value"):
        typed = read(TypedValue, node, what, faults, at)
        numbers = read_numbers(value, what, faults) or NOTHING
        return _as_dtype(numbers, typed.dtype, what, value.span, faults)
    wrong = node.entries[0].key if node.entries else ""
    help = did_you_mean(wrong, ("normal", "uniform", "value"))
    forms = "`{normal: [2, 3]}`, `{uniform: [3], low: 0, high: 1}`, `{value: 3, dtype: int64}`"
    message = f"{what} is neither numbers nor a sample"
    faults.add("YS503", message, node.span, help or f"the forms are {forms}")
    return NOTHING


def _bounds(
    node: Mapping, uniform: UniformSample, what: str, faults: Faults, ranges: Ranges
) -> tuple[float, float]:
    """From where to where is drawn: what is written, or the range of the function that `of` names."""
    named = node.entry("of")
    if named is None:
        return uniform.low, uniform.high
    if uniform.of not in ranges:
        known = f"the assignment brings {', '.join(ranges)}" if ranges else MISSING
        help = did_you_mean(uniform.of, ranges) or known
        message = f"{what}: the assignment brings no function {shown(uniform.of)}"
        faults.add("YS103", message, named.value.span, help)
    if node.entry("low") or node.entry("high"):
        message = f"{what}: `of` gives both bounds already"
        faults.add("YS504", message, named.key_span, "leave `low` and `high` out")
    return ranges.get(uniform.of, (uniform.low, uniform.high))


def read_numbers(node: Node, what: str, faults: Faults) -> Array | None:
    """A number or nested lists of numbers as float64; None, and faults, where it is neither."""
    values: list[float] = []
    shape = _walk(node, what, values, faults, 0)
    if shape is None:
        return None
    if prod(shape) > MAX_ELEMENTS:
        faults.add("YS502", f"{what} has more than {MAX_ELEMENTS:,} elements", node.span)
        return None
    return Array(shape, "float64", struct.pack(f"<{len(values)}d", *values))


def _walk(
    node: Node, what: str, values: list[float], faults: Faults, depth: int
) -> tuple[int, ...] | None:
    if isinstance(node, Scalar):
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            message = f"{what} must be numbers, not {kind(node)}"
            faults.add("YS501", message, node.span, _number_help(node))
            return None
        values.append(float(node.value))
        return ()
    if isinstance(node, Mapping):
        faults.add("YS501", f"{what} must be numbers, not {kind(node)}", node.span)
        return None
    if depth >= MAX_AXES:
        faults.add("YS502", f"{what} has more than {MAX_AXES} axes", node.span)
        return None
    shapes = [_walk(item, what, values, faults, depth + 1) for item in node.items]
    if None in shapes:
        return None
    for item, shape in zip(node.items, shapes, strict=True):
        if shape != shapes[0]:
            first = _rows(shapes[0])
            message = f"{what} is ragged: this row has {_rows(shape)}, the first one {first}"
            faults.add("YS502", message, item.span, "all rows of an array have the same length")
            return None
    inner = shapes[0] if shapes else ()
    return (len(shapes), *(inner or ()))


def _rows(shape: tuple[int, ...] | None) -> str:
    if not shape:
        return "a single number"
    items = "1 item" if shape[0] == 1 else f"{shape[0]} items"
    return items if len(shape) == 1 else f"{items} of shape {shape[1:]}"


def _number_help(node: Scalar) -> str:
    if not isinstance(node.value, str):
        return ""
    plain = node.text.strip().replace("_", "")
    if node.style:
        return "leave the quotes away" if _is_number(plain) else ""
    if _is_number(plain):
        return f"write {plain}: an underscore makes it a word"
    if _is_number(plain.replace(",", ".")):
        return f"write {plain.replace(',', '.')}, with a point"
    if node.text in ("nan", "inf", "-inf"):
        return f"write {node.text.replace('nan', '.nan').replace('inf', '.inf')}"
    return ""


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _sample(
    node: Mapping, key: str, dtype: str, draw: Callable[[], float], what: str, faults: Faults
) -> Array:
    """Draws as many numbers as the shape asks for; the shape itself was checked by the model."""
    at = node.get(key)
    lengths = [item.value for item in getattr(at, "items", ()) if isinstance(item, Scalar)]
    shape = tuple(length for length in lengths if type(length) is int and length >= 0)
    if len(shape) != len(lengths) or len(shape) > MAX_AXES:
        return NOTHING
    assert at is not None
    if prod(shape) > MAX_ELEMENTS:
        faults.add("YS502", f"{what} has more than {MAX_ELEMENTS:,} elements", at.span)
        return NOTHING
    values = [draw() for _ in range(prod(shape))]
    if dtype in ("int64", "int32", "bool"):
        values = [float(value > 0) if dtype == "bool" else float(round(value)) for value in values]
    drawn = Array(shape, "float64", struct.pack(f"<{len(values)}d", *values))
    return _as_dtype(drawn, dtype, what, at.span, faults)


def _as_dtype(numbers: Array, dtype: str, what: str, span: Span, faults: Faults) -> Array:
    values = numbers.values
    limit = 2**31 if dtype == "int32" else 2**53
    if dtype.startswith("int") and not all(v.is_integer() and abs(v) < limit for v in values):
        wrong = next(v for v in values if not v.is_integer() or abs(v) >= limit)
        faults.add("YS505", f"{what}: {wrong:g} is no {dtype}", span)
        return NOTHING
    if dtype == "bool" and not set(values) <= {0.0, 1.0}:
        faults.add("YS505", f"{what}: a bool is 0 or 1", span)
        return NOTHING
    if dtype == "float32" and any(isfinite(v) and abs(v) > _FLOAT32 for v in values):
        faults.add("YS505", f"{what}: a float32 reaches to {_FLOAT32:.2g} only", span)
        return NOTHING
    return _rounded(Array(numbers.shape, dtype, numbers.data))


def _rounded(array: Array) -> Array:
    """The numbers as the element type holds them."""
    if array.dtype != "float32":
        return array
    form = f"<{array.size}f"
    return array.with_values(struct.unpack(form, struct.pack(form, *array.values)))
