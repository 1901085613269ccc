"""Domain values as JSON, and back, with everything that comes back checked as hostile.

A record becomes an object whose key `is` names its class, so that unions need no guessing; bytes
become base64. Nothing is ever executed: `decode` builds only classes that the expected type names.
"""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from enum import Enum
from functools import cache, partial
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from grader.records import Plan, plan_of

Decoder = Callable[[Any], Any]

_PLAIN = frozenset({str, int, float, bool, NoneType})
to_json = json.JSONEncoder(separators=(",", ":")).encode
_read_json = json.JSONDecoder().raw_decode
_unfilled: list[Callable[[], None]] = []


class Malformed(ValueError):
    """A message is not what the expected type allows. The text says where and how."""

    def __init__(self, how: str, where: str = "") -> None:
        super().__init__(f"${where}: {how}")
        self.how = how
        self.where = where

    def inside(self, place: str) -> Malformed:
        """The same fault, seen from one level further out."""
        return Malformed(self.how, f"{place}{self.where}"[:200])


def dumps(value: object) -> bytes:
    """A domain value as one line of JSON."""
    return to_json(encode(value)).encode()


def loads(kind: Any, message: bytes | str) -> Any:
    """The domain value of type `kind` that a message holds.

    Raises Malformed, and nothing else, where it holds none.
    """
    try:
        text = message if isinstance(message, str) else message.decode()
        data, end = _read_json(text)
        if end != len(text):
            data = json.loads(text)  # it says what is wrong
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {str(error)[:200]}") from None
    return decode(kind, data)


def encode(value: object) -> Any:
    kind: Any = type(value)
    return value if kind in _PLAIN else _encoder(kind)(value)


@cache
def _encoder(kind: Any) -> Callable[[Any], Any]:
    """What makes JSON of values of a class. Made once for each class."""
    if issubclass(kind, list | tuple):
        return lambda items: [encode(item) for item in items]
    if issubclass(kind, Enum):
        return attrgetter("value")
    if kind is bytes:
        return lambda data: b2a_base64(data, newline=False).decode("ascii")
    if plan := plan_of(kind):
        return partial(_object, kind.__name__, plan.names)
    return lambda other: other


def _object(name: str, fields: tuple[str, ...], record: object) -> dict[str, Any]:
    found: dict[str, Any] = {"is": name}
    for field in fields:
        value = getattr(record, field)
        kind: Any = type(value)
        found[field] = value if kind in _PLAIN else _encoder(kind)(value)
    return found


def decode(kind: Any, data: object) -> Any:
    """Check `data` against the type `kind` and build it. Raises Malformed."""
    try:
        return decoder(kind)(data)
    except RecursionError:
        raise Malformed("nested too deeply") from None


@cache
def decoder(kind: Any) -> Decoder:
    """The function that checks and builds values of a type. Made once for each type."""
    origin = get_origin(kind)
    if origin is Union or origin is UnionType:
        return _union(get_args(kind))
    if origin is tuple:
        members = get_args(kind)
        if len(members) == 2 and members[1] is Ellipsis:
            return _sequence(decoder(members[0]))
        return _tuple(tuple(map(decoder, members)))
    if plan := plan_of(kind):
        return _record(kind, plan)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind)
    return {bytes: _bytes, float: _float}.get(kind) or _exactly(kind)


def prepare(*kinds: Any) -> None:
    """Make all that these types, and all types in them, need now: modules may go later, and forks find it done."""
    waiting, seen = list(kinds), set()
    while waiting:
        kind = waiting.pop()
        if kind in seen or kind is Ellipsis:
            continue
        seen.add(kind)
        decoder(kind)
        waiting += get_args(kind)
        if plan := plan_of(kind):
            _encoder(kind)
            waiting += plan.hints.values()
    for one in (tuple, list, bytes):
        _encoder(one)
    while _unfilled:
        _unfilled.pop()()


def _record(kind: Any, plan: Plan) -> Decoder:
    """Decodes a record. Its fields are looked up late: types may contain themselves."""
    name, count = kind.__name__, len(plan.names) + 1
    fields: list[tuple[str, Any, Decoder]] = []  # name, type where it is plain, decoder

    def fill() -> None:
        fields[:] = [
            (field, hint if hint in _PLAIN and hint is not float else None, decoder(hint))
            for field, hint in plan.hints.items()
        ]

    def build(data: Any) -> Any:
        if type(data) is not dict or data.get("is") != name:
            raise Malformed(f"not a {name}")
        if len(data) != count:
            raise Malformed(f"wrong fields for a {name}")
        if not fields:
            fill()
        field = ""
        values = []
        try:
            for field, plain, make in fields:
                value = data[field]
                values.append(value if type(value) is plain else make(value))
        except KeyError:
            raise Malformed(f"wrong fields for a {name}") from None
        except Malformed as error:
            raise error.inside(f".{field}") from None
        try:
            return kind(*values)
        except (ValueError, TypeError, OverflowError) as error:
            raise Malformed(str(error)) from None

    _unfilled.append(fill)
    return build


def _union(members: tuple[Any, ...]) -> Decoder:
    records = {m.__name__: decoder(m) for m in members if plan_of(m)}
    # Whole numbers stay whole where both are allowed, so float is tried last.
    others = sorted((m for m in members if not plan_of(m)), key=lambda m: m is float)
    plain = _PLAIN & set(others)

    def build(data: Any) -> Any:
        if type(data) is dict:
            name = data.get("is")
            build_record = records.get(name) if isinstance(name, str) else None
            if build_record is None:
                raise Malformed(f"{name!r:.40} is not allowed here")
            return build_record(data)
        if type(data) in plain:
            return data
        for member in others:
            try:
                return decoder(member)(data)
            except Malformed:
                continue
        raise Malformed(f"{type(data).__name__} is not allowed here")

    return build


def _sequence(build: Decoder) -> Decoder:
    def each(data: Any) -> Any:
        if type(data) is not list:
            raise Malformed(f"{type(data).__name__} where a list is due")
        if not data:
            return ()
        items: list[Any] = []
        try:
            for item in data:
                items.append(build(item))
        except Malformed as error:
            raise error.inside(f"[{len(items)}]") from None
        return tuple(items)

    return each


def _tuple(builders: tuple[Decoder, ...]) -> Decoder:
    def each(data: Any) -> Any:
        if type(data) is not list:
            raise Malformed(f"{type(data).__name__} where a list is due")
        if len(builders) != len(data):
            raise Malformed(f"{len(data)} items where {len(builders)} are due")
        return tuple(build(item) for build, item in zip(builders, data, strict=True))

    return each


def _enum(kind: type[Enum]) -> Decoder:
    members = {member.value: member for member in kind}

    def build(data: Any) -> Any:
        try:
            return members[data]
        except (KeyError, TypeError):
            raise Malformed(f"{data!r:.40} is no {kind.__name__}") from None

    return build


def _bytes(data: Any) -> bytes:
    if type(data) is not str:
        raise Malformed(f"{type(data).__name__} where base64 is due")
    try:
        return a2b_base64(data, strict_mode=True)
    except ValueError:
        raise Malformed("not base64") from None


def _float(data: Any) -> float:
    if type(data) not in (int, float):
        raise Malformed(f"{type(data).__name__} where a number is due")
    try:
        return float(data)
    except OverflowError:
        raise Malformed("a number too large for a float") from None


def _exactly(kind: type) -> Decoder:
    def build(data: Any) -> Any:
        if type(data) is not kind:
            raise Malformed(f"{type(data).__name__} where {kind.__name__} is due")
        return data

    return build
