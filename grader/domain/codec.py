"""Domain values as JSON, and back, with everything that comes back checked as hostile.

A dataclass becomes an object whose key `is` names its class, so that unions need no guessing; bytes
become base64. Nothing is ever executed: `decode` builds only classes that the expected type names.
"""

from __future__ import annotations

import base64
import json
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

MAX_DEPTH = 40


class Malformed(ValueError):
    """A message is not what the expected type allows. The text says where and how."""


def dumps(value: object) -> bytes:
    """A domain value as one line of JSON."""
    return json.dumps(encode(value), separators=(",", ":"), allow_nan=True).encode()


def loads(kind: type[T], message: bytes | str) -> T:
    """The domain value that a message holds. Raises Malformed, and nothing else, where it is not one."""
    try:
        data = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from None
    return decode(kind, data)


def encode(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        body = {name: encode(getattr(value, name)) for name in _names(type(value))}
        return {"is": type(value).__name__, **body}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    return value


def decode(kind: type[T], data: object, where: str = "$", depth: int = 0) -> T:
    """Check `data` against the type `kind` and build it. Raises Malformed."""
    result: T = _decode(kind, data, where, depth)
    return result


def _decode(kind: Any, data: Any, where: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise Malformed(f"{where}: nested too deeply")
    origin = get_origin(kind)
    if origin is Union or origin is UnionType:
        return _decode_union(get_args(kind), data, where, depth)
    if origin is tuple:
        return _decode_tuple(get_args(kind), data, where, depth)
    if isinstance(kind, type) and is_dataclass(kind):
        return _decode_dataclass(kind, data, where, depth)
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(data)
        except ValueError:
            raise Malformed(f"{where}: {data!r:.40} is no {kind.__name__}") from None
    if kind is bytes and isinstance(data, str):
        try:
            return base64.b64decode(data, validate=True)
        except ValueError:
            raise Malformed(f"{where}: not base64") from None
    if kind is float and type(data) in (int, float):
        return float(data)
    if kind in (int, str, bool, NoneType) and type(data) is kind:
        return data
    raise Malformed(f"{where}: {type(data).__name__} where {kind!r:.60} is due")


def _decode_union(members: tuple[Any, ...], data: Any, where: str, depth: int) -> Any:
    if isinstance(data, dict):
        for member in members:
            if isinstance(member, type) and member.__name__ == data.get("is"):
                return _decode(member, data, where, depth)
        raise Malformed(f"{where}: {data.get('is')!r:.40} is not allowed here")
    for member in sorted(members, key=lambda member: member is float):
        if not (isinstance(member, type) and is_dataclass(member)):
            try:
                return _decode(member, data, where, depth + 1)
            except Malformed:
                continue
    raise Malformed(f"{where}: {type(data).__name__} is not allowed here")


def _decode_tuple(members: tuple[Any, ...], data: Any, where: str, depth: int) -> Any:
    if not isinstance(data, list):
        raise Malformed(f"{where}: {type(data).__name__} where a list is due")
    if len(members) == 2 and members[1] is Ellipsis:
        members = (members[0],) * len(data)
    if len(members) != len(data):
        raise Malformed(f"{where}: {len(data)} items where {len(members)} are due")
    return tuple(
        _decode(member, item, f"{where}[{index}]", depth + 1)
        for index, (member, item) in enumerate(zip(members, data, strict=True))
    )


def _decode_dataclass(kind: Any, data: Any, where: str, depth: int) -> Any:
    if not isinstance(data, dict) or data.get("is") != kind.__name__:
        raise Malformed(f"{where}: not a {kind.__name__}")
    hints = _hints(kind)
    if data.keys() != hints.keys() | {"is"}:
        raise Malformed(f"{where}: wrong fields for a {kind.__name__}")
    values = {
        name: _decode(hint, data[name], f"{where}.{name}", depth + 1) for name, hint in hints.items()
    }
    try:
        return kind(**values)
    except (ValueError, TypeError) as error:
        raise Malformed(f"{where}: {error}") from None


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
