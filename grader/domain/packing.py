"""Transcripts on their way up: small, quick to write beside the submission, and checked as hostile.

A message is a list: ending, values as they were computed, readings, calls, and the bytes of all arrays in
base64, one after another. Quantities are written as a teacher writes them (`x.grad`) and mean something only
beside the program that was performed. An observation is null (missing), a truth value, a whole number, the
shape of an array, or an object for what is no number. A shape begins with the type of the array's elements
where that is not float64.
"""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping
from typing import Any, Final

from grader.domain import codec
from grader.domain.array import Array, element_count
from grader.domain.codec import Malformed
from grader.domain.film import Film
from grader.domain.program import Aspect, Program, Quantity, variables
from grader.domain.transcript import (
    Count,
    Ending,
    Flag,
    Missing,
    NotANumber,
    NotOffered,
    Observation,
    Reading,
    Transcript,
)

DTYPES: Final = frozenset(
    {"float64", "float32", "float16", "longdouble", "float128", "bool", "int", "float"}
    | {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
)
PARTS: Final = 5

Asked = Mapping[str, Quantity]
Clean = Callable[[str], str]


class Block:
    """The bytes of arrays, one after another."""

    def __init__(self) -> None:
        self.data = bytearray()

    def add(self, shape: tuple[int, ...], dtype: str, data: bytes) -> tuple[Any, ...]:
        """What stands for an array in a message. Raises ValueError where it is none that an Array could be."""
        if shape:
            element_count(shape)
        self.data += data
        return shape if dtype == "float64" else (dtype, *shape)


def pack_observed(
    ending: Ending,
    primals: list[tuple[str, Any]],
    readings: dict[str, Any],
    calls: dict[str, str],
    numbers: Block,
) -> bytes:
    """The parts of a transcript as a message; its arrays are in the block. What was printed goes another way."""
    data = b2a_base64(numbers.data, newline=False).decode("ascii")
    message = [codec.encode(ending), primals, [*readings.items()], [*calls.items()], data]
    return _to_json(message).encode()


def pack_filmed(transcript: bytes, film: Film) -> bytes:
    """A packed transcript and the film of the same performance as a message: a list of the two."""
    return b"[" + transcript + b"," + codec.dumps(film) + b"]"


def pack_touched(transcript: bytes, lines: frozenset[int]) -> bytes:
    """A packed transcript and the lines at which the functions begin that its program called: a list of the two."""
    return b"[" + transcript + b"," + json.dumps(sorted(lines)).encode() + b"]"


def asked(program: Program) -> tuple[Asked, Asked]:
    """Whatever a transcript of a program may speak of: values by name, and readings by their text."""
    names = variables(program)
    values = {name: Quantity(Aspect.VALUE, name) for name in names}
    gradients = (Quantity(Aspect.GRADIENT, name) for name in names)
    return values, {str(quantity): quantity for quantity in (*program.quantities, *gradients)}


def unpack(data: Any, asked: tuple[Asked, Asked], clean: Clean) -> Transcript:
    """The transcript in a parsed message. Raises Malformed. `clean` makes text fit to be kept."""
    if type(data) is not list or len(data) != PARTS:
        raise Malformed("not a transcript")
    ending, primals, readings, calls, block = data
    numbers = _Numbers(block)
    return Transcript(
        codec.decode(Ending, ending),
        _readings(primals, asked[0], clean, numbers),
        _readings(readings, asked[1], clean, numbers),
        tuple(_call(call, _text(clean)) for call in _list(calls)),
    )


def _call(data: Any, text: Callable[[Any], str]) -> tuple[str, str]:
    function, how = _list(data, 2)
    return text(function), text(how)


def _packed(found: Observation) -> Any:
    match found:
        case Missing():
            return None
        case Flag(value) | Count(value):
            return value
        case NotANumber(kind, text):
            return {"no": kind, "text": text}
        case NotOffered(what):
            return {"absent": what}


_to_json = json.JSONEncoder(separators=(",", ":"), check_circular=False, default=_packed).encode


def _readings(data: Any, asked: Asked, clean: Clean, numbers: _Numbers) -> tuple[Reading, ...]:
    found = []
    for item in _list(data):
        name, value = _list(item, 2)
        quantity = asked.get(name) if type(name) is str else None
        if quantity is None:
            raise Malformed(f"nobody asked for {name!r:.40}")
        found.append(Reading(quantity, _observation(value, clean, numbers)))
    return tuple(found)


def _observation(value: Any, clean: Clean, numbers: _Numbers) -> Observation:
    kind = type(value)
    if kind is list:
        return numbers.array(value)
    if value is None:
        return Missing()
    if kind is bool:
        return Flag(value)
    if kind is int and abs(value) < 1 << 63:
        return Count(value)
    if kind is dict and value.keys() == {"no", "text"}:
        return NotANumber(*(_text(clean)(value[key]) for key in ("no", "text")))
    if kind is dict and value.keys() == {"absent"}:
        return NotOffered(_text(clean)(value["absent"]))
    raise Malformed(f"{kind.__name__} where an observation is due")


class _Numbers:
    """Takes arrays off a block in the order in which they were added. Raises Malformed.

    What is left over says nothing: a performance may be broken off between adding an array and noting it.
    """

    def __init__(self, block: Any) -> None:
        if type(block) is not str:
            raise Malformed(f"{type(block).__name__} where base64 is due")
        try:
            self.data = a2b_base64(block, strict_mode=True)
        except ValueError:
            raise Malformed("not base64") from None
        self.at = 0

    def array(self, described: list[Any]) -> Array:
        dtype = "float64"
        if described and type(described[0]) is str:
            dtype, *described = described
        if dtype not in DTYPES:
            raise Malformed(f"{dtype!r:.40} is no type of numbers")
        if not all(type(length) is int for length in described):
            raise Malformed("not an array")
        try:
            shape = tuple(described)
            start, self.at = self.at, self.at + 8 * (element_count(shape) if shape else 1)
            return Array(shape, dtype, self.data[start : self.at])
        except ValueError as error:
            raise Malformed(str(error)) from None


def _list(data: Any, length: int | None = None) -> list[Any]:
    if type(data) is not list or (length is not None and len(data) != length):
        raise Malformed(f"{type(data).__name__} where a list is due")
    return data


def _text(clean: Clean) -> Callable[[Any], str]:
    def text(data: Any) -> str:
        if type(data) is not str:
            raise Malformed(f"{type(data).__name__} where text is due")
        return clean(data)

    return text
